"""The engine's process: the SIP agent, and one service that commands it over a Unix socket.

    sambut engine SOCKET

It is blank until a service configures it. When that service is gone it hangs up what is left, and ends.
"""

import asyncio
import errno
import gc
import os
import secrets
import signal
import stat
import sys
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import structlog

from sip import logs
from sip.errors import SipError
from sip.events import LegAnswered, Quality, SipEvent
from sip.inside import InsideAgent
from sip.link import messages as say
from sip.link.channel import Channel
from sip.link.commands import carry_out
from sip.link.farewells import Farewells
from sip.link.wire import FOLDER, PROTOCOL
from sip.options import AgentOptions
from sip.tls_peers import TlsPeers

log = structlog.get_logger(__name__)

NOBODY_FOR_S = 20.0
"""A blank engine that no service has found by then is not wanted."""
BEAT_S = 1.0
SILENT_BEATS = 3
SECOND_SERVICE = "this engine has a service already"
FOREIGN = "this engine serves its own user only"

Service = Channel[say.FromService]


class EngineProcess:
    """Runs from `run` until it is told to end, or its service is gone."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._incarnation = secrets.token_hex(8)
        self._service: Service | None = None
        self._agent: InsideAgent | None = None
        self._farewells: Farewells | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._heard, self._silent_beats = 0, 0

    async def run(self) -> None:
        """Raises `OSError` where the socket cannot be made, or others could reach it."""
        if stat.S_IMODE(self._socket.parent.stat().st_mode) & 0o077:
            raise PermissionError(errno.EACCES, "its folder must be its user's alone (mode 700)")
        before = os.umask(0o177)
        try:
            server = await self._loop.create_unix_server(self._connection, self._socket)
        finally:
            os.umask(before)
        waits = self._loop.call_later(NOBODY_FOR_S, self._nobody_came)
        beats = asyncio.create_task(self._beat())
        await self._over.wait()
        waits.cancel()
        beats.cancel()
        server.close()
        self._tidy_up()
        if self._agent is not None:
            await self._agent.close()
        if self._service is not None:
            self._service.send(say.Closed())
            self._service.close()

    def _tidy_up(self) -> None:
        """A service that was killed leaves its folder: who is the last in it removes it."""
        self._socket.unlink(missing_ok=True)
        if self._socket.parent.name.startswith(FOLDER):
            with suppress(OSError):
                self._socket.parent.rmdir()

    def end(self) -> None:
        self._over.set()

    def told_to_end(self) -> None:
        """By a signal: while a service commands, that decides when, for it lets calls come to their ends."""
        if self._service is None:
            self.end()

    # --- the service ----------------------------------------------------------------------------------------------

    def _connection(self) -> Service:
        return Channel(say.FromService, self._told, self._gone, self._greet)

    def _greet(self, channel: Service) -> None:
        why = SECOND_SERVICE if self._service is not None else "" if channel.is_ours else FOREIGN
        if why:
            log.error("service_refused", reason=why)
            channel.send(say.Refused(why))
            channel.close()
            return
        self._service = channel
        channel.send(say.Hello(PROTOCOL, version("sambut"), self._incarnation, os.getpid()))

    def _gone(self, channel: Service) -> None:
        if channel is self._service:
            self._service = None
            if not self._over.is_set():
                log.warning("service_lost", legs=0 if self._agent is None else len(self._agent.legs))
            self.end()

    def _told(self, channel: Service, message: say.FromService) -> None:
        if channel is not self._service:
            return
        match message:
            case say.Configure():
                self._start(self._run_agent(message))
            case say.Pulse():
                pass
            case say.Farewell(dialogs):
                if self._farewells is not None:
                    self._start(self._farewells.say(dialogs))
            case say.Shutdown():
                self.end()
            case _:
                if self._agent is not None:
                    carry_out(self._agent, message)

    async def _run_agent(self, wanted: say.Configure) -> None:
        options = _options(wanted)
        agent = InsideAgent(options, self._on_event, first_leg=wanted.first_leg)
        try:
            await agent.open()
        except SipError as error:
            self._say(say.Failed(str(error)))
            return
        except Exception as error:
            log.exception("engine_not_started")
            self._say(say.Failed(f"{type(error).__name__}: {error}"))
            return
        for who, place in () if wanted.rules is None else wanted.rules.pins.items():
            agent.pin(who, *place)
        self._agent = agent
        self._farewells = Farewells(options.bind, None if options.tls is None else options.tls.ca)
        # What is here now stays: looking through it for garbage would hold up every call's events.
        gc.collect()
        gc.freeze()
        self._say(say.Started(agent.address, agent.tls_address))
        log.info("engine_started", address=agent.address, pid=os.getpid())

    # --- what is told ---------------------------------------------------------------------------------------------

    def _on_event(self, event: SipEvent) -> None:
        if self._service is None or self._agent is None:
            return
        if isinstance(event, Quality) and not event.final and self._service.is_full:
            return
        self._service.send(event)
        if isinstance(event, LegAnswered) and (dialog := self._agent.dialog(event.leg)) is not None:
            self._service.send(say.InDialog(event.leg, dialog))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            if self._service is None or self._agent is None:
                continue
            self._say(say.Alive(self._agent.refusals(), self._agent.rtp_strangers))
            self._listen(self._service)

    def _listen(self, service: Service) -> None:
        """A service that stands still is only told of: its calls go on, and it may come back."""
        silent, self._heard = service.heard == self._heard, service.heard
        if silent:
            self._silent_beats += 1
            if self._silent_beats == SILENT_BEATS:
                log.warning("service_silent", seconds=SILENT_BEATS * BEAT_S)
        elif self._silent_beats:
            if self._silent_beats >= SILENT_BEATS:
                log.warning("service_heard_again", seconds=self._silent_beats * BEAT_S)
            self._silent_beats = 0

    def _say(self, message: say.Said) -> None:
        if self._service is not None:
            self._service.send(message)

    def _nobody_came(self) -> None:
        if self._service is None:
            log.error("engine_not_wanted", seconds=NOBODY_FOR_S)
            self.end()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _options(wanted: say.Configure) -> AgentOptions:
    options, rules = wanted.options, wanted.rules
    if options.tls is None or rules is None:
        return options
    return replace(options, tls=replace(options.tls, peers=TlsPeers(rules.trunks, rules.pinned_only)))


async def serve(socket: Path) -> None:
    """Until it is over."""
    engine = EngineProcess(socket)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, engine.told_to_end)
    loop.add_signal_handler(signal.SIGTERM, engine.told_to_end)
    await engine.run()


def main(arguments: list[str]) -> None:
    """`SOCKET [console|json]`."""
    if not arguments or arguments[0].startswith("-"):
        sys.exit("usage: sambut engine SOCKET [console|json]: the SIP engine of a service that it waits for there")
    form: Literal["console", "json"] = "json" if arguments[1:] == ["json"] else "console"
    logs.configure(form)
    try:
        asyncio.run(serve(Path(arguments[0])))
    except OSError as error:
        sys.exit(f"cannot listen on {arguments[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
