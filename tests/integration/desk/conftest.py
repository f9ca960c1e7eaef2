"""A running desk on a real port, its clock in the test's hands, and people who sit down at it."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.desk.house import House, house
from tests.integration.desk.people import PASSWORD, Person, browser

Arrive = Callable[[str], Awaitable[Person]]


class TestClock:
    """The real time, moved on by hand. Seconds."""

    __test__ = False

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def settings() -> dict[str, str]:
    """Variables of the installation; a test module may say otherwise."""
    return {}


@pytest.fixture
def parts() -> dict[str, Any]:
    """Parts of the installation that are not the defaults; a test module may say so."""
    return {}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Built pages, as the bundler leaves them."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Sambut</title>")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "app-1a2b3c.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("not for anybody")
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and accounts, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")

    async def prepare() -> None:
        async with house(folder, PASSWORD, time.time):
            pass

    asyncio.run(prepare())
    return folder


@pytest.fixture
async def built(
    tmp_path: Path, prepared: Path, pages: Path, clock: TestClock, settings: dict[str, str], parts: dict[str, Any]
) -> AsyncIterator[House]:
    folder = shutil.copytree(prepared, tmp_path / "data")
    async with house(folder, PASSWORD, clock, static=pages, prepared=True, parts=parts, **settings) as opened:
        yield opened


@pytest.fixture
async def address(built: House) -> AsyncIterator[str]:
    """Where the desk listens."""
    async with running(built.app) as base:
        yield base


@asynccontextmanager
async def running(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=2.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def arrive(address: str) -> AsyncIterator[Arrive]:
    """`await arrive("operator1")`: somebody opens a browser and signs in."""
    async with AsyncExitStack() as stack:

        async def somebody(username: str) -> Person:
            person = await stack.enter_async_context(browser(address))
            assert (await person.sign_in(username)).status == 200
            return person

        yield somebody


@pytest.fixture
async def stranger(address: str) -> AsyncIterator[Person]:
    """Somebody who has not signed in."""
    async with browser(address) as person:
        yield person
