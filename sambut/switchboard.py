"""Carries events in and effects out: the only place that knows both phones and people."""

import asyncio
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import structlog

from config import Installation, Trunk
from desk.hub import Hub
from desk.serialise import Serialiser
from hotline.distributor import Distributor
from hotline.effects import Connect, Effect, Log, PresenceChanged, Ring, ScreenPop, StopRinging, WaitExpired
from hotline.presence import OperatorState, Presence
from hotline.procedure import Procedure
from ivr.session import IvrSession
from sambut.callers import LAST_WORDS_WITHIN_S, Callers
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.contain import contained
from sambut.deskside import DeskSide
from sambut.facts import FactLog
from sambut.hold import Hold
from sambut.housekeeping import Housekeeping
from sambut.operators import Operators
from sambut.people import People
from sambut.pushes import Pushes
from sambut.recordings import Recorder
from sambut.screenpop import ScreenPops
from sambut.sound import Sound
from sambut.status import Status
from sambut.tasks import Tasks
from sambut.tickets import CallTickets
from sambut.views import Views
from sip.agent import SipAgent
from sip.events import (
    DigitPressed,
    IncomingCall,
    LegAnswered,
    LegEnded,
    PlaybackFinished,
    RegistrationChanged,
    SipEvent,
)
from sip.peers import PeerTable
from storage import Store
from voice.prompts import PromptLibrary

log = structlog.get_logger(__name__)

LAST_SIGNALS_S = 2.0  # for the answers to our BYEs


class Switchboard:
    """Everything here runs in the event loop's thread. `desk_side` is what the desk gets to see."""

    def __init__(
        self,
        *,
        installation: Installation,
        agent: SipAgent,
        store: Store,
        hub: Hub,
        prompts: PromptLibrary,
        clock: Clock,
        serialiser: Serialiser,
        procedure: Procedure,
        status: Status,
    ) -> None:
        settings, zone = installation.settings, ZoneInfo(installation.hours.timezone)
        self._installation = installation
        self._agent = agent
        self._store = store
        self._clock = clock
        self._status = status
        self._tasks = Tasks()
        self._calls = Calls()
        self._distributor = Distributor(installation.queues)
        self._people = People(store, installation.queues)
        self._facts = FactLog(store.journal, installation.queues, zone, clock)
        views = Views(installation.queues, self._calls, self._distributor, zone)
        self._pushes = Pushes(
            hub=hub,
            store=store,
            people=self._people,
            calls=self._calls,
            distributor=self._distributor,
            facts=self._facts,
            views=views,
            serialiser=serialiser,
            clock=clock,
            tasks=self._tasks,
        )
        self._recorder = Recorder(
            agent,
            store.journal,
            self._tasks,
            clock,
            data=settings.data,
            audio_format=settings.recording_format,
            zone=zone,
            enabled=settings.recordings,
        )
        tickets = CallTickets(
            store.journal,
            store.numbers,
            procedure,
            clock,
            zone,
            opened=self._pushes.ticket,
            saved=self._pushes.saved_ticket,
        )
        sound = Sound(agent, prompts, self._tasks, self._playback_finished)
        self._callers = Callers(
            agent=agent,
            calls=self._calls,
            peers=PeerTable((trunk.name, _peers(trunk)) for trunk in settings.trunks),
            new_session=lambda call, number: IvrSession(installation, call=call, caller_number=number),
            distributor=self._distributor,
            distribute=self.distribute,
            sound=sound,
            recorder=self._recorder,
            tickets=tickets,
            facts=self._facts,
            journal=store.journal,
            clock=clock,
            node=settings.node,
            most_calls=status.engine.legs // 2,  # every caller may need an operator's leg
            changed=self._pushes.call,
        )
        self._operators = Operators(
            agent=agent,
            calls=self._calls,
            distributor=self._distributor,
            distribute=self.distribute,
            pages=hub,
            people=self._people,
            pop_of=ScreenPops(store, views, serialiser).of,
            recorder=self._recorder,
            tickets=tickets,
            journal=store.journal,
            tasks=self._tasks,
            clock=clock,
            changed=self._pushes.call,
        )
        self._housekeeping = Housekeeping(
            agent=agent,
            calls=self._calls,
            callers=self._callers,
            operators=self._operators,
            people=self._people,
            distributor=self._distributor,
            distribute=self.distribute,
            facts=self._facts,
            hub=hub,
            clock=clock,
        )
        self.desk_side = DeskSide(
            calls=self._calls,
            callers=self._callers,
            operators=self._operators,
            hold=Hold(
                installation=installation,
                agent=agent,
                sound=sound,
                facts=self._facts,
                clock=clock,
                changed=self._pushes.call,
            ),
            people=self._people,
            distributor=self._distributor,
            distribute=self.distribute,
            pushes=self._pushes,
            views=views,
            status=status,
            clock=clock,
        )
        self._timer: asyncio.TimerHandle | None = None

    # --- life -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Learn the operators, finish what an earlier run left behind, and begin to keep time."""
        await self._people.load()
        self._facts.count([fact async for fact in self._store.events.between(self._facts.midnight(), self._clock())])
        self._tasks.start(self._recorder.salvage(), "salvage recordings")
        self._tasks.start(self._pushes.keep_fresh(), "keep fresh")
        self._tasks.start(self._housekeeping.run(), "housekeeping")

    def accept(self) -> None:
        """From now on calls are taken."""
        self._callers.accepting = self._status.accepting = True

    @property
    def legs(self) -> int:
        return len(self._agent.legs)

    def count(self, state: str) -> int:
        """Calls in this state."""
        return sum(call.state == state for call in self._calls)

    async def stop(self, drain_s: float) -> None:
        """No new calls; running ones may finish for `drain_s` seconds, then callers are told and the calls ended."""
        self._callers.accepting = self._status.accepting = False
        if not await self._empty_within(drain_s):
            for call in self._calls:
                with contained("dismissal_failed", call=call.id):
                    self._callers.dismiss(call, "shutdown")
            await self._empty_within(LAST_WORDS_WITHIN_S + LAST_SIGNALS_S)
        await self._recorder.settle()
        if self._timer is not None:
            self._timer.cancel()
        await self._tasks.close()
        self._recorder.close()

    # --- events of the telephone side -----------------------------------------------------------------------------

    def on_sip(self, event: SipEvent) -> None:
        """Every event of the SIP agent comes in here, one at a time. What fails in one does not reach the next."""
        with contained("sip_event_failed", sip_event=type(event).__name__):
            self._on_sip(event)

    def _on_sip(self, event: SipEvent) -> None:
        match event:
            case IncomingCall():
                self._callers.incoming(event)
            case RegistrationChanged():
                self._status.registration(event)
            case DigitPressed() | LegAnswered() | LegEnded() | PlaybackFinished():
                call = self._calls.of_leg(event.leg)
                if call is not None:
                    with self._callers.guard(call, type(event).__name__):
                        self._caller_event(call, event)
                elif self._operators.owns(event.leg):
                    self._operator_event(event)
            case _:
                pass

    def _caller_event(self, call: Call, event: DigitPressed | LegAnswered | LegEnded | PlaybackFinished) -> None:
        match event:
            case LegAnswered():
                self._callers.answered(call)
            case DigitPressed(digit=digit):
                self._callers.key_pressed(call, digit)
            case PlaybackFinished(number=number):
                self._callers.playback_finished(call, number)
            case LegEnded(status=status, by_us=by_us):
                self._operators.hang_up(call)
                self._callers.hung_up(call, by_us, status)

    def _operator_event(self, event: DigitPressed | LegAnswered | LegEnded | PlaybackFinished) -> None:
        match event:
            case LegAnswered():
                self._operators.answered(event.leg)
            case DigitPressed(digit=digit):
                self._operators.key_pressed(event.leg, digit)
            case LegEnded(status=status, by_us=by_us):
                self._operators.ended(event.leg, status, by_us)
            case _:
                pass

    # --- effects of the queue -------------------------------------------------------------------------------------

    def distribute(self, effects: Iterable[Effect]) -> None:
        """Carry out what the queue asks for, in its order, and set the clock to its next deadline.

        The facts first: what has happened is on record even if something that follows from it fails. An effect may
        ask the queue for more, whose facts are then later ones.
        """
        asked = list(effects)
        self._facts.log(*(effect.fact for effect in asked if isinstance(effect, Log)))
        for effect in asked:
            with contained("effect_failed", effect=type(effect).__name__):
                self._carry_out(effect)
        self._set_timer()
        self._pushes.queue()

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case ScreenPop():
                self._operators.offer(effect)
            case Ring():
                self._operators.ring(effect)
            case StopRinging():
                self._operators.stop_ringing(effect)
            case Connect():
                self._connect(effect)
            case WaitExpired(call=call_id, queue=queue):
                self._wait_expired(call_id, queue)
            case PresenceChanged(operator=operator, presence=presence):
                self._presence_changed(operator, presence)
            case Log():
                pass  # logged already

    def _connect(self, effect: Connect) -> None:
        call = self._calls.get(effect.call)
        if call is not None:
            with self._callers.guard(call, "connect"):
                self._callers.connected(call)
                self._operators.connect(effect, call)

    def _wait_expired(self, call_id: str, queue: str) -> None:
        call = self._calls.get(call_id)
        if call is not None:
            with self._callers.guard(call, "wait_expired"):
                self._callers.wait_expired(call, self._installation.queue(queue).on_timeout)

    def _presence_changed(self, username: str, presence: Presence) -> None:
        person = self._people.get(username)
        if person is None:
            return
        if presence.state in (OperatorState.READY, OperatorState.PAUSED, OperatorState.OFFLINE):
            person.pop = None
        self._pushes.presence(person)

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._distributor.next_deadline()
        if deadline is not None:
            delay = max(0.0, deadline - self._clock())
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self.distribute(self._distributor.tick(self._clock()))

    def _playback_finished(self, call: Call, number: int) -> None:
        """A prompt that could not be played counts as heard."""
        self._callers.playback_finished(call, number)

    async def _empty_within(self, seconds: float) -> bool:
        """Wait until no call is up."""
        end = self._clock() + seconds
        while len(self._calls):
            if self._clock() >= end:
                return False
            await asyncio.sleep(0.05)
        return True


def _peers(trunk: Trunk) -> list[str]:
    """Who may send calls by this trunk: its peers, and the registrar we registered at."""
    registrar = [] if trunk.registration is None else [trunk.registration.registrar.rsplit(":", 1)[0].strip("[]")]
    return [*map(str, trunk.peers), *registrar]
