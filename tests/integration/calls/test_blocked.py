"""A blocked caller hears so or is refused, is never in the queue, is on record each time, and may be let in again."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline
from tests.integration.phones import caller

BLOCKED, OTHER = "081234567890", "081399998888"


def logged(house: Hotline) -> list[tuple[str, str]]:
    """The facts about blocked callers: name, and what they were answered."""
    with closing(sqlite3.connect(house.folder / "data" / "sambut.db")) as database:
        rows = database.execute("SELECT name, json_extract(data, '$.answer') FROM event WHERE name = 'BLOCKEDCALLER'")
        return [(name, answer) for name, answer in rows]


async def calls_of(house: Hotline, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await house.sign_in("supervisor")).get("/calls", number=number))["items"]
    return found


async def blocked_by_supervisor(house: Hotline) -> None:
    supervisor = await house.sign_in("supervisor")
    status, _ = await supervisor.send("PUT", "/blocked", {"number": BLOCKED, "reason": "Mengancam petugas"})
    assert status == 200


@pytest.mark.parametrize("answer", ["prompt", "refuse"])
async def test_a_blocked_caller_is_told_so_or_refused_and_is_on_record(
    tmp_path: Path, spoken_prompts: Path, answer: str
) -> None:
    settings = {"settings.yaml": f"blocked_callers: {answer}\n", "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=settings) as house:
        await blocked_by_supervisor(house)
        async with caller(house.uri, number=BLOCKED, seconds=30) as call:
            status = await call.ended()
            said = "\n".join(call.lines)
        if answer == "prompt":
            assert status == 0 and "ended by the hotline" in said and "sound at" in said, said
        else:
            assert status == 1 and "not answered: 603" in said, said
        (ended,) = await calls_of(house, BLOCKED)
        assert (ended["ended_by"], ended["end_reason"], ended["ticket"]) == ("system", "blocked", None)
        assert logged(house) == [("BLOCKEDCALLER", answer)]
        assert BLOCKED[1:] not in house.log_text


async def test_others_are_let_in_and_so_is_who_is_not_blocked_any_more(tmp_path: Path, spoken_prompts: Path) -> None:
    files = {"settings.yaml": "blocked_callers: refuse\n", "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files) as house:
        await blocked_by_supervisor(house)
        async with caller(house.uri, number=OTHER, seconds=2) as call:
            assert await call.ended() == 0
        supervisor = await house.sign_in("supervisor")
        assert (await supervisor.send("DELETE", "/blocked", {"number": BLOCKED}))[0] == 200
        async with caller(house.uri, number=BLOCKED, seconds=2) as call:
            assert await call.ended() == 0


async def test_a_blocked_caller_is_known_again_at_the_first_call_after_a_restart(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    files = {"settings.yaml": "blocked_callers: refuse\n", "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files) as house:
        await blocked_by_supervisor(house)
        await house.stop()
        await house.start()
        async with caller(house.uri, number=BLOCKED, seconds=10) as call:
            assert await call.ended() == 1
            assert any("not answered: 603" in line for line in call.lines), call.lines
