"""The live state as the desk shows it: `desk.shapes`, from memory."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import tzinfo
from typing import Literal

from config import QueueRules
from desk import shapes
from desk.serialise import quality
from desk.times import rfc3339
from hotline.conversation import Turn
from hotline.distributor import Distributor
from sambut.calls import Call, Calls, Third
from sambut.conversations import Conversations


class Views:
    """Builds JSON-ready dictionaries; times in the installation's zone."""

    def __init__(self, queues: Iterable[QueueRules], calls: Calls, distributor: Distributor, zone: tzinfo) -> None:
        self._queues = tuple(queues)
        self._calls = calls
        self._distributor = distributor
        self._zone = zone

    def call(self, call: Call) -> shapes.Call:
        ends = call.ended_at
        return {
            "id": call.id,
            "state": call.state.value,
            "direction": call.direction,
            "number": call.number,
            "called": call.called,
            "diverted_from": call.diverted_from,
            "queue": call.queue,
            "kind": call.kind,
            "language": call.language,
            "operator": call.operator,
            "ticket": None if call.ticket is None else call.ticket.number,
            "started_at": self.time(call.started_at),
            "answered_at": rfc3339(call.answered_at, self._zone),
            "queued_at": rfc3339(call.queued_at, self._zone),
            "connected_at": rfc3339(call.connected_at, self._zone),
            "ended_at": rfc3339(ends, self._zone),
            "ended_by": call.ended_by if ends is not None else None,
            "end_reason": call.end_reason if ends is not None else None,
            "wait_s": call.wait_s,
            "talk_s": None if ends is None or call.connected_at is None else ends - call.connected_at,
            "recording": None,
            "recordings": [],
            "muted": call.muted,
            "actions": Conversations.actions(call),
            "third": None if call.third is None else self._third(call, call.third),
            "outcome": call.outcome,
            "outcome_note": None,
            "outcomes": dict(call.outcomes),
            "quality": None if call.quality is None else quality(asdict(call.quality)),
        }

    def _third(self, call: Call, third: Third) -> shapes.Third:
        return {
            "kind": third.target.kind,
            "id": third.target.id,
            "label": third.target.label,
            "state": _state_of(call, third),
            "since": self.time(third.since),
        }

    def queues(self, now: float) -> list[shapes.Queue]:
        return [self._queue(rules, now) for rules in self._queues]

    def time(self, at: float) -> str:
        return rfc3339(at, self._zone)

    def _queue(self, rules: QueueRules, now: float) -> shapes.Queue:
        callers = [self._waiting(call, position) for position, call in self._line(rules.name)]
        line = self._distributor.waiting(rules.name)
        return {
            "name": rules.name,
            "label": {"id": rules.label.id, "en": rules.label.en},
            "waiting": len(callers),
            "longest_wait_s": max((now - each.since for each in line), default=0.0),
            "target_s": rules.target_s,
            "target_percent": rules.target_percent,
            "callers": callers,
        }

    def _line(self, queue: str) -> Iterable[tuple[int, Call]]:
        for waiting in self._distributor.waiting(queue):
            call = self._calls.get(waiting.call)
            if call is not None:
                yield waiting.position, call

    def _waiting(self, call: Call, position: int) -> shapes.Waiting:
        since = call.started_at if call.queued_at is None else call.queued_at
        return {
            "call_id": call.id,
            "number": call.number,
            "position": position,
            "since": self.time(since),
            "kind": call.kind,
        }


def _state_of(call: Call, third: Third) -> Literal["ringing", "talking", "held", "conference"]:
    if not third.answered:
        return "ringing"
    match call.turn:
        case Turn.THIRD_HELD:
            return "held"
        case Turn.CONFERENCE:
            return "conference"
        case _:
            return "talking"
