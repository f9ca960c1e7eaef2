"""Which tickets owe their callers a call: statements on the ticket table."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, or_, select

from hotline.ticket import Step
from storage.tables import TicketRow

_OPEN_STEPS = tuple(step for step in Step if step is not Step.CLOSED)
_NUMBER_TO_CALL = func.coalesce(func.nullif(TicketRow.callback_number, ""), TicketRow.caller_number)


def to_call_back() -> ColumnElement[bool]:
    """Open tickets that owe a call: those marked, but for callers who were reached (`hotline.ticket.Callback`)."""
    unanswered = TicketRow.callback_last_result.is_distinct_from("answered")
    return and_(
        TicketRow.step.in_(_OPEN_STEPS),  # one by one, so that the index on it finds the few among all ever marked
        TicketRow.callback_reason.is_not(None),
        or_(TicketRow.callback_due_at.is_not(None), unanswered),
    )


def marked_for(number: str) -> Select[Any]:
    """The open tickets that owe a call to `number`, or owed one that has been made; longest waiting first."""
    marked = TicketRow.step.in_(_OPEN_STEPS), TicketRow.callback_reason.is_not(None)
    by_age = (TicketRow.callback_since, TicketRow.number)
    return select(TicketRow).where(*marked, literal(number) == _NUMBER_TO_CALL).order_by(*by_age)


def owing(number: str) -> Select[Any]:
    """Those of them that still owe it."""
    return marked_for(number).where(to_call_back())


@cache
def one_for_each_number() -> tuple[Subquery, ColumnElement[bool]]:
    """Tickets that owe a call, and which of them stands for all of the same number.

    Kept, because the pages' clock asks for it every two seconds, and building it held the loop up.
    """
    whom = case((_NUMBER_TO_CALL == "", TicketRow.number), else_=_NUMBER_TO_CALL)
    by_age = (TicketRow.callback_since, TicketRow.number)
    turn = func.row_number().over(partition_by=whom, order_by=by_age).label("turn")
    due = select(TicketRow, turn).where(to_call_back()).subquery()
    return due, due.c.turn == 1
