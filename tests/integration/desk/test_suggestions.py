"""Suggested categories over HTTP: the worker process behind them is real."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from desk.context import DESK
from desk.suggestions import worker
from hotline.ticket import Step, Ticket
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, Reply, eventually

LEVY = {"text": "petugas cek fisik minta uang rokok tanpa kuitansi", "kind": "pengaduan"}
NEW_SENTENCE = "Lampu hias reklame videotron padam"


async def suggested(person: Person, **typed: Any) -> Reply:
    reply = await person.ask("POST", "/api/v1/suggestions/category", typed or LEVY)
    assert reply.status == 200
    return reply


async def until_learnt(built: House) -> None:
    suggestions = built.app[DESK].suggestions
    async with asyncio.timeout(60):
        while suggestions.training or suggestions.learnt is None:
            await asyncio.sleep(0.05)


def workers() -> set[int]:
    """Worker processes of this test's own."""
    mine = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            line = (stat.parent / "cmdline").read_text()
        except (OSError, IndexError):
            continue  # it has just ended
        if parent == os.getpid() and "desk.suggestions.worker_main" in line:
            mine.add(int(stat.parent.name))
    return mine


async def test_the_first_to_ask_sets_the_learning_off_and_then_the_likeliest_cell_is_named(
    built: House, arrive: Arrive
) -> None:
    operator = await arrive("operator1")

    first = (await suggested(operator)).body
    await until_learnt(built)
    then = (await suggested(operator)).body

    assert (first["items"], first["model"]["trained_at"], first["model"]["training"]) == ([], None, True)
    assert then["items"][0]["code"] == "pengaduan-pungli"
    assert (then["model"]["examples"], then["model"]["tickets"], then["model"]["training"]) == (176, 0, False)


async def test_nothing_is_named_for_a_few_letters_or_words_that_tell_nothing(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    await suggested(operator)
    await until_learnt(built)

    for text in ("", "pajak", "selamat siang ibu"):
        assert (await suggested(operator, text=text)).body["items"] == []


async def test_a_cell_out_of_use_is_not_named_any_more(built: House, arrive: Arrive) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")
    await suggested(operator)
    await until_learnt(built)
    cell = built.app[DESK].matrix.cell("pengaduan-pungli")
    await built.app[DESK].matrix.change(cell.model_copy(update={"active": False}), 0, "admin")

    codes = [item["code"] for item in (await suggested(operator)).body["items"]]

    assert "pengaduan-pungli" not in codes
    assert (await admin.get("/api/v1/suggestions/model")).body["training"] is True  # the matrix has changed


async def test_it_learns_from_the_tickets_that_were_closed_here(built: House, arrive: Arrive) -> None:
    admin = await arrive("admin")
    for n in range(20):
        await built.store.tickets.open(
            Ticket(
                f"HTL-2025-{n:06}",
                1000.0 + n,
                step=Step.CLOSED,
                kind="pengaduan",
                category="pengaduan-lain",
                description=f"{NEW_SENTENCE} di jalan {n}",
                closed_as="answered",
                closed_at=2000.0,
            )
        )

    assert (await admin.ask("POST", "/api/v1/suggestions/model")).status == 202
    await until_learnt(built)

    operator = await arrive("operator1")
    found = (await suggested(operator, text=NEW_SENTENCE, kind="pengaduan")).body
    assert (found["items"][0]["code"], found["model"]["tickets"]) == ("pengaduan-lain", 20)


async def test_a_worker_that_dies_is_a_silence_and_not_an_error_and_a_new_one_takes_its_place(
    built: House, arrive: Arrive, clock
) -> None:
    operator = await arrive("operator1")
    await suggested(operator)
    await until_learnt(built)
    (dead,) = workers()
    os.kill(dead, signal.SIGKILL)

    silent = (await suggested(operator)).body
    clock.ahead += 120
    await suggested(operator)
    await eventually(lambda: built.app[DESK].suggestions.training)
    await until_learnt(built)

    assert silent["items"] == []
    assert (await suggested(operator)).body["items"][0]["code"] == "pengaduan-pungli"
    assert dead not in workers()


async def test_a_worker_that_cannot_start_is_a_silence_and_is_not_tried_again_at_once(
    arrive: Arrive, built: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "COMMAND", ("/nowhere/python",))
    operator = await arrive("operator1")

    for _ in range(3):
        assert (await suggested(operator)).body["items"] == []
        await eventually(lambda: not built.app[DESK].suggestions.training)

    assert built.app[DESK].suggestions.learnt is None


async def test_new_models_take_the_old_ones_place_and_leave_no_process_behind(built: House, arrive: Arrive) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")
    await suggested(operator)
    await until_learnt(built)
    first = workers()

    await admin.ask("POST", "/api/v1/suggestions/model")
    await admin.ask("POST", "/api/v1/suggestions/model")  # while it learns: once more after that
    still = (await suggested(operator)).body
    await until_learnt(built)
    await eventually(lambda: len(workers()) == 1 and not built.app[DESK].suggestions.training)

    assert still["items"][0]["code"] == "pengaduan-pungli"  # the old one answers meanwhile
    assert workers() != first


async def test_a_worker_ends_by_itself_when_the_service_is_gone() -> None:
    process = await asyncio.create_subprocess_exec(
        *worker.COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()  # as when the service was killed

    assert await asyncio.wait_for(process.wait(), 30) == 0


async def test_the_worker_ends_with_the_desk(built: House, arrive: Arrive) -> None:
    await suggested(await arrive("operator1"))
    await until_learnt(built)
    assert len(workers()) == 1

    await built.app[DESK].suggestions.close()

    assert workers() == set()
