"""The service starts while its database is away: it stays up, says so, answers calls, and takes all up on arrival."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.hotline import PASSWORD, STRAIGHT_FLOW, Hotline, Person, hotline
from tests.integration.phones import caller, softphone
from tests.integration.postgres import PostgresServer, running_postgres


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """One of our own: it is stopped for longer than other tests can bear."""
    with running_postgres() as server:
        yield server


@asynccontextmanager
async def _house(folder: Path, prompts: Path, server: PostgresServer) -> AsyncIterator[Hotline]:
    url = server.url(server.new_database())
    files = {"flow.yaml": STRAIGHT_FLOW}
    async with hotline(folder, prompts, files=files, demo=False, DATABASE_URL=url) as house:
        yield house


async def _ask(house: Hotline, path: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as page, page.get(f"http://{house.http}{path}") as response:
        return response.status, await response.json()


async def _until_ready(house: Hotline) -> None:
    async with asyncio.timeout(20):
        while (await _ask(house, "/readyz"))[0] != 200:
            await asyncio.sleep(0.1)


async def _owed(operator: Person) -> list[Any]:
    items: list[Any] = (await operator.get("/tickets", callback="true"))["items"]
    return items


def _events(house: Hotline) -> list[str]:
    return [json.loads(line)["event"] for line in house.log_text.splitlines()]


async def test_calls_are_answered_before_the_database_is_there_and_are_stored_when_it_comes(
    tmp_path: Path, spoken_prompts: Path, server: PostgresServer
) -> None:
    async with _house(tmp_path, spoken_prompts, server) as house, softphone(auto_answer=True) as (_phone, uri):
        account = ["siti", "--name", "Siti", "--role", "operator", "--phone", uri, "--phone-kind", "sip"]
        await house.command("user", "add", *account, "--password-stdin", typed=f"{PASSWORD}\n")
        assert await house.stop() == 0
        server.stop()
        (tmp_path / "service.log").write_text("")

        await house.start()
        assert (await _ask(house, "/healthz"))[0] == 200
        status, said = await _ask(house, "/readyz")
        assert (status, said["checks"]) == (503, {"database": False, "calls": True})
        assert "not been reached since the start" in said["reasons"][0]
        async with caller(house.uri, seconds=2) as call:
            assert await call.ended() == 0, "answered"
        await asyncio.sleep(5)
        away = _events(house)
        assert away.count("database_away") == 1, "one line for the outage"
        assert [event for event in away if event.endswith("_failed") or "not_" in event] == []

        async with caller(house.uri, number="081300000002", seconds=30):
            await asyncio.sleep(1)
            server.start()
            await _until_ready(house)
            operator = await house.sign_in("siti")
            await operator.ready()
            async with asyncio.timeout(15):
                while not [each for each in (await operator.get("/live"))["calls"] if each["state"] == "talking"]:
                    await asyncio.sleep(0.1)
        (owed,) = await _owed(operator)
        assert (owed["callback"]["reason"], owed["caller"]["number"]) == ("missed", "+6281234567890")
        calls = (await operator.get("/calls"))["items"]
        assert [call["end_reason"] for call in calls] == ["hang_up", "hang_up"], "none was closed as left by a crash"
        today = (await operator.get("/live"))["today"]
        assert (today["offered"], today["answered"], today["abandoned"]) == (2, 1, 1), "each call is counted once"
        assert (await _ask(house, "/healthz"))[1]["schema"]
        assert {"database_back", "database_here"} <= set(_events(house))


async def test_a_caller_of_a_node_that_never_had_numbers_is_told_to_call_again(
    tmp_path: Path, spoken_prompts: Path, server: PostgresServer
) -> None:
    async with _house(tmp_path, spoken_prompts, server) as house:
        await house.stop()
        server.stop()
        (tmp_path / "data" / "ticket-numbers.json").unlink()
        await house.start()
        async with caller(house.uri, seconds=30) as call:
            assert await call.ended() == 0
            assert "ended by the hotline" in "\n".join(call.lines)
        assert "no_ticket_number" in house.log_text
