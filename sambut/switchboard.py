"""Carries events in and effects out: the only place that knows both phones and people."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from config import Installation, Trunk
from desk import shapes
from desk.hub import Hub
from desk.ports import CallControlError, PresenceWish
from desk.serialise import Serialiser, figures
from hotline.distributor import Distributor
from hotline.effects import Connect, Effect, Log, PresenceChanged, Ring, ScreenPop, StopRinging, WaitExpired
from hotline.presence import OperatorState, Presence
from hotline.procedure import Procedure
from hotline.ticket import Ticket
from ivr.session import IvrSession
from sambut.callers import Callers
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.facts import FactLog
from sambut.operators import Operator, Operators
from sambut.recordings import Recorder
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
from storage import Account, Role, Store, StoreUnavailable
from voice.prompts import PromptLibrary

log = structlog.get_logger(__name__)

TICKET_STORED_WITHIN_S = 1.0  # a pop waits this long for its ticket to be safe; the journal spools long before
HISTORY_WITHIN_S = 0.3  # and this long for the caller's history: the phone rings without it rather than late
HISTORY_LENGTH = 10
AS_OF_EVERY_S = 2.0  # a live page that hears nothing for longer says so (PEERS.md 13)
SWEEP_EVERY_S = 10.0
DISMISSAL_S = 8.0  # for the last words to a caller when the service stops


class Switchboard:
    """Implements `desk.ports.Switchboard`. Everything here runs in the event loop's thread."""

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
        self._hub = hub
        self._clock = clock
        self._json = serialiser
        self._status = status
        self._tasks = Tasks()
        self._calls = Calls()
        self._distributor = Distributor(installation.queues)
        self._views = Views(installation.queues, self._calls, self._distributor, zone)
        self.facts = FactLog(store.journal, installation.queues, zone, clock)
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
        tickets = CallTickets(store.journal, store.numbers, procedure, clock, zone, self._ticket_stored)
        self._callers = Callers(
            agent=agent,
            calls=self._calls,
            peers=PeerTable((trunk.name, _peers(trunk)) for trunk in settings.trunks),
            new_session=lambda call, number: IvrSession(installation, call=call, caller_number=number),
            distributor=self._distributor,
            distribute=self.distribute,
            sound=Sound(agent, prompts, self._tasks, self._playback_failed),
            recorder=self._recorder,
            tickets=tickets,
            facts=self.facts,
            journal=store.journal,
            clock=clock,
            node=settings.node,
            most_calls=status.engine.legs // 2,  # every caller may need an operator's leg
            changed=self._call_changed,
        )
        self._operators = Operators(
            agent=agent,
            calls=self._calls,
            distributor=self._distributor,
            distribute=self.distribute,
            pages=hub,
            pop_of=self._screen_pop,
            recorder=self._recorder,
            tickets=tickets,
            journal=store.journal,
            tasks=self._tasks,
            clock=clock,
            changed=self._call_changed,
        )
        self._timer: asyncio.TimerHandle | None = None
        self._callbacks_open = 0

    # --- life -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Learn the operators, finish what an earlier run left behind, and begin to keep time."""
        for account in await self._store.accounts.list(Role.OPERATOR):
            self._know(account)
        self.facts.count([fact async for fact in self._store.events.between(self.facts.midnight(), self._clock())])
        self._tasks.start(self._recorder.salvage(), "salvage recordings")
        self._tasks.start(self._keep_live(), "keep live")
        self._tasks.start(self._sweep(), "sweep legs")

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
                self._callers.dismiss(call)
            await self._empty_within(DISMISSAL_S)
        for call in self._calls:
            self._callers.end(call, "system", "shutdown")
        await self._empty_within(2)
        await self._recorder.settle()
        if self._timer is not None:
            self._timer.cancel()
        await self._tasks.close()
        self._recorder.close()

    # --- events of the telephone side -----------------------------------------------------------------------------

    def on_sip(self, event: SipEvent) -> None:
        """Every event of the SIP agent comes in here, one at a time."""
        match event:
            case IncomingCall():
                self._callers.incoming(event)
            case RegistrationChanged():
                self._status.registration(event)
            case DigitPressed() | LegAnswered() | LegEnded() | PlaybackFinished():
                call = self._calls.of_leg(event.leg)
                if call is not None:
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
                self._callers.hung_up(call, by_us, status)
                self._operators.hang_up(call)

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
        """Carry out what the queue asks for, in its order, and set the clock to its next deadline."""
        facts = []
        for effect in effects:
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
                case Log(fact=fact):
                    facts.append(fact)
        self.facts.log(*facts)
        self._set_timer()
        self._hub.publish("queue", self._queue_payload)

    def _connect(self, effect: Connect) -> None:
        call = self._calls.get(effect.call)
        if call is not None:
            self._callers.connected(call)
            self._operators.connect(effect, call)

    def _wait_expired(self, call_id: str, queue: str) -> None:
        call = self._calls.get(call_id)
        if call is not None:
            self._callers.wait_expired(call, self._installation.queue(queue).on_timeout)

    def _presence_changed(self, operator: str, presence: Presence) -> None:
        person = self._operators.people.get(operator)
        if person is None:
            return
        if presence.state in (OperatorState.READY, OperatorState.PAUSED, OperatorState.OFFLINE):
            person.pop = None
        self._hub.publish("operator", {"presence": self._presence(person, presence)})

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

    # --- what the desk asks (desk.ports.Switchboard) --------------------------------------------------------------

    def presence(self, operator: str) -> shapes.Presence:
        person = self._operators.people.get(operator) or Operator(operator, operator, "")
        return self._presence(person, self._distributor.presence(operator))

    async def set_presence(self, operator: str, state: PresenceWish, reason: str | None) -> None:
        person = await self._person(operator)
        now = self._clock()
        match state:
            case "ready" if not person.phone:
                raise CallControlError("no_phone", "set the SIP address of your phone first")
            case "ready":
                self.distribute(self._distributor.set_members(operator, self._memberships(operator), now=now))
                self.distribute(self._distributor.ready(operator, now))
            case "paused":
                self.distribute(self._distributor.pause(operator, reason or "", now))
            case "offline":
                self.distribute(self._distributor.offline(operator, now))

    async def set_phone(self, operator: str, uri: str) -> None:
        (await self._person(operator)).phone = uri
        self._presence_changed(operator, self._distributor.presence(operator))

    async def control(self, call: str, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        del arguments  # hold, transfer and the like will have some
        found = self._calls.get(call)
        if found is None:
            raise CallControlError("call_over", "this call is over", 409)
        if found.operator != operator:
            raise CallControlError("not_your_call", "another operator has this call, or nobody yet", 403)
        if action != "hangup":
            raise CallControlError("not_supported", f"{action} is done on the phone itself", 409)
        self._callers.end(found, "operator", "hang_up")

    def live(self) -> shapes.Live:
        return {
            "at": self._json.at(self._clock()),
            **self._queue_payload(),  # type: ignore[typeddict-item]  # its keys are of Live
            "operators": [
                self._presence(person, self._distributor.presence(name))
                for name, person in sorted(self._operators.people.items())
            ],
            "calls": [self._views.call(call) for call in self._calls],
        }

    def status(self) -> shapes.Status:
        return self._status.view()

    def pop_for(self, operator: str) -> shapes.ScreenPop | None:
        person = self._operators.people.get(operator)
        if person is None or person.pop is None:
            return None
        call = self._calls.get(person.pop["call"]["id"])
        return person.pop if call is None else {**person.pop, "call": self._views.call(call)}

    def call_active(self, call: str) -> bool:
        return self._calls.get(call) is not None

    # --- pushes ---------------------------------------------------------------------------------------------------

    async def _screen_pop(self, call: Call) -> shapes.ScreenPop:
        """What the operator's screen shows before the phone rings. The ticket is stored by then."""
        ticket = call.ticket
        if ticket is None or call.ticket_stored is None:
            raise LookupError(f"call {call.id} is offered without a ticket")
        await asyncio.wait([call.ticket_stored], timeout=TICKET_STORED_WITHIN_S)
        history, still_open = await self._past(call.number, ticket.number)
        return {
            "call": self._views.call(call),
            "ticket": self._json.ticket(ticket),
            "history": self._json.summaries(history),
            "open_tickets": self._json.summaries(still_open),
        }

    async def _past(self, number: str, this: str) -> tuple[list[Ticket], list[Ticket]]:
        """The caller's earlier tickets, and which are open; none when the number is withheld or the store slow."""
        if not number:
            return [], []
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                history = await self._store.tickets.history(number, HISTORY_LENGTH + 1)
                still_open = await self._store.tickets.open_of(number)
        except (TimeoutError, StoreUnavailable):
            log.warning("history_not_read")
            return [], []
        return [each for each in history if each.number != this], [each for each in still_open if each.number != this]

    def _call_changed(self, call: Call) -> None:
        payload = {"call": self._views.call(call)}
        self._hub.publish("call", payload)
        self._hub.publish("queue", self._queue_payload)

    def _ticket_stored(self, ticket: Ticket) -> None:
        self._hub.publish("ticket", lambda: {"ticket": self._json.ticket(ticket)})

    def _queue_payload(self) -> Mapping[str, Any]:
        return {
            "queues": self._views.queues(self._clock()),
            "today": figures(self.facts.today()),
            "callbacks_open": self._callbacks_open,
        }

    def _presence(self, person: Operator, presence: Presence) -> shapes.Presence:
        return self._json.presence(person.username, presence, name=person.name, phone=person.phone)

    # --- operators ------------------------------------------------------------------------------------------------

    async def _person(self, username: str) -> Operator:
        """The operator, as the store knows them now."""
        account = await self._store.accounts.get(username)
        if account is None:
            raise CallControlError("no_such_operator", f"there is no account {username!r}", 404)
        return self._know(account)

    def _know(self, account: Account) -> Operator:
        person = self._operators.people.setdefault(account.username, Operator(account.username, "", ""))
        person.name, person.phone = account.name, account.phone
        return person

    def _memberships(self, operator: str) -> dict[str, int]:
        return {
            rules.name: 0 if rules.members is None else rules.members[operator]
            for rules in self._installation.queues
            if rules.members is None or operator in rules.members
        }

    # --- housekeeping ---------------------------------------------------------------------------------------------

    def _playback_failed(self, call: Call, number: int) -> None:
        self._callers.playback_finished(call, number)

    async def _keep_live(self) -> None:
        """Live pages hear from us also when nothing happens."""
        while True:
            try:
                self._callbacks_open = await self._store.tickets.callbacks_open()
            except StoreUnavailable:
                log.warning("callbacks_not_counted")
            self._hub.publish("queue", self._queue_payload)
            await asyncio.sleep(AS_OF_EVERY_S)

    async def _sweep(self) -> None:
        """Every leg has an owner: one that has none is hung up (PEERS.md 1)."""
        strays: set[int] = set()
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            orphans = {leg for leg in self._agent.legs if not self._calls.owns(leg) and not self._operators.owns(leg)}
            for leg in orphans & strays:  # twice in a row: not one that is just being set up or torn down
                log.error("stray_leg", leg=leg)
                self._agent.hang_up(leg)
            strays = orphans

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
