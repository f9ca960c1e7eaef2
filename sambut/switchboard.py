"""Carries events in and effects out: the only place that knows both phones and people."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial

import structlog

from config import Installation, Trunk
from desk.hub import Hub
from desk.serialise import Serialiser
from hotline.counting import LEAD_S
from hotline.effects import Connect, Effect, Log, PresenceChanged, Ring, ScreenPop, StopRinging, WaitExpired
from hotline.facts import EventName, Fact
from hotline.presence import OperatorState, Presence
from hotline.procedure import Procedure
from sambut.callers import LAST_WORDS_WITHIN_S
from sambut.calls import Call
from sambut.clock import Clock
from sambut.contain import contained
from sambut.house import House
from sambut.status import Status
from sip.events import (
    DigitPressed,
    IncomingCall,
    LegAnswered,
    LegEnded,
    LegHeard,
    LegId,
    LegRinging,
    LegSilent,
    LineOffer,
    LineUp,
    MediaActive,
    PlaybackFinished,
    Quality,
    RecordingClosed,
    RecordingFailed,
    RegistrationChanged,
    SipEvent,
    TlsRefused,
)
from sip.ports import Agent
from sip.statuses import how_ended
from storage import Store
from voice.prompts import PromptLibrary

log = structlog.get_logger(__name__)

LAST_SIGNALS_S = 2.0  # for the answers to our BYEs
RECORDINGS_WITHIN_S = 10.0  # what is not in the archive by then is made at the next start

LegEvent = LegRinging | LegAnswered | LegEnded | MediaActive | DigitPressed | PlaybackFinished


class Switchboard:
    """Everything here runs in the event loop's thread. `desk_side` is what the desk gets to see."""

    def __init__(
        self,
        *,
        installation: Installation,
        agent: Agent,
        store: Store,
        hub: Hub,
        prompts: PromptLibrary,
        clock: Clock,
        serialiser: Serialiser,
        procedure: Procedure,
        status: Status,
    ) -> None:
        self._installation = installation
        self._agent = agent
        self._store = store
        self._clock = clock
        self._status = status
        self._house = House(
            self,
            installation=installation,
            agent=agent,
            store=store,
            hub=hub,
            prompts=prompts,
            clock=clock,
            serialiser=serialiser,
            procedure=procedure,
            status=status,
        )
        self.desk_side = self._house.desk_side
        self._timer: asyncio.TimerHandle | None = None

    # --- life -----------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Learn the operators, finish what an earlier run left behind, and begin to keep time.

        Who may take calls, and what today's figures were, is learned later if the database is not here yet.
        """
        house = self._house
        self._status.ask(house.addresses.warnings)
        await house.addresses.look_up()
        house.tasks.start(house.addresses.run(), "trunk addresses")
        await self._store.once_here(self._learn)
        house.tasks.start(house.recorder.salvage(self._message_found), "salvage recordings")
        house.tasks.start(house.pushes.keep_fresh(), "keep fresh")
        house.tasks.start(house.housekeeping.run(), "housekeeping")
        house.watchers.add(house.escalations.changed)
        house.tasks.start(house.escalation_rounds.run(), "escalation rounds")
        house.watchers.add(house.alarms.changed)
        house.tasks.start(house.alarms.run(), "alarms")

    async def _learn(self) -> None:
        house = self._house
        await house.people.load()
        since = house.facts.midnight() - LEAD_S
        house.facts.take_over([fact async for fact in self._store.events.between(since, house.facts.began)])

    def accept(self) -> None:
        """From now on calls are taken."""
        self._house.callers.accepting = self._status.accepting = True

    @property
    def house(self) -> House:
        """The parts, for tests that look inside."""
        return self._house

    @property
    def legs(self) -> int:
        return len(self._agent.legs)

    def refusals(self) -> Mapping[str, int]:
        """Of the SIP door, by the names of `sip.door.COUNTERS`."""
        return self._agent.refusals()

    def count(self, state: str) -> int:
        """Calls in this state."""
        return sum(call.state == state for call in self._house.calls)

    async def stop(self, drain_s: float) -> None:
        """No new calls; running ones may finish for `drain_s` seconds, then callers are told and the calls ended."""
        house = self._house
        house.callers.accepting = self._status.accepting = False
        house.outbound.drop_placeholders()
        if not await self._empty_within(drain_s):
            for call in house.calls:
                with contained("dismissal_failed", call=call.id):
                    self._dismiss(call)
            await self._empty_within(LAST_WORDS_WITHIN_S + LAST_SIGNALS_S)
        self._sign_everybody_off()
        await house.recorder.settle(RECORDINGS_WITHIN_S)
        if self._timer is not None:
            self._timer.cancel()
        await house.tasks.close()

    def _sign_everybody_off(self) -> None:
        """In the event log alone: pages keep what their people asked for, and ask again when the service is back."""
        house, now = self._house, self._clock()
        states = {each.username: house.distributor.presence(each.username).state for each in house.people.all()}
        on = (name for name, state in states.items() if state is not OperatorState.OFFLINE)
        house.facts.log(*(Fact(EventName.REMOVEMEMBER, now, operator=name) for name in on))

    def _dismiss(self, call: Call) -> None:
        """Everybody else lets go of the caller, so that nothing talks over the last words or takes them back."""
        house = self._house
        house.losses.over(call)
        house.consultations.over(call)
        if call.direction == "out" and call.connected_at is None:
            house.outbound.give_up(call)
            return
        if call.operator_leg is not None:
            house.handovers.end_part(call)
        house.callers.dismiss(call, "shutdown")

    # --- events of the telephone side -----------------------------------------------------------------------------

    def on_sip(self, event: SipEvent) -> None:
        """Every event of the SIP agent comes in here, one at a time. What fails in one does not reach the next."""
        with contained("sip_event_failed", sip_event=type(event).__name__):
            self._on_sip(event)

    def _on_sip(self, event: SipEvent) -> None:
        house = self._house
        match event:
            case IncomingCall():
                house.callers.incoming(event)
            case TlsRefused():
                self._status.tls_refused(event)
            case RecordingClosed() | RecordingFailed():
                house.recorded_files.on_event(event)
            case RegistrationChanged():
                self._status.registration(event)
            case LineOffer() | LineUp():
                house.headsets.on_event(event)
            case LegSilent() | LegEnded() if house.headsets.owns(event.leg):
                house.headsets.on_event(event)
            case LegSilent() | LegHeard() | Quality():
                house.line_watch.on_event(event)
            case LegRinging() | LegAnswered() | LegEnded() | MediaActive() | DigitPressed() | PlaybackFinished():
                self._leg_event(event)
            case _:
                pass

    def _leg_event(self, event: LegEvent) -> None:
        house, leg = self._house, event.leg
        call = house.calls.of_leg(leg)
        if call is not None:
            with house.callers.guard(call, type(event).__name__):
                self._caller_event(call, event)
        elif house.consultations.owns(leg):
            self._third_event(event)
        elif house.outbound.owns(leg):
            self._own_phone_event(event)
        elif house.operators.owns(leg):
            self._operator_event(event)

    def _caller_event(self, call: Call, event: LegEvent) -> None:
        house = self._house
        match event:
            case LegRinging() if call.direction == "out":
                call.rang = True
            case LegAnswered() if call.direction == "out":
                house.outbound.answered(call)
            case LegAnswered():
                house.callers.answered(call)
            case MediaActive() if call.direction == "out":
                house.outbound.early_sound(call)
            case DigitPressed(digit=digit):
                house.callers.key_pressed(call, digit)
            case PlaybackFinished(number=number):
                house.callers.playback_finished(call, number)
            case LegEnded(status=status, by_us=by_us, cause=cause):
                if call.direction == "out":
                    house.outbound.ended(call, status, cause)
                self._caller_gone(call, by_us, how_ended(status, cause))
            case _:
                pass

    def _caller_gone(self, call: Call, by_us: bool, how: str) -> None:
        """Whatever fails on the way, no phone of ours goes on without the caller."""
        house = self._house
        with contained("end_of_call_failed", call=call.id):
            house.losses.over(call)
            house.consultations.over(call)
        with contained("end_of_call_failed", call=call.id):
            house.operators.hang_up(call)
        house.callers.hung_up(call, by_us, how)

    def _third_event(self, event: LegEvent) -> None:
        match event:
            case LegAnswered(leg=leg):
                self._house.consultations.answered(leg)
            case MediaActive(leg=leg):
                self._house.consultations.early_sound(leg)
            case LegEnded(leg=leg, status=status, cause=cause):
                self._house.consultations.ended(leg, status, cause)
            case _:
                pass

    def _own_phone_event(self, event: LegEvent) -> None:
        match event:
            case LegAnswered(leg=leg):
                self._house.outbound.own_phone_answered(leg)
            case LegEnded(leg=leg, status=status):
                self._house.outbound.own_phone_ended(leg, status)
            case _:
                pass

    def _operator_event(self, event: LegEvent) -> None:
        house = self._house
        match event:
            case LegAnswered(leg=leg):
                house.operators.answered(leg)
            case DigitPressed(leg=leg, digit=digit):
                house.operators.key_pressed(leg, digit)
            case LegEnded(leg=leg, status=status, by_us=by_us, cause=cause):
                call = house.operators.ended(leg, status, by_us, cause)
                if call is not None:
                    house.hangups.leg_ended(call, status, by_us)
            case _:
                pass

    # --- browser headsets that come and go ------------------------------------------------------------------------

    def headset_up(self, operator: str, leg: LegId) -> None:
        """A line stands (again): a call that waits for its operator goes on, and so do offers."""
        house = self._house
        lost = next((call for call in house.calls if call.operator == operator and call.operator_lost), None)
        if lost is not None:
            house.losses.back(lost, leg)
        self.phone_changed(operator)

    def headset_moved(self, old: LegId, new: LegId) -> None:
        """Another page has the headset now, and nobody noticed."""
        house = self._house
        call = house.operators.moved(old, new)
        if call is not None:
            house.handovers.move(call, new)
            if call.direction == "out" and call.answered_at is None:
                house.sound.ringback(new)
        if house.consultations.owns(old):
            house.consultations.moved(old, new)

    def headset_down(self, operator: str, leg: LegId) -> None:
        """The page is gone, or its sound: a call on it is lost, and nothing rings there any more."""
        house = self._house
        if house.consultations.owns(leg):
            house.consultations.lost(leg)
        call = house.operators.call_of(leg)
        if call is not None and call.operator_leg == leg:
            house.losses.lost(call, may_come_back=True)
        else:
            house.operators.drop(leg)
        self.phone_changed(operator)

    def phone_changed(self, operator: str) -> None:
        """A phone came, went, or is another one: the queue and everybody's page know."""
        house, person = self._house, self._house.people.get(operator)
        if person is None:
            return
        away = house.phones.state(person) == "away"
        change = house.distributor.phone_gone if away else house.distributor.phone_back
        self.distribute(change(operator, self._clock()))
        house.pushes.presence(person)

    # --- effects of the queue -------------------------------------------------------------------------------------

    def distribute(self, effects: Iterable[Effect]) -> None:
        """Carry out what the queue asks for, in its order, and set the clock to its next deadline.

        The facts first: what has happened is on record even if something that follows from it fails. An effect may
        ask the queue for more, whose facts are then later ones.
        """
        asked = list(effects)
        self._house.facts.log(*(effect.fact for effect in asked if isinstance(effect, Log)))
        for effect in asked:
            with contained("effect_failed", effect=type(effect).__name__):
                self._carry_out(effect)
        self._set_timer()
        self._house.pushes.queue()

    def _carry_out(self, effect: Effect) -> None:
        operators = self._house.operators
        match effect:
            case ScreenPop():
                operators.offer(effect)
            case Ring():
                operators.ring(effect)
            case StopRinging():
                operators.stop_ringing(effect)
            case Connect():
                self._connect(effect)
            case WaitExpired(call=call_id, queue=queue):
                self._wait_expired(call_id, queue)
            case PresenceChanged(operator=operator, presence=presence):
                self._presence_changed(operator, presence)
            case Log():
                pass  # logged already

    def _connect(self, effect: Connect) -> None:
        house = self._house
        call = house.calls.get(effect.call)
        if call is None:
            return
        with house.callers.guard(call, "connect"):
            leg = house.operators.connect(effect, call)
            if call.placed:
                house.callers.connected(call)
                house.outbound.reached(call.number)
                house.handovers.begin(call, effect.operator, leg)
            else:
                house.outbound.turn_has_come(call, effect.operator, leg)

    def _wait_expired(self, call_id: str, queue: str) -> None:
        house = self._house
        call = house.calls.get(call_id)
        if call is None:
            return
        if not call.placed:
            house.outbound.gave_up_waiting(call)
            return
        with house.callers.guard(call, "wait_expired"):
            house.callers.wait_expired(call, self._installation.queue(queue).on_timeout)

    def _presence_changed(self, username: str, presence: Presence) -> None:
        person = self._house.people.get(username)
        if person is None:
            return
        if presence.state in (OperatorState.READY, OperatorState.PAUSED, OperatorState.OFFLINE):
            person.pop = None
        self._house.pushes.presence(person)

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self._house.distributor.next_deadline()
        if deadline is not None:
            delay = max(0.0, deadline - self._clock())
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self.distribute(self._house.distributor.tick(self._clock()))

    def playback_finished(self, call: Call, number: int) -> None:
        """A prompt that could not be played counts as heard."""
        self._house.callers.playback_finished(call, number)

    async def _message_found(self, call_id: str, recording_id: str) -> None:
        """A message that an earlier run was recording when it died."""
        await self._store.once_here(partial(self._message_kept, call_id, recording_id))

    async def _message_kept(self, call_id: str, recording_id: str) -> None:
        call = await self._store.calls.get(call_id)
        if call is not None:
            ticket = None if call.ticket is None else await self._store.tickets.get(call.ticket)
            self._house.tickets.message_found(call, ticket, recording_id)

    async def _empty_within(self, seconds: float) -> bool:
        """Wait until no call is up."""
        end = self._clock() + seconds
        while self._house.calls.placed():
            if self._clock() >= end:
                return False
            await asyncio.sleep(0.05)
        return True


def _calling_out(installation: Installation) -> list[Trunk]:
    return [trunk for trunk in installation.settings.trunks if trunk.calls_out]
