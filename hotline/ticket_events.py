"""What a change of a ticket means to programs outside: the one event that it is told as."""

from enum import StrEnum

from hotline.ticket import EscalationState, Step, Ticket


class TicketEvent(StrEnum):
    """Names are part of the API: webhooks choose among them."""

    OPENED = "ticket.opened"
    CLOSED = "ticket.closed"
    REOPENED = "ticket.reopened"
    ESCALATED = "ticket.escalated"  # a question was put to the coordinators
    ESCALATION_MOVED = "ticket.escalation_moved"  # it went on to somebody else, or came back
    MOVED = "ticket.moved"  # another step of the procedure
    CHANGED = "ticket.changed"  # anything else: fields, operator, call back


def event_of(before: Ticket | None, after: Ticket) -> TicketEvent:
    """The most telling name for what happened; `before` is None for a new ticket."""
    if before is None:
        return TicketEvent.OPENED
    if before.step is not after.step and Step.CLOSED in (before.step, after.step):
        return TicketEvent.CLOSED if after.step is Step.CLOSED else TicketEvent.REOPENED
    if after.escalation is not None and _place(before) != _place(after):
        asked = after.escalation.state is EscalationState.ASKED
        return TicketEvent.ESCALATED if asked else TicketEvent.ESCALATION_MOVED
    return TicketEvent.MOVED if before.step is not after.step else TicketEvent.CHANGED


def _place(ticket: Ticket) -> tuple[str, str, float] | None:
    """Who has the question, and since which round."""
    asked = ticket.escalation
    return None if asked is None else (asked.state, asked.to, asked.asked_at)
