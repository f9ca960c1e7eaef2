"""The caller's side: what the IVR asks for becomes sound, a place in the queue, a message or a hang-up."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from uuid import uuid4

import structlog

from hotline import numbers
from hotline.distributor import Distributor
from hotline.effects import Effect as QueueEffect
from hotline.facts import EventName, Fact
from ivr import effects as ivr
from ivr.session import IvrSession, Standing
from sambut.calls import Call, Calls, EndedBy
from sambut.clock import Clock
from sambut.contain import contained
from sambut.facts import FactLog, Journal
from sambut.recordings import Recorder
from sambut.sound import Sound
from sambut.tickets import CallTickets
from sip.events import IncomingCall
from sip.peers import PeerTable
from sip.ports import Agent
from sip.statuses import SipStatus
from storage.records import CallAnswered, CallEnded, CallStarted, new_key

log = structlog.get_logger(__name__)

LAST_WORDS_WITHIN_S = 8.0
LAST_WORDS = -1  # number of a playback that no IVR session gave out

Distribute = Callable[[Iterable[QueueEffect]], None]
NewSession = Callable[[str, str], IvrSession]
"""From call id and caller's number."""


class Callers:
    """Walks every caller through the IVR until an operator has them."""

    def __init__(
        self,
        *,
        agent: Agent,
        calls: Calls,
        peers: PeerTable,
        identity: Mapping[str, Sequence[str]],
        strict_rtp: frozenset[str],
        new_session: NewSession,
        distributor: Distributor,
        distribute: Distribute,
        sound: Sound,
        recorder: Recorder,
        tickets: CallTickets,
        facts: FactLog,
        journal: Journal,
        clock: Clock,
        node: str,
        most_calls: int,
        keep_place: Callable[[Call, str], None],
        transcribe: Callable[[str, Path], Coroutine[None, None, None]],
        give_up: Callable[[Call, EndedBy, str], None],
        changed: Callable[[Call], None],
        blocked: Callable[[str, float], object | None],
        refuses_blocked: bool,
    ) -> None:
        self._blocked = blocked
        self._refuses_blocked = refuses_blocked
        self._agent = agent
        self._calls = calls
        self._peers = peers
        self._identity = identity
        self._strict_rtp = strict_rtp
        self._new_session = new_session
        self._distributor = distributor
        self._distribute = distribute
        self._sound = sound
        self._recorder = recorder
        self._tickets = tickets
        self._facts = facts
        self._journal = journal
        self._clock = clock
        self._node = node
        self._most_calls = most_calls
        self._keep_place = keep_place
        self._transcribe = transcribe
        self._give_up = give_up
        self._changed = changed
        self.accepting = False

    # --- what the telephone side tells ----------------------------------------------------------------------------

    def incoming(self, event: IncomingCall) -> None:
        """A new caller: refused with a reason, or answered at once and greeted."""
        trunk = self._peers.trunk_of(event.source)
        refusal = self._refusal(trunk)
        if refusal is not None or trunk is None:
            self._agent.hang_up(event.leg, refusal or SipStatus.FORBIDDEN)
            self._facts.log(Fact(EventName.BLOCKED, self._clock(), data={"status": refusal}))
            return
        now, call_id = self._clock(), new_key()
        number = numbers.normalise(event.caller(self._identity[trunk]))
        blocked = self._blocked(number, now) is not None
        if blocked and self._refuses_blocked:
            self._decline(event, call_id, number, trunk, now)
            return
        call = Call(
            id=call_id,
            leg=event.leg,
            number=number,
            called=event.called,
            trunk=trunk,
            diverted_from=numbers.normalise(event.diverted_from),
            started_at=now,
            session=self._new_session(call_id, number),
        )
        self._calls.add(call)
        self._journal.write(self._started(event, call_id, number, trunk, now))
        log.info("call_started", call=call.id, trunk=trunk, sip_call_id=event.sip_call_id)
        with self.guard(call, "begin"):
            self._agent.answer(event.leg, strict_rtp=trunk in self._strict_rtp)
            if blocked:
                self._facts.log(Fact(EventName.BLOCKEDCALLER, now, call.id, data={"answer": "prompt"}))
                self.dismiss(call, "blocked", "blocked_caller")
            else:
                self._perform(call, call.session.begin(now))

    def _decline(self, event: IncomingCall, call_id: str, number: str, trunk: str, now: float) -> None:
        """A blocked caller is turned away, and the register of calls and the event log say so."""
        self._agent.hang_up(event.leg, SipStatus.DECLINE)
        called = self._started(event, call_id, number, trunk, now)
        self._journal.write(called, CallEnded(call_id, now, "system", "blocked"))
        self._facts.log(Fact(EventName.BLOCKEDCALLER, now, call_id, data={"answer": "refuse"}))
        log.info("caller_blocked", call=call_id, trunk=trunk)

    def _started(self, event: IncomingCall, call_id: str, number: str, trunk: str, now: float) -> CallStarted:
        diverted_from = numbers.normalise(event.diverted_from)
        return CallStarted(
            call_id, now, number, event.called, trunk, self._node, event.sip_call_id, diverted_from=diverted_from
        )

    def answered(self, call: Call) -> None:
        call.answered_at = self._clock()
        self._journal.write(CallAnswered(call.id, call.answered_at))
        self._changed(call)

    def key_pressed(self, call: Call, key: str) -> None:
        """A key for the IVR; while an operator has the caller, for whatever the operator has connected to the phone."""
        if call.operator_leg is not None:
            self._agent.send_digits(call.operator_leg, key)
            return
        self._perform(call, call.session.key_pressed(key, self._clock()))

    def playback_finished(self, call: Call, number: int) -> None:
        if call.playing != number:
            return
        if call.last_words:
            self._agent.hang_up(call.leg)
        elif not self._sound.told(call, number):
            self._perform(call, call.session.playback_finished(number, self._clock()))

    def hung_up(self, call: Call, by_us: bool, how: str) -> None:
        """The caller's leg is over, whoever ended it; `how` is of `sip.statuses.how_ended`.

        Whatever fails on the way, the call is gone from here.
        """
        now = self._clock()
        call.ended_by = call.ended_by or ("system" if by_us else "caller")
        call.end_reason = call.end_reason or how
        with contained("end_of_call_failed", call=call.id):
            self._perform(call, call.session.stop(now))
        with contained("end_of_call_failed", call=call.id):
            self._leave(call, now, call.ended_by)
        call.ended_at = now
        self._sound.forget(call)
        self._calls.remove(call)
        self._journal.write(CallEnded(call.id, now, call.ended_by, call.end_reason))
        log.info("call_ended", call=call.id, by=call.ended_by, reason=call.end_reason)
        self._changed(call)

    def _leave(self, call: Call, now: float, by: EndedBy) -> None:
        """Out of the queue, or out of the operator's hands."""
        if _unserved(call):
            self._out_of_line(call, now)
            self._tickets.to_call_back(call, "missed")
        elif _cut_off(call):
            self._tickets.to_call_back(call, "interrupted")
        if call.connected_at is not None:
            self._distribute(self._distributor.call_over(call.id, now, by))
            self._recorder.finish(call)

    def _out_of_line(self, call: Call, now: float) -> None:
        if call.waiting:
            call.waiting = False
            self._distribute(self._distributor.caller_left(call.id, now))

    # --- what the queue tells -------------------------------------------------------------------------------------

    def wait_expired(self, call: Call, node: str) -> None:
        """The longest wait is over: the flow's way out, which may be another queue. What comes of it, the end tells."""
        call.waiting = False
        self._perform(call, call.session.enter(node, self._clock()))

    def connected(self, call: Call) -> None:
        """An operator has the caller: the IVR has nothing to say any more."""
        call.waiting = False
        self._perform(call, call.session.stop(self._clock()))
        self._sound.stop(call)

    def back_in_line(self, call: Call, intro: str) -> None:
        """An operator gave the caller back to a queue, where they stand already: tell so, and let them wait."""
        self._perform(call, call.session.wait_again(call.queue or "", self._clock(), intro))

    def end(self, call: Call, by: EndedBy, reason: str) -> None:
        """Hang up on a caller. Of two who want it, the first one is on record."""
        if call.direction == "out" and call.answered_at is None:
            self._give_up(call, by, reason)
            return
        call.ended_by, call.end_reason = call.ended_by or by, call.end_reason or reason
        self._agent.hang_up(call.leg)

    def dismiss(self, call: Call, reason: str, prompt: str = "service_stopping") -> None:
        """The service stops, for everybody or for this caller, whom nobody else has: tell so, then hang up."""
        now = self._clock()
        call.ended_by, call.end_reason = call.ended_by or "system", call.end_reason or reason
        self._perform(call, call.session.stop(now))
        if call.waiting:  # or an operator could still answer, over the last words
            self._out_of_line(call, now)
            self._tickets.to_call_back(call, "interrupted")
        call.last_words = True
        # Its own deadline, since the session has none any more; a leg that has ended by then takes no harm.
        asyncio.get_running_loop().call_later(LAST_WORDS_WITHIN_S, self._agent.hang_up, call.leg)
        self._sound.play(call, ivr.Play(LAST_WORDS, (ivr.Phrase(prompt),), call.language))

    # --- what the IVR asks for ------------------------------------------------------------------------------------

    def _refusal(self, trunk: str | None) -> int | None:
        if trunk is None:
            return SipStatus.FORBIDDEN
        if not self.accepting:
            return SipStatus.SERVICE_UNAVAILABLE
        return SipStatus.BUSY_HERE if self._calls.placed() >= self._most_calls else None

    def _perform(self, call: Call, effects: Iterable[ivr.Effect]) -> None:
        for effect in effects:
            with contained("effect_failed", call=call.id, effect=type(effect).__name__):
                self._one(call, effect)
        self._set_timer(call)

    def _one(self, call: Call, effect: ivr.Effect) -> None:
        match effect:
            case ivr.Play():
                self._sound.play(call, effect)
            case ivr.PlayMusic(name):
                self._sound.music(call, name)
            case ivr.StopPlaying():
                self._sound.stop(call)
            case ivr.Enqueue():
                self._enqueue(call, effect)
            case ivr.LeaveQueue():
                pass  # the place is kept: what follows says at which number
            case ivr.RequestCallback(number):
                self._call_back(call, number)
            case ivr.StartRecording():
                call.message = self._recorder.start_message(call)
                self._changed(call)
            case ivr.StopRecording(keep):
                self._finish_message(call, keep)
            case ivr.Log(fact):
                self._facts.log(fact)
            case ivr.HangUp(reason):
                self.end(call, "system", reason)

    def _enqueue(self, call: Call, effect: ivr.Enqueue) -> None:
        now = self._clock()
        call.queue, call.kind, call.language = effect.queue, effect.kind, effect.language
        if not self._tickets.open(call):  # no screen could show this call: better to say so than to let it wait
            self.dismiss(call, "no_ticket_number")
            return
        call.queued_at, call.waiting = now, True
        self._distribute(self._distributor.caller_entered(call.id, effect.queue, now))
        self._changed(call)

    def _call_back(self, call: Call, number: str) -> None:
        self._tickets.to_call_back(call, "requested", number=number)
        if call.waiting:
            call.waiting = False
            self._keep_place(call, numbers.normalise(number) or call.number)
            self._changed(call)

    def _finish_message(self, call: Call, keep: bool) -> None:
        call.message = None
        self._agent.mixer.stop_recording(call.leg)
        if not keep:
            self._recorder.drop_message(call)
            return
        recording_id = uuid4().hex
        self._tickets.to_call_back(call, "message", message=recording_id)
        ticket = call.ticket.number if call.ticket is not None else ""
        self._recorder.keep_message(call, recording_id, partial(self._transcribe, ticket))

    # --- time -----------------------------------------------------------------------------------------------------

    def _set_timer(self, call: Call) -> None:
        self._cancel_timer(call)
        deadline = call.session.deadline
        if deadline is not None and call.ended_at is None:
            delay = max(0.0, deadline - self._clock())
            call.timer = asyncio.get_running_loop().call_later(delay, self._tick, call)

    def _cancel_timer(self, call: Call) -> None:
        if call.timer is not None:
            call.timer.cancel()
            call.timer = None

    def _tick(self, call: Call) -> None:
        now = self._clock()
        standing = None
        if call.waiting:
            estimate = self._distributor.estimated_wait_s(call.id, now)
            standing = Standing(self._distributor.position(call.id), estimate)
        with self.guard(call, "tick"):
            self._perform(call, call.session.tick(now, standing))

    def guard(self, call: Call, during: str) -> AbstractContextManager[None]:
        """A caller whose walk breaks is hung up rather than left in silence."""
        return contained("call_failed", way_out=partial(self.end, call, "system", "fault"), call=call.id, during=during)


def _unserved(call: Call) -> bool:
    """Whether the caller stood in a line at the end, or had stood in one and nobody ever answered."""
    return call.waiting or (call.queued_at is not None and call.wait_s is None)


def _cut_off(call: Call) -> bool:
    """Whether a talk ended by nobody's wish: by a line that broke, by us, or while nobody had the caller."""
    return call.leaving or call.operator_lost or (call.connected_at is not None and call.end_reason != "hang_up")
