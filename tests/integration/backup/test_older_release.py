"""An update of a real older release, and the way back to it, with real calls on each side.

    git worktree add ../older d1b2893 && (cd ../older && scripts/bootstrap.sh run)        # version 0.1
    OLDER_RELEASE=../older .venv/bin/pytest tests/integration/backup/test_older_release.py

A release takes minutes to build, so without OLDER_RELEASE these are skipped. Nothing is written to that folder.
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.backup.machines import Machine
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline
from tests.integration.recorded import both_are_heard, recorded_call, sound_of
from tests.support.processes import SAMBUT

OLDER = Path(os.environ.get("OLDER_RELEASE", "")).absolute()
OLD_SAMBUT = OLDER / ".venv" / "bin" / "sambut"

pytestmark = pytest.mark.skipif(
    not os.environ.get("OLDER_RELEASE"), reason="OLDER_RELEASE names no checkout of an older release"
)


@pytest.fixture
async def house(
    kind: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Hotline]:
    """An office of the older release, with its data files copied whole, as its guide says."""
    environ = {}
    if kind == "postgresql":
        server = request.getfixturevalue("postgres_server")
        name = server.new_database()
        environ["DATABASE_URL"] = server.url(name)
    files = {path.name: path.read_text() for path in (OLDER / "config" / "defaults").glob("*.yaml")}
    files["queues.yaml"] = files["queues.yaml"].replace("wrap_up_s: 60", "wrap_up_s: 1")
    files["flow.yaml"] = STRAIGHT_FLOW
    prompts = tmp_path_factory.mktemp("prompts")
    async with hotline(tmp_path, prompts, files=files, program=OLD_SAMBUT, **environ) as running:
        yield running
    if kind == "postgresql":
        server.drop_database(name)


async def test_update_and_back_to_the_copy(house: Hotline, kind: str, tmp_path: Path) -> None:
    first = await _recorded_call(house, tmp_path, "dari rilis lama")
    await house.stop()
    rows = _machine(house).rows()

    await _start(house, SAMBUT)
    await _is_as_it_was(house, first)
    second = await _recorded_call(house, tmp_path, "dari rilis baru")
    await house.stop()
    copy = next(house.folder.glob("data/sambut.db.before-*" if kind == "sqlite" else "data/backups/before-*.zip"))
    told = await house.command("restore", str(copy), "--replace")
    assert "restored: schema 0013" in told
    assert _machine(house).rows() == rows

    await _start(house, OLD_SAMBUT)
    await _is_as_it_was(house, first)
    third = await _recorded_call(house, tmp_path, "lama lagi")
    assert third["ticket"] == second["ticket"], "numbers are given again, as docs/backup.md says"
    await house.stop()

    await _start(house, SAMBUT)
    for each in (first, third):
        await _is_as_it_was(house, each)
    await _recorded_call(house, tmp_path, "dan sekali lagi baru")


async def test_update_and_back_with_what_came_meanwhile(house: Hotline, tmp_path: Path) -> None:
    """Down by the migrations; recordings that were encrypted meanwhile are opened before, for the older one cannot."""
    first = await _recorded_call(house, tmp_path, "dari rilis lama")
    await house.stop()
    await _start(house, SAMBUT)
    second = await _recorded_call(house, tmp_path, "dari rilis baru")
    await house.stop()

    assert "decrypted: 1 recordings, of 2" in await house.command("keys", "decrypt", "--all")
    assert "database has schema 0013" in await house.command("migrate", "--to", "0013")

    await _start(house, OLD_SAMBUT)
    for each in (first, second):
        await _is_as_it_was(house, each)
    await _recorded_call(house, tmp_path, "lama lagi")


async def test_the_older_one_tells_nothing_worse_than_that_it_cannot(house: Hotline) -> None:
    """Forgotten to go back first: it must not run on a database that it does not know."""
    await house.stop()
    await _start(house, SAMBUT)
    await house.stop()
    rows = _machine(house).rows()
    with pytest.raises(AssertionError):
        await _start(house, OLD_SAMBUT)
    assert _machine(house).rows() == rows
    await _start(house, SAMBUT)


async def _start(house: Hotline, program: Path) -> None:
    house.program = program
    await house.start()


async def _recorded_call(house: Hotline, folder: Path, words: str) -> dict[str, Any]:
    """A call that the operator answers, and notes `words` in its ticket."""
    operator = await house.sign_in("operator1")
    call = await recorded_call(house.uri, operator, folder)
    ticket = await operator.get(f"/tickets/{call['ticket']}")
    change = {"version": ticket["version"], "description": words}
    status, answer = await operator.send("PATCH", f"/tickets/{call['ticket']}", change)
    assert status == 200, answer
    call["words"] = words
    await _is_as_it_was(house, call)
    return call


async def _is_as_it_was(house: Hotline, call: dict[str, Any]) -> None:
    operator = await house.sign_in("operator1")
    assert (await operator.get(f"/tickets/{call['ticket']}"))["description"] == call["words"]
    assert both_are_heard(await sound_of(operator, call["recording"]["url"]))


def _machine(house: Hotline) -> Machine:
    return Machine(house.folder, house.environ.get("DATABASE_URL", f"sqlite:///{house.folder}/data/sambut.db"))
