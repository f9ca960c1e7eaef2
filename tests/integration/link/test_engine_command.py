"""`sambut engine SOCKET` by itself: who may command it, what it refuses, and what it is made of."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sip.link import messages as say
from sip.link.engine import SECOND_SERVICE
from sip.link.wire import LONGEST, PROTOCOL, Frames, batch

SAMBUT = Path(sys.executable).with_name("sambut")


@pytest.fixture(autouse=True)
def closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)


class Service:
    """A bare connection to an engine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._came: list[object] = []
        self._frames: Frames = Frames(say.FromEngine, self._came.append)

    async def hears(self) -> object:
        """The next message; None at the end."""
        async with asyncio.timeout(10):
            while not self._came:
                if not (data := await self._reader.read(65_536)):
                    return None
                self._frames.feed(data)
        return self._came.pop(0)


@asynccontextmanager
async def service(socket: Path) -> AsyncIterator[Service]:
    async with asyncio.timeout(20):
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(socket)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                await asyncio.sleep(0.05)
    try:
        yield Service(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def engine(folder: Path, *arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Path]]:
    socket = folder / "s"
    process = await asyncio.create_subprocess_exec(
        SAMBUT, "engine", str(socket), *arguments, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process, socket
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # else its pipes wait for the collector


async def _log(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    return (await asyncio.wait_for(process.stderr.read(), 20)).decode()


async def test_a_second_service_is_refused_and_the_first_one_goes_on(tmp_path: Path) -> None:
    async with engine(tmp_path) as (process, socket), service(socket) as first:
        hello = await first.hears()
        assert isinstance(hello, say.Hello) and hello.protocol == PROTOCOL and hello.pid == process.pid
        async with service(socket) as second:
            assert await second.hears() == say.Refused(SECOND_SERVICE)
            assert await second.hears() is None
        first.writer.write(batch([say.Shutdown()]))
        assert await first.hears() == say.Closed()
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert "service_refused" in await _log(process) and not socket.exists()


@pytest.mark.parametrize(
    "torn", [b"\xff\xff\xff\xff", b"\x03\x00\x00\x00abc", (LONGEST + 1).to_bytes(4, "little") + b"x" * 1000]
)
async def test_a_torn_message_is_told_and_ends_the_connection(tmp_path: Path, torn: bytes) -> None:
    async with engine(tmp_path, "json") as (process, socket), service(socket) as first:
        await first.hears()
        first.writer.write(torn)
        assert await first.hears() is None
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert '"event": "link_torn"' in await _log(process)


async def test_a_blank_engine_ends_with_its_service(tmp_path: Path) -> None:
    async with engine(tmp_path) as (process, socket):
        async with service(socket) as first:
            await first.hears()
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_folder_that_others_may_look_into_is_refused(tmp_path: Path) -> None:
    await asyncio.to_thread(tmp_path.chmod, 0o755)
    async with engine(tmp_path) as (process, socket):
        assert await asyncio.wait_for(process.wait(), 10) != 0
        assert "mode 700" in await _log(process) and not socket.exists()


async def test_it_is_made_of_sip_alone(tmp_path: Path) -> None:
    """Nothing to steal: no configuration, no database, no pages."""
    script = (
        "import sys; sys.argv = ['sambut', 'engine', '--help']\n"
        "from sambut.entry import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted(sys.modules))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    loaded = {name.partition(".")[0] for name in (await process.communicate())[0].decode().split()}
    assert {"sip", "msgspec", "structlog", "pjsua2"} <= loaded
    strange = {"config", "storage", "desk", "ivr", "voice", "pydantic", "aiohttp", "sqlalchemy", "sealing", "click"}
    assert not loaded & strange
