"""From what the rooms below keep to `desk.shapes`: the one place where the service's JSON is put together."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from config.base import Bilingual
from desk import shapes
from desk.times import Clock, rfc3339
from hotline.metrics import FORMULAS, QueueMetrics
from hotline.presence import Presence
from hotline.procedure import Procedure
from hotline.sop import allowed
from hotline.ticket import StepTime, Ticket
from storage.accounts import Account
from storage.calls import Call
from storage.recordings import Recording
from storage.tickets import TicketChange


class Serialiser:
    """Shapes in the installation's time zone and by its procedure. `clock` decides what is overdue."""

    def __init__(self, zone: ZoneInfo, procedure: Procedure, clock: Clock) -> None:
        self._zone = zone
        self._procedure = procedure
        self._clock = clock

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
            "language": account.language,
            "phone": account.phone,
            "active": account.active,
        }

    def presence(self, operator: str, presence: Presence, *, name: str, phone: str) -> shapes.Presence:
        """An operator's presence; `since` is null for somebody who never signed on."""
        return {
            "operator": operator,
            "name": name,
            "state": presence.state.value,
            "since": self.at_or_none(presence.since or None),
            "reason": presence.reason,
            "call_id": presence.call,
            "pending": presence.pending,
            "phone": phone,
            "until": self.at_or_none(presence.until),
        }

    def call(self, call: Call, recording: Recording | None = None) -> shapes.Call:
        """A call of the register. One that is up has its state told by the switchboard instead."""
        return {
            "id": call.id,
            "state": call.state.value,
            "direction": call.direction,
            "number": call.number,
            "called": call.called,
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
            "recording": _recording(recording, f"/api/v1/calls/{call.id}/recording"),
        }

    def summary(self, ticket: Ticket) -> shapes.TicketSummary:
        """What the history beside a ticket shows."""
        callback = ticket.callback
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
            "created_at": self.at(ticket.created_at),
            "closed_at": self.at_or_none(ticket.closed_at),
            "closed_as": ticket.closed_as,
            "callback": {"reason": callback.reason, "since": self.at(callback.since)} if callback else None,
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
            "steps": [self._step(step) for step in ticket.steps],
            "escalation": None,
            "allowed": [action.value for action in allowed(ticket)],
            "missing": {action.value: list(fields) for action, fields in self._procedure.missing(ticket).items()},
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

    def _step(self, step: StepTime) -> shapes.StepTime:
        return {
            "step": step.step.value,
            "started_at": self.at(step.started_at),
            "ended_at": self.at_or_none(step.ended_at),
            "standard_s": step.standard_s,
            "overdue": step.overdue(self._clock()),
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


def _talk_s(call: Call) -> float | None:
    if call.connected_at is None or call.ended_at is None:
        return None
    return round(call.ended_at - call.connected_at, 3)
