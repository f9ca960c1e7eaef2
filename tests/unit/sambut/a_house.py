"""The real switchboard with its real pure rooms, between a fake telephone network and a fake store."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import config
from config import Hours, Installation
from config.queues import QueueRules
from desk.hub import Hub
from desk.serialise import Serialiser
from hotline.clocks import Clocks
from hotline.distributor import Distributor
from hotline.facts import Fact
from hotline.procedure import Procedure
from hotline.ticket import Ticket
from ivr.effects import Phrase
from sambut.calls import Call
from sambut.status import Status
from sambut.switchboard import Switchboard
from sealing import Keyring
from sip.engine import Engine
from sip.events import LegId
from storage import Account, NumbersExhausted, PhoneKind, Role, Store
from storage.records import EventLogged, Record, TicketOpened
from tests.unit.sambut.fake_agent import FakeAgent, FakeLeg
from voice.prompts import PromptLibrary
from voice.synthesis import SynthesisError

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()
DEFAULT = config.load(environ={})
OPERATORS = ("ayu", "bima", "citra")
OTHERS = {"koko": Role.COORDINATOR, "pipit": Role.PIC}


def installation(data: Path, *, strategy: str = "longest_idle", start: str = "operator", **rules: Any) -> Installation:
    """The default flow begun at `start`, the queue: callers wait at once. Nothing is recorded but messages."""
    queue = QueueRules.model_validate({"name": "utama", "strategy": strategy, "ring_s": 10, "wrap_up_s": 5, **rules})
    settings = DEFAULT.settings.model_copy(update={"data": data, "recordings": False})
    flow = DEFAULT.flow.model_copy(update={"start": start})
    return replace(DEFAULT, hours=Hours.always(), settings=settings, queues=(queue,), flow=flow)


class FakeJournal:
    """Stores at once, unless it is told to refuse; then every write fails as a full journal's does."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.refuses: Exception | None = None

    def write(self, *records: Record) -> "asyncio.Future[None]":
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        stored.add_done_callback(lambda future: future.exception())
        if self.refuses is not None:
            stored.set_exception(self.refuses)
        else:
            self.records += records
            stored.set_result(None)
        return stored

    def of(self, kind: type[Any]) -> list[Any]:
        return [record for record in self.records if isinstance(record, kind)]

    @property
    def facts(self) -> list[Fact]:
        return [record.fact for record in self.of(EventLogged)]


class FakeNumbers:
    def __init__(self) -> None:
        self.left = 10_000
        self._given = 0

    def next(self, year: int) -> str:
        if self._given >= self.left:
            raise NumbersExhausted("no ticket number is left")
        self._given += 1
        return f"HTL-{year}-{self._given:06d}"


class FakeTickets:
    """A store without a past. `trouble` is raised by every question."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    async def history(self, _number: str, _limit: int = 20) -> list[Ticket]:
        return self._answer()

    async def open_of(self, _number: str) -> list[Ticket]:
        return self._answer()

    async def get(self, _number: str) -> Ticket | None:
        return None

    async def change_marked(self, *_: Any, **__: Any) -> tuple[Ticket, ...]:
        return ()

    async def callbacks_open(self) -> int:
        return 0

    def _answer(self) -> list[Ticket]:
        if self.trouble is not None:
            raise self.trouble
        return []


class FakeInbox:
    """Nobody has asked anything."""

    async def waiting(self) -> tuple[Ticket, ...]:
        return ()


class FakePeople:
    async def list(self, role: Role | None = None) -> list[Account]:
        everybody = [await self.get(name) for name in (*OPERATORS, *OTHERS)]
        return [each for each in everybody if role in (None, each.role)]

    async def get(self, username: str) -> Account:
        role = OTHERS.get(username, Role.OPERATOR)
        phone = f"sip:{username}@127.0.0.1:5071"
        return Account(username, username.title(), role, phone=phone, phone_kind=PhoneKind.SIP)


class FakeEvents:
    async def between(self, _since: float, _until: float) -> AsyncIterator[Fact]:
        return
        yield


class FakeAlarms:
    """No ticket that is open from before."""

    async def open_tickets(self, after: str = "") -> tuple[Ticket, ...]:
        return ()


class FakePrompts:
    """Every prompt is ready, but those in `slow` must be rendered and those in `broken` cannot be."""

    def __init__(self) -> None:
        self.slow: set[str] = set()
        self.broken: set[str] = set()
        self.render_error: Exception | None = None

    def path(self, phrase: Phrase, _language: str) -> Path | None:
        if phrase.name in self.broken:
            raise SynthesisError(f"there is no prompt named {phrase.name!r}")
        return None if phrase.name in self.slow else Path(phrase.name)

    async def render(self, phrase: Phrase, language: str) -> Path:
        ready = self.path(phrase, language)
        if ready is not None:
            return ready
        await asyncio.sleep(0.5)
        if self.render_error is not None:
            raise self.render_error
        return Path(phrase.name)

    def music(self, name: str) -> Path:
        return Path(name)

    def tone(self, name: str) -> Path:
        return Path(name)


class FakeHub(Hub):
    """Every operator has a page. `trace` tells the order of pops among the calls to phones."""

    def __init__(self, trace: list[tuple[str, str]]) -> None:
        super().__init__()
        self._trace = trace
        self.away: set[str] = set()
        self.pops: list[tuple[str, str]] = []
        self.notices: list[tuple[str, str]] = []
        self.takes_s = 0.01
        self.breaks = False

    async def pop(self, username: str, message: Mapping[str, Any]) -> bool:
        if self.breaks:
            raise RuntimeError("the page cannot be written to")
        self._trace.append(("pop", username))
        self.pops.append((username, message["call"]["id"]))
        await asyncio.sleep(self.takes_s)
        return True

    def send(self, username: str, kind: str, payload: Mapping[str, Any]) -> None:
        if kind == "notice":
            self.notices.append((username, payload["code"]))

    def connected(self, username: str) -> bool:
        return username not in self.away


class _TracingAgent(FakeAgent):
    def __init__(self, trace: list[tuple[str, str]]) -> None:
        super().__init__(lambda event: None)
        self._trace = trace

    def call(self, uri: str, headers: Mapping[str, str] | None = None, **how: Any) -> LegId:
        leg = super().call(uri, headers, **how)
        self._trace.append(("ring", uri.removeprefix("sip:").partition("@")[0]))
        return leg


@dataclass
class House:
    """A running switchboard and everything around it."""

    agent: FakeAgent
    switchboard: Switchboard
    journal: FakeJournal
    numbers: FakeNumbers
    tickets: FakeTickets
    prompts: FakePrompts
    hub: FakeHub
    trace: list[tuple[str, str]] = field(default_factory=list)

    async def ready(self, *usernames: str) -> None:
        for username in usernames or OPERATORS:
            await self.switchboard.desk_side.set_presence(username, "ready", None)

    async def settle(self, seconds: float = 0.1) -> None:
        """Let events and tasks run, and time pass."""
        self.agent.settle()
        await asyncio.sleep(seconds)
        self.agent.settle()
        await asyncio.sleep(0)

    async def caller(self, number: str = "+6281234567890") -> FakeLeg:
        """Somebody calls and is answered."""
        leg = self.agent.known[self.agent.invite(number)]
        await self.settle()
        return leg

    def phone(self) -> FakeLeg:
        """The one phone that rings or talks."""
        (phone,) = self.agent.phones
        return phone

    def state(self, operator: str) -> str:
        return self.switchboard.desk_side.presence(operator)["state"]

    @property
    def calls(self) -> list[Call]:
        return list(self.switchboard.house.calls)

    @property
    def distributor(self) -> Distributor:
        return self.switchboard.house.distributor

    def look_after(self) -> None:
        self.switchboard.house.housekeeping.look()

    def opened(self) -> list[str | None]:
        """The calls for which tickets were opened."""
        return [record.ticket.call_id for record in self.journal.of(TicketOpened)]

    def logged(self) -> list[str]:
        return [fact.name.value for fact in self.journal.facts]


@asynccontextmanager
async def a_house(rules: Installation) -> AsyncIterator[House]:
    """A switchboard that takes calls; it is stopped on leaving."""
    zone = ZoneInfo(rules.hours.timezone)
    loop = asyncio.get_running_loop()

    def clock() -> float:
        return MONDAY_NOON + loop.time()

    trace: list[tuple[str, str]] = []
    agent, hub, journal = _TracingAgent(trace), FakeHub(trace), FakeJournal()
    numbers, tickets, prompts = FakeNumbers(), FakeTickets(), FakePrompts()
    procedure = Procedure(rules.sop, rules.matrix, rules.offices, rules.areas)
    store = SimpleNamespace(
        blocked=SimpleNamespace(find=lambda number, now: None),
        journal=journal,
        numbers=numbers,
        tickets=tickets,
        inbox=FakeInbox(),
        accounts=FakePeople(),
        events=FakeEvents(),
        alarms=FakeAlarms(),
        keyring=Keyring.fresh(),
        once_here=lambda work: work(),
    )
    switchboard = Switchboard(
        installation=rules,
        agent=agent,
        store=cast(Store, store),
        hub=hub,
        prompts=cast(PromptLibrary, prompts),
        clock=clock,
        serialiser=Serialiser(zone, procedure, clock, Clocks.of(rules)),
        procedure=procedure,
        status=Status(rules, Engine("pjsua2", "2.17", 200, fallback=False), clock),
    )
    agent.on_event = switchboard.on_sip
    await switchboard.start()
    switchboard.accept()
    try:
        yield House(agent, switchboard, journal, numbers, tickets, prompts, hub, trace)
    finally:
        stopping = asyncio.create_task(switchboard.stop(0))
        while not stopping.done():
            agent.settle()
            await asyncio.sleep(0.05)
        await stopping
        await hub.close()


def rung_before_pop(trace: Iterable[tuple[str, str]]) -> list[str]:
    """Operators whose phone was called without a pop of its own before."""
    popped: dict[str, int] = {}
    bare = []
    for what, operator in trace:
        popped[operator] = popped.get(operator, 0) + (1 if what == "pop" else -1)
        if popped[operator] < 0:
            bare.append(operator)
    return bare
