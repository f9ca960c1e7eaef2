"""From what the rooms below keep to `desk.shapes`: the one place where the service's JSON is put together."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from config.base import Bilingual
from config.dialling import Dialling
from desk import clock_json, shapes
from desk.times import Clock, rfc3339
from hotline.callback_plan import tries_left
from hotline.clocks import Clocks
from hotline.escalation import needs, open_actions
from hotline.metrics import FORMULAS, QueueMetrics
from hotline.presence import OperatorState, Presence
from hotline.procedure import Procedure
from hotline.quality import is_bad
from hotline.sop import allowed
from hotline.ticket import Callback, Escalation, Ticket
from storage.accounts import Account, PhoneKind
from storage.calls import Call
from storage.recordings import Recording
from storage.ticket_log import TicketChange


class Serialiser:
    """Shapes in the installation's time zone and by its procedure. `clock` decides what is overdue."""

    def __init__(self, zone: ZoneInfo, procedure: Procedure, clock: Clock, clocks: Clocks) -> None:
        self._zone = zone
        self._procedure = procedure
        self._clock = clock
        self._clocks = clocks

    def at(self, moment: float) -> str:
        """RFC 3339, in the installation's time zone."""
        return rfc3339(moment, self._zone)

    def at_or_none(self, moment: float | None) -> str | None:
        """RFC 3339, or None for what has not happened."""
        return rfc3339(moment, self._zone)

    def account(self, account: Account) -> shapes.Account:
        """Without anything about the password."""
        return {
            "username": account.username,
            "name": account.name,
            "role": account.role,
            "unit": account.unit,
            "language": account.language,
            "phone": account.phone,
            "phone_kind": account.phone_kind.value,
            "auto_answer": account.auto_answer,
            "email": account.email,
            "email_notices": account.email_notices,
            "active": account.active,
            "password_temporary": account.password_temporary,
            "second_factor": account.second_factor,
        }

    def presence(
        self,
        operator: str,
        presence: Presence,
        *,
        name: str,
        phone: str,
        phone_kind: PhoneKind,
        phone_state: shapes.PhoneState,
        auto_answer: bool,
    ) -> shapes.Presence:
        """An operator's presence; `since` is null for somebody who never signed on."""
        last_call = presence.state in (OperatorState.READY, OperatorState.RINGING) and presence.pending is not None
        return {
            "operator": operator,
            "name": name,
            "state": presence.state.value,
            "since": self.at_or_none(presence.since or None),
            "reason": presence.reason,
            "call_id": presence.call,
            "pending": presence.pending,
            "phone": phone,
            "phone_kind": phone_kind.value,
            "phone_state": phone_state,
            "auto_answer": auto_answer,
            "last_call": last_call,
            "until": self.at_or_none(presence.until),
        }

    def call(
        self, call: Call, recordings: Sequence[Recording] = (), outcomes: Mapping[str, str] | None = None
    ) -> shapes.Call:
        """A call of the register. One that is up is told by the switchboard instead."""
        parts = self.parts(call, recordings)
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
            "ticket": call.ticket,
            "started_at": self.at(call.started_at),
            "answered_at": self.at_or_none(call.answered_at),
            "queued_at": self.at_or_none(call.queued_at),
            "connected_at": self.at_or_none(call.connected_at),
            "ended_at": self.at_or_none(call.ended_at),
            "ended_by": call.ended_by,
            "end_reason": call.end_reason,
            "wait_s": call.wait_s,
            "talk_s": _talk_s(call),
            "recording": first_of(parts),
            "recordings": parts,
            "muted": False,
            "actions": [],
            "third": None,
            "outcome": call.outcome,
            "outcome_note": call.outcome_note,
            "outcomes": dict(outcomes or {}),
            "quality": quality(call.quality),
        }

    def parts(self, call: Call, recordings: Sequence[Recording]) -> list[shapes.RecordingPart]:
        """What was recorded of the talk, a part for each operator, in the order of time."""
        return [self._part(call, recording) for recording in sorted(recordings, key=_began) if recording.kind == "call"]

    def summary(self, ticket: Ticket) -> shapes.TicketSummary:
        """What the history beside a ticket shows."""
        return {
            "number": ticket.number,
            "version": ticket.version,
            "step": ticket.step.value,
            "kind": ticket.kind,
            "caller": {"number": ticket.caller_number, "name": ticket.caller_name},
            "plate": ticket.plate,
            "region": ticket.region,
            "description": ticket.description,
            "category": ticket.category or None,
            "answer": ticket.answer,
            "operator": ticket.operator,
            "origin": ticket.origin,
            "created_at": self.at(ticket.created_at),
            "closed_at": self.at_or_none(ticket.closed_at),
            "closed_as": ticket.closed_as,
            "callback": self._callback(ticket, ticket.callback) if ticket.callback else None,
        }

    def summaries(self, tickets: Iterable[Ticket]) -> list[shapes.TicketSummary]:
        """Several, in the order given."""
        return [self.summary(ticket) for ticket in tickets]

    def ticket(self, ticket: Ticket, message: Recording | None = None) -> shapes.Ticket:
        """The whole ticket; `message` is what the caller left on tape, if that is to be shown."""
        return {
            **self.summary(ticket),
            "call_id": ticket.call_id,
            "language": ticket.language,
            "taken_at": self.at_or_none(ticket.taken_at),
            "message": _recording(message, f"/api/v1/tickets/{ticket.number}/message"),
            "steps": clock_json.steps(ticket, self._clocks, self._clock(), self.at, self.at_or_none),
            "escalation": self.escalation(ticket.escalation) if ticket.escalation else None,
            "allowed": [action.value for action in (*allowed(ticket), *open_actions(ticket))],
            "missing": {
                action.value: list(fields)
                for action, fields in (*self._procedure.missing(ticket).items(), *needs(ticket).items())
            },
        }

    def escalation(self, escalation: Escalation) -> shapes.Escalation:
        """A question and all its hand-overs."""
        return {
            "state": escalation.state.value,
            "way": escalation.way,
            "question": escalation.question,
            "asked_at": self.at(escalation.asked_at),
            "asked_by": escalation.asked_by,
            "to": escalation.to,
            "coordinator": escalation.coordinator,
            "unit": escalation.unit,
            "pic": escalation.pic,
            "pic_question": escalation.pic_question,
            "pic_answer": escalation.pic_answer,
            "answer": escalation.answer,
            "answered_at": self.at_or_none(escalation.answered_at),
            "promised_at": self.at_or_none(escalation.promised_at),
            "told_at": self.at_or_none(escalation.told_at),
            "handovers": [
                {"at": self.at(each.at), "by": each.by, "action": each.action, "to": each.to, "text": each.text}
                for each in escalation.handovers
            ],
        }

    def callback_due(self, ticket: Ticket, callback: Callback, plan: Dialling) -> shapes.CallbackDue:
        """A line of the call-back list; `plan` says how often a caller is tried, and when that is late."""
        late_at = None if callback.due_at is None else callback.due_at + 60 * plan.overdue_minutes
        return {
            "ticket": self.summary(ticket),
            "number": ticket.number_to_call,
            "reason": callback.reason,
            "since": self.at(callback.since),
            "due_at": self.at_or_none(callback.due_at),
            "overdue": late_at is not None and self._clock() > late_at,
            "tries": [
                {"at": self.at(each.at), "operator": each.operator, "result": each.result} for each in callback.tries
            ],
            "tries_left": tries_left(callback, plan.max_tries),
        }

    def change(self, change: TicketChange) -> shapes.Change:
        """One line of a ticket's log."""
        return {
            "at": self.at(change.at),
            "by": change.by,
            "field": change.field,
            "before": change.before,
            "after": change.after,
        }

    def _callback(self, ticket: Ticket, callback: Callback) -> shapes.Callback:
        return {
            "reason": callback.reason,
            "since": self.at(callback.since),
            "due_at": self.at_or_none(callback.due_at),
            "number": ticket.number_to_call,
            "tries": len(callback.tries),
            "last_result": callback.last_result,
        }

    def _part(self, call: Call, recording: Recording) -> shapes.RecordingPart:
        return {
            "id": recording.id,
            "operator": call.operator if recording.operator is None else recording.operator or None,
            "started_at": self.at(_began(recording)),
            "duration_s": recording.duration_s,
            "url": f"/api/v1/calls/{call.id}/recordings/{recording.id}",
        }


def figures(metrics: QueueMetrics) -> shapes.Figures:
    """The figures with the formulas that they are shown with."""
    return {
        "offered": metrics.offered,
        "answered": metrics.answered,
        "answered_within": metrics.answered_within,
        "abandoned": metrics.abandoned,
        "abandoned_within": metrics.abandoned_within,
        "short_abandons": metrics.short_abandons,
        "flow_out": metrics.flow_out,
        "non_responses": metrics.non_responses,
        "closed": metrics.closed,
        "blocked": metrics.blocked,
        "waiting": metrics.waiting,
        "service_level": metrics.service_level,
        "service_level_strict": metrics.service_level_strict,
        "service_level_answered": metrics.service_level_answered,
        "service_level_with_abandons": metrics.service_level_with_abandons,
        "abandon_rate": metrics.abandon_rate,
        "asa_s": metrics.asa_s,
        "aht_s": metrics.aht_s,
        "occupancy": metrics.occupancy,
        "formulas": dict(FORMULAS),
    }


def words(text: Bilingual) -> shapes.Words:
    """A text of the configuration."""
    return {"id": text.id, "en": text.en}


def _recording(recording: Recording | None, url: str) -> shapes.Recording | None:
    if recording is None:
        return None
    return {"id": recording.id, "duration_s": recording.duration_s, "url": url}


def first_of(parts: Sequence[shapes.RecordingPart]) -> shapes.Recording | None:
    """The part that a player begins with."""
    return {"id": parts[0]["id"], "duration_s": parts[0]["duration_s"], "url": parts[0]["url"]} if parts else None


def quality(figures: Mapping[str, float] | None) -> shapes.Quality | None:
    """`mos`, `loss_percent` and `jitter_ms` of a call's worse leg, and whether that is bad."""
    if figures is None:
        return None
    mos = figures["mos"]
    return {
        "mos": mos,
        "loss_percent": figures["loss_percent"],
        "jitter_ms": figures["jitter_ms"],
        "bad": is_bad(mos),
    }


def _began(recording: Recording) -> float:
    """A file that was kept before its beginning was, is stored as soon as it ends."""
    return recording.stored_at - recording.duration_s if recording.started_at is None else recording.started_at


def _talk_s(call: Call) -> float | None:
    if call.connected_at is None or call.ended_at is None:
        return None
    return round(call.ended_at - call.connected_at, 3)
