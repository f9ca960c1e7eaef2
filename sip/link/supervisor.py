"""Keeps an engine running: a new one for each that dies or hangs, from a spare that has its imports done."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import msgspec
import structlog

from sip.dialogs import Dialog
from sip.door import Admission
from sip.errors import SipError
from sip.events import LegId
from sip.link import messages as say
from sip.link.child import Child
from sip.link.restarts import Restarts
from sip.link.wire import FOLDER
from sip.options import AgentOptions

log = structlog.get_logger(__name__)

CONFIGURED_WITHIN_S = 20.0
SPARE_AGAIN_S = 2.0
PORT_FREE_WITHIN_S, PORT_AGAIN_S = 3.0, 0.25
"""The engine of a service that was killed says goodbye to its calls before it lets the port go."""
LONGEST_PATH = 90  # of a socket: 108 bytes less a number (unix(7))


EngineState = Literal["up", "down", "failing"]
"""`failing`: it has died so often that the next one waits a while."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told. `first_leg` tells the number below which none may be given to a leg."""

    told: Callable[[say.FromEngine], None]
    lost: Callable[[], None]
    state: Callable[["EngineState"], None]
    first_leg: Callable[[], LegId]


@dataclass(slots=True)
class _Running:
    child: Child
    started: asyncio.Future[say.Started] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    up: bool = False


class Supervisor:
    """`form` is how engines write their log."""

    def __init__(self, options: AgentOptions, form: str, listener: Listener) -> None:
        self._options = options
        self._form = form
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self.folder: Path | None = None
        self._running: _Running | None = None
        self._spare: asyncio.Task[Child] | None = None
        self._started: say.Started | None = None
        self._pins: dict[str, say.Place] = {}
        self._owed: tuple[Dialog, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.restarts = Restarts()

    @property
    def up(self) -> bool:
        """Whether it takes commands."""
        return self._running is not None and self._running.up and self._running.child.up

    @property
    def started(self) -> say.Started:
        """Where it listens, or did. Raises `SipError` before the first one listened."""
        if self._started is None:
            raise SipError("the engine is not started")
        return self._started

    @property
    def pid(self) -> int | None:
        return None if self._running is None else self._running.child.pid

    async def open(self) -> None:
        """Raises `SipError` for what the engine cannot be."""
        self.folder = _folder()
        try:
            await self._run(await self._new_child(), self._loop.time() + PORT_FREE_WITHIN_S)
        except SipError:
            await self.close()
            raise
        self._prepare()

    async def close(self) -> None:
        """End the engine and its spare."""
        self._closing = True
        spare = None if self._spare is None or not self._spare.done() else self._spare.result()
        tasks = [*self._tasks, *([] if self._spare is None else [self._spare])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        children = [None if self._running is None else self._running.child, spare]
        await asyncio.gather(*(child.end() for child in children if child is not None))
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def send(self, command: msgspec.Struct) -> None:
        """Lost while there is no engine: it has no legs then."""
        if self.up and self._running is not None:
            self._running.child.send(command)

    def admit(self, admission: Admission) -> None:
        """For this engine and those after it."""
        self._options = replace(self._options, admission=admission)
        self.send(say.Admit(admission))

    def pin(self, who: str, place: say.Place) -> None:
        """For this engine and those after it."""
        self._pins[who] = place
        self.send(say.Pin(who, *place))

    def owe(self, dialogs: tuple[Dialog, ...]) -> None:
        """The next engine says BYE to these far ends."""
        self._owed += dialogs

    # --- one engine's life ----------------------------------------------------------------------------------------

    async def _new_child(self) -> Child:
        assert self.folder is not None
        child = Child(self._form, lambda message: self._told(child, message), self._lost)
        await child.start(self.folder)
        return child

    async def _run(self, child: Child, until: float) -> None:
        """Raises `SipError`; then the child is dead. A port that is taken is asked for again until then."""
        while True:
            running = self._running = _Running(child)
            wanted = self._options
            child.send(_configuration(wanted, self._listener.first_leg(), self._pins))
            try:
                async with asyncio.timeout(CONFIGURED_WITHIN_S):
                    self._started = await running.started
                break
            except (SipError, TimeoutError) as error:
                if _in_use(error) and child.up and self._loop.time() < until:
                    await asyncio.sleep(PORT_AGAIN_S)
                    continue
                self._running = None
                await child.kill()
                raise SipError(str(error) or "the engine does not answer") from error
        self._options = _at(self._options, self._started)  # the next one is found where this one was
        running.up = True
        if self._options.admission != wanted.admission:  # others are known since
            self.send(say.Admit(self._options.admission))
        child.watch()

    def _told(self, child: Child, message: say.FromEngine) -> None:
        running = self._running
        if running is None or running.child is not child:
            return
        match message:
            case say.Started():
                _settle(running.started, message)
            case say.Failed(reason):
                _settle(running.started, SipError(reason))
            case _:
                self._listener.told(message)

    def _lost(self, child: Child) -> None:
        if self._spare is not None and self._spare.done() and self._spare.result() is child:
            self._spare = None
            if not self._closing:
                log.warning("spare_engine_lost", pid=child.pid)
                self._start(child.kill())
                self._loop.call_later(SPARE_AGAIN_S, self._prepare)
        elif self._running is not None and self._running.child is child:
            self._running_lost(self._running)

    def _running_lost(self, running: _Running) -> None:
        if not running.up:
            _settle(running.started, SipError("the engine died while it started"))
            return
        running.up = False
        if not self._closing:
            self._start(self._again(running.child))
            self._listener.lost()
            self._listener.state("down")

    # --- one after another ----------------------------------------------------------------------------------------

    async def _again(self, dead: Child) -> None:
        since = self._loop.time()
        await dead.kill()  # its ports are free then
        while True:
            wait_s = self.restarts.next(self._loop.time())
            if wait_s:
                log.error("engine_restarts_too_often", again_in_s=wait_s, restarts=self.restarts.total)
                self._listener.state("failing")
                await asyncio.sleep(wait_s)
            try:
                await self._run(await self._next_child(), 0.0)
                break
            except SipError as error:
                log.error("engine_not_restarted", reason=str(error))
        log.warning("engine_restarted", after_s=round(self._loop.time() - since, 3), restarts=self.restarts.total)
        owed, self._owed = self._owed, ()
        if owed:
            self.send(say.Farewell(owed))
        self._listener.state("up")
        self._prepare()

    async def _next_child(self) -> Child:
        """The spare, which may be on its way still."""
        coming, self._spare = self._spare, None
        child = None if coming is None else await coming
        if child is not None and child.up:
            return child
        if child is not None:
            await child.kill()
        return await self._new_child()

    def _prepare(self) -> None:
        if self._spare is None and not self._closing:
            self._spare = self._loop.create_task(self._spare_child())

    async def _spare_child(self) -> Child:
        while True:
            try:
                return await self._new_child()
            except SipError as error:
                log.warning("no_spare_engine", reason=str(error))
            await asyncio.sleep(SPARE_AGAIN_S)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("engine_supervision_failed", exc_info=task.exception())


def _configuration(options: AgentOptions, first_leg: LegId, pins: Mapping[str, say.Place]) -> say.Configure:
    if options.tls is None or options.tls.peers is None:
        return say.Configure(options, first_leg)
    peers, bare = options.tls.peers, replace(options, tls=replace(options.tls, peers=None))
    return say.Configure(bare, first_leg, say.TlsRules(peers.trunks, peers.pinned_only, dict(pins)))


def _settle(future: "asyncio.Future[say.Started]", with_: say.Started | SipError) -> None:
    if future.done():
        return
    if isinstance(with_, SipError):
        future.set_exception(with_)
    else:
        future.set_result(with_)


def _folder() -> Path:
    """A new folder for sockets that nobody else can look into."""
    for parent in (os.environ.get("RUNTIME_DIRECTORY", ""), tempfile.gettempdir()):
        if parent and len(parent) < LONGEST_PATH - len(FOLDER):
            return Path(tempfile.mkdtemp(prefix=FOLDER, dir=parent))
    return Path(tempfile.mkdtemp(prefix=FOLDER, dir="/tmp"))  # mkdtemp's own folder is nobody else's


def _in_use(error: Exception) -> bool:
    return "in use" in str(error)


def _at(options: AgentOptions, started: say.Started) -> AgentOptions:
    tls = options.tls
    if tls is not None and started.tls_address is not None:
        tls = replace(tls, port=int(started.tls_address.rpartition(":")[2]))
    return replace(options, port=int(started.address.rpartition(":")[2]), tls=tls)
