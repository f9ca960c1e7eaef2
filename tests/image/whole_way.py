"""The image and docker-compose.yml, for real: up, a call, everything killed in the next, backup, all lost, restored.

By `make image-test`, which makes the images and runs a Docker engine; not among the tests of `make test`.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.image.office import SERVICE, SETTINGS, Office, docker, office
from tests.integration.hotline import Person
from tests.integration.recorded import both_are_heard, calls, in_a_talk, recorded_call, sound_of, with_recording

MASTER_KEY = "/var/lib/sambut-key/master.key"
WORDS = "Menanyakan pajak kendaraan D 1234 ABC"


@pytest.fixture(params=os.environ.get("COMPOSE", "1 2").split(), ids=lambda version: f"compose-{version}")
async def running(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    folder = tmp_path / "office"
    folder.mkdir()
    async with office(folder, request.param) as opened:
        await opened.up()
        yield opened


async def test_a_call_a_crash_a_loss_and_a_restore(running: Office, tmp_path: Path) -> None:
    assert "configuration is in order" in await running.sambut("check")
    await running.add_operator()
    person = await running.sign_in()
    first, sound = await _a_recorded_call(running, person, tmp_path)
    ticket = await _written_into_its_ticket(person, first["ticket"])

    await _killed_in_mid_call(running, person, tmp_path)
    person = await running.sign_in()
    assert (await person.get(f"/tickets/{ticket}"))["description"] == WORDS
    assert await sound_of(person, first["recording"]["url"]) == sound
    await _the_killed_call_is_kept(person)
    await _a_recorded_call(running, person, tmp_path)

    key = await _backed_up(running, tmp_path / "backup")
    before = await _all(person)
    await running.compose("down", "--volumes")
    assert (await docker("volume", "ls", "--quiet")).split() == [], "all is lost"
    await _restored(running, tmp_path / "backup", key)

    person = await running.sign_in()
    assert await _all(person) == before
    assert (await person.get(f"/tickets/{ticket}"))["description"] == WORDS
    assert await sound_of(person, first["recording"]["url"]) == sound
    await _a_recorded_call(running, person, tmp_path)


async def _a_recorded_call(running: Office, person: Person, folder: Path) -> tuple[dict[str, Any], bytes]:
    """A whole talk, through the greeting and the menu, and its recording, on which both are heard."""
    call = await recorded_call(running.uri, person, folder, keys="1")
    sound = await sound_of(person, call["recording"]["url"])
    assert call["operator"] == person.username and both_are_heard(sound)
    return call, sound


async def _written_into_its_ticket(person: Person, number: str) -> str:
    ticket = await person.get(f"/tickets/{number}")
    change = {"version": ticket["version"], "description": WORDS}
    status, answer = await person.send("PATCH", f"/tickets/{number}", change)
    assert status == 200, answer
    return number


async def _killed_in_mid_call(running: Office, person: Person, folder: Path) -> None:
    """Service and database at once, as by a power cut; both come back."""
    containers = [await running.container(service) for service in ("sambut", "db")]
    async with in_a_talk(running.uri, person, folder, keys="1") as call:
        await docker("kill", *containers)
        call.hang_up()
        await call.ended()
    await running.up()


async def _the_killed_call_is_kept(person: Person) -> None:
    interrupted = next(each for each in await calls(person) if each["end_reason"] == "interrupted")
    recorded = await with_recording(person, interrupted["id"])
    assert both_are_heard(await sound_of(person, recorded["recording"]["url"])), "what was said before"


async def _backed_up(running: Office, folder: Path) -> str:
    """As docs/backup.md has it for Docker, while the service runs; returns the master key."""
    await asyncio.to_thread(_folder_of_the_service, folder)
    assert "verified" in await running.sambut_alone("backup", "/backup", mounted=f"{folder}:/backup")
    assert "is whole" in await running.sambut_alone("backup", "--verify", "/backup", mounted=f"{folder}:/backup")
    return await running.compose("exec", "-T", "sambut", "cat", MASTER_KEY)


def _folder_of_the_service(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, SERVICE, SERVICE)


async def _restored(running: Office, folder: Path, key: str) -> None:
    """On an empty machine, as docs/backup.md has it for Docker."""
    await running.compose("up", "--detach", "db")
    await running.healthy("db")
    put = ["run", "--rm", "-T", "--entrypoint", "sh", "tools", "-c", f"umask 077; cat >{MASTER_KEY}"]
    await running.compose(*put, typed=key)
    told = await running.sambut_alone("restore", "/backup", "--keep-config", mounted=f"{folder}:/backup")
    assert "restored: " in told
    told = await running.sambut_alone("restore", "/backup", "--config-to", "/backup/etc", mounted=f"{folder}:/backup")
    assert f"{len(SETTINGS)} files in" in told
    await running.up()


async def _all(person: Person) -> tuple[object, object]:
    """Every ticket and call, but for what clocks show just now."""
    tickets = (await person.get("/tickets"))["items"]
    for ticket in tickets:
        ticket["steps"] = [(step["step"], step["operator"], step["started_at"]) for step in ticket["steps"]]
        ticket.pop("overdue", None)
    return tickets, await calls(person)
