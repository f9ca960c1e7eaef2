"""One engine's process: started, greeted, watched, killed."""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import DEVNULL

import msgspec
import structlog

from sip.errors import SipError
from sip.link import messages as say
from sip.link.channel import Channel
from sip.link.wire import PROTOCOL

log = structlog.get_logger(__name__)

UP_WITHIN_S = 20.0
LOOK_EVERY_S = 0.02
BEAT_S = 0.5
HANGS_AFTER_BEATS = 5
"""An engine speaks each second; so long without a word, and it is killed: within 3 s of its last turn."""
ENDS_WITHIN_S = 15.0

SERVICES_OWN = ("SAMBUT_", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_")

Engine = Channel[say.FromEngine]
_numbers = itertools.count(1)


class Child:
    """`on_message` gets what it tells, `on_lost` is told once that it is gone, whoever ended it."""

    def __init__(
        self, form: str, on_message: Callable[[say.FromEngine], None], on_lost: Callable[["Child"], None]
    ) -> None:
        self._form = form
        self._on_message = on_message
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Engine | None = None
        self._greeting: asyncio.Future[say.Hello] = self._loop.create_future()
        self._watch: asyncio.TimerHandle | None = None
        self._heard, self._silent_beats = 0, 0

    @property
    def up(self) -> bool:
        return self._channel is not None and self._channel.up

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def start(self, folder: Path) -> None:
        """Start the process and wait for its greeting. Raises `SipError`; then nothing of it is left."""
        socket = folder / f"{next(_numbers)}"
        command = [sys.executable, "-P", "-m", "sip.link.engine", str(socket), self._form]
        self._process = await asyncio.to_thread(_spawned, command)
        try:
            async with asyncio.timeout(UP_WITHIN_S):
                await self._connect(socket)
                hello = await self._greeting
        except (SipError, TimeoutError) as error:
            await self.kill()
            raise SipError(f"the engine does not start: {error}") from error
        except asyncio.CancelledError:
            await self.kill()
            raise
        log.info("engine_greets", pid=hello.pid, incarnation=hello.incarnation, version=hello.version)

    def send(self, message: msgspec.Struct) -> None:
        if self._channel is not None:
            self._channel.send(message)

    def watch(self) -> None:
        """From now on it must speak each second."""
        assert self._channel is not None
        self.send(say.Pulse())
        # Beats are counted, not seconds: a service that stood still itself has not listened meanwhile.
        self._silent_beats = self._silent_beats + 1 if self._channel.heard == self._heard else 0
        self._heard = self._channel.heard
        if self._silent_beats >= HANGS_AFTER_BEATS:
            log.error("engine_hangs", pid=self.pid, seconds=HANGS_AFTER_BEATS * BEAT_S)
            self._channel.abort()
            return
        self._watch = self._loop.call_later(BEAT_S, self.watch)

    async def end(self) -> None:
        """Let it hang up what is left and end; kill it if it does not."""
        self._stop_watching()
        self.send(say.Shutdown())
        if self._channel is not None:
            self._channel.flush()
        try:
            if self._process is not None:
                await asyncio.to_thread(self._process.wait, ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            log.error("engine_does_not_end", pid=self.pid)
        await self.kill()

    async def kill(self) -> None:
        """At once, and wait until everything that it had open is closed."""
        self._stop_watching()
        if self._channel is not None:
            self._channel.abort()
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _connect(self, socket: Path) -> None:
        while self._channel is None:
            if self._process is not None and self._process.poll() is not None:
                raise SipError(f"it ended with status {self._process.returncode}")
            try:
                _, self._channel = await self._loop.create_unix_connection(self._made, str(socket))
            except (FileNotFoundError, ConnectionRefusedError):
                await asyncio.sleep(LOOK_EVERY_S)
        if not self._channel.is_ours:
            raise SipError("somebody else listens at its socket")

    def _made(self) -> Engine:
        return Channel(say.FromEngine, self._told, self._gone)

    def _told(self, _channel: Engine, message: say.FromEngine) -> None:
        match message:
            case say.Hello(protocol=protocol) if protocol != PROTOCOL:
                self._refuse(f"it speaks protocol {protocol}, not {PROTOCOL}: both must be of one version")
            case say.Hello():
                if not self._greeting.done():
                    self._greeting.set_result(message)
            case say.Refused(reason):
                self._refuse(reason)
            case _:
                self._on_message(message)

    def _refuse(self, why: str) -> None:
        if not self._greeting.done():
            self._greeting.set_exception(SipError(why))

    def _gone(self, _channel: Engine) -> None:
        self._stop_watching()
        if not self._greeting.done():
            self._refuse("it is gone")
        else:
            self._on_lost(self)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None


def _spawned(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own: Ctrl-C in a terminal is for the service, which lets calls come to their ends.

    Settings and secrets of the service are none of its business.
    """
    environ = {name: value for name, value in os.environ.items() if not name.startswith(SERVICES_OWN)}
    return subprocess.Popen(command, stdin=DEVNULL, stdout=DEVNULL, env=environ, process_group=0)
