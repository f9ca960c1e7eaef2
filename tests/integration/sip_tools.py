"""Real user agents for tests, each a process of its own: `sipp` with our scenarios, and `baresip` as a second stack.

    async with sipp(tmp_path, "phone_answer.xml") as phone:
        caller = await call(tmp_path, "caller.xml", target, numbers=["+6281234567890"], milliseconds=2000)
        assert caller.passed, caller
        assert (await phone.result()).passed

Everything stays on the loopback interface, on ports that were free, and is gone when the `async with` is left.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCENARIOS = Path(__file__).parent / "scenarios"
HOST = "127.0.0.1"
ANY_CALLER = "+6281234567890"

_STARTED_S = 5.0
_STOPPED_S = 3.0


def free_port() -> int:
    """An even port of the loopback that is free for UDP and TCP, and so is the next (RTCP; TLS of a SIP phone)."""
    while True:
        with contextlib.suppress(OSError), contextlib.ExitStack() as opened:
            first = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            first.bind((HOST, 0))
            port: int = first.getsockname()[1]
            for kind, wanted in (
                (socket.SOCK_STREAM, port),
                (socket.SOCK_DGRAM, port + 1),
                (socket.SOCK_STREAM, port + 1),
            ):
                opened.enter_context(socket.socket(socket.AF_INET, kind)).bind((HOST, wanted))
            if port % 2 == 0:
                return port


@dataclass(frozen=True, slots=True)
class SippResult:
    """How a sipp run ended. `errors` is its error log, `messages` every SIP message that it sent and received."""

    exit_code: int
    errors: str
    messages: str = field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether every call went as the scenario says."""
        return self.exit_code == 0


class Sipp:
    """A running sipp: a phone at `uri`, or a caller."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, port: int, transport: str) -> None:
        self._process = process
        self._folder = folder
        self.port = port
        self.uri = f"sip:phone@{HOST}:{port}" + (f";transport={transport}" if transport != "udp" else "")

    async def result(self, timeout_s: float = 30.0) -> SippResult:
        """Waits until all calls of the scenario are over. Raises `TimeoutError`."""
        code = await asyncio.wait_for(self._process.wait(), timeout_s)
        return SippResult(code, self._read("errors.log") + self._read("output.log"), self._read("messages.log"))

    def messages(self) -> str:
        """What was sent and received until now."""
        return self._read("messages.log")

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text(errors="replace") if path.exists() else ""


@contextlib.asynccontextmanager
async def sipp(
    folder: Path,
    scenario: str,
    target: str = "",
    *,
    numbers: Sequence[str] = (ANY_CALLER,),
    service: str = "hotline",
    calls: int = 1,
    per_second: float = 10,
    milliseconds: int = 1000,
    transport: str = "udp",
    echo: bool = False,
    keys: Mapping[str, str] | None = None,
) -> AsyncIterator[Sipp]:
    """Runs `scenario` from `SCENARIOS`: towards `target` (host:port) as a caller, without one as a phone.

    `numbers` call in turn. `milliseconds` is what the scenario waits where it waits: before it hangs up, cancels or
    answers. `echo` sends the media back that comes in. `keys` fills further `[words]` of the scenario.
    """
    port = free_port()
    here = _folder_for(folder, f"{scenario}-{port}")
    (here / "numbers.csv").write_text("SEQUENTIAL\n" + "".join(f"{number}\n" for number in numbers))
    text = (SCENARIOS / scenario).read_text()
    for key, value in {"milliseconds": str(milliseconds), **(keys or {})}.items():  # sipp's -key cannot fill a status
        text = text.replace(f"[{key}]", value)
    (here / "scenario.xml").write_text(text)
    options = ["-sf", "scenario.xml", "-inf", "numbers.csv", "-s", service, "-m", str(calls), "-r", f"{per_second:g}"]
    options += ["-i", HOST, "-mi", HOST, "-bind_local", "-p", str(port), "-mp", str(free_port())]
    options += ["-t", "t1" if transport == "tcp" else "u1", "-nostdin", "-skip_rlimit", "-aa"]
    options += ["-trace_err", "-error_file", "errors.log", "-trace_msg", "-message_file", "messages.log"]
    options += ["-rtp_echo"] if echo else []
    async with _running(here, "sipp", *([target] if target else []), *options) as process:
        if not target:
            await _until_bound(port, transport, process)
        yield Sipp(process, here, port, transport)


async def call(folder: Path, scenario: str, target: str, *, timeout_s: float = 30.0, **options: Any) -> SippResult:
    """Runs a caller's scenario to its end. `options` are those of `sipp`."""
    async with sipp(folder, scenario, target, **options) as caller:
        return await caller.result(timeout_s)


class Baresip:
    """A running baresip at `uri` that answers by itself and plays `play` to whom it talks with."""

    def __init__(self, folder: Path, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._folder = folder
        self._reader, self._writer = reader, writer
        self.uri = f"sip:baresip@{HOST}:{port}"
        self.events: list[dict[str, Any]] = []

    async def dial(self, uri: str) -> None:
        """Calls `uri`; wait for `CALL_ESTABLISHED`."""
        await self.command("dial", uri)

    async def hang_up(self) -> None:
        """Ends the current call."""
        await self.command("hangup")

    async def press(self, key: str) -> None:
        """Sends a digit as RFC 4733 event in the current call."""
        await self.command("sndcode", key)

    async def command(self, name: str, params: str = "") -> None:
        """Any command of baresip, without its slash. The answer arrives among what `wait_for` reads."""
        message = json.dumps({"command": name, "params": params})
        self._writer.write(f"{len(message)}:{message},".encode())
        await self._writer.drain()

    async def wait_for(self, event: str, timeout_s: float = 10.0) -> dict[str, Any]:
        """The next event of that type (`CALL_RINGING`, `CALL_ESTABLISHED`, `CALL_CLOSED`, `CALL_DTMF_START`, …)."""
        async with asyncio.timeout(timeout_s):
            while True:
                message = await self._next_message()
                if message.get("type") == event:
                    return message

    def heard(self) -> Path:
        """What came from the other side in the last call, as WAV; complete once the call is closed."""
        return max(self._folder.glob("dump-*-dec.wav"))

    async def _next_message(self) -> dict[str, Any]:
        """One netstring: its length, a colon, JSON, a comma."""
        size = int((await self._reader.readuntil(b":"))[:-1])
        message: dict[str, Any] = json.loads(await self._reader.readexactly(size))
        await self._reader.readexactly(1)
        self.events.append(message)
        return message


@contextlib.asynccontextmanager
async def baresip(
    folder: Path, play: Path, *, codecs: str = "PCMU/8000/1", answer: str = "auto", account: str = ""
) -> AsyncIterator[Baresip]:
    """Starts baresip with `play` (mono WAV, 8 kHz) as its microphone; the call ends when the file does.

    `codecs` and further `account` parameters (such as ";mediaenc=srtp") are in baresip's notation; `answer` is auto or
    manual.
    """
    port, control = free_port(), free_port()
    here = _folder_for(folder, f"baresip-{port}")
    (here / "config").write_text(_BARESIP_CONFIG.format(host=HOST, port=port, control=control, play=play, here=here))
    address = f"<sip:baresip@{HOST}:{port}>;regint=0;answermode={answer};audio_codecs={codecs}{account}\n"
    (here / "accounts").write_text(address)
    (here / "contacts").touch()
    async with _running(here, "baresip", "-4", "-n", HOST, "-f", str(here), "-v") as process:
        await _until_bound(control, "tcp", process)
        reader, writer = await asyncio.open_connection(HOST, control)
        try:
            yield Baresip(here, port, reader, writer)
        finally:
            writer.close()


_BARESIP_CONFIG = """\
sip_listen {host}:{port}
ctrl_tcp_listen {host}:{control}
audio_source aufile,{play}
audio_player aubridge,nowhere
snd_path {here}
module_path /usr/lib/baresip/modules
module g711.so
module g722.so
module opus.so
module srtp.so
module aufile.so
module aubridge.so
module sndfile.so
module ctrl_tcp.so
module_tmp account.so
module_app menu.so
"""


def _folder_for(folder: Path, name: str) -> Path:
    here = folder / name
    here.mkdir(parents=True)
    return here


@contextlib.asynccontextmanager
async def _running(folder: Path, *command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process with its output in `folder`/output.log, ended at the end whatever happened."""
    with (folder / "output.log").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOPPED_S)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _until_bound(port: int, transport: str, process: asyncio.subprocess.Process) -> None:
    """Waits until someone has `port`, seen by not being able to take it."""
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    async with asyncio.timeout(_STARTED_S):
        while _is_free(port, kind):
            if process.returncode is not None:
                raise RuntimeError(f"it ended at once with exit code {process.returncode}")
            await asyncio.sleep(0.02)


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
