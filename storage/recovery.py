"""After a crash: what was going on is closed as interrupted, its callers are put on the call-back list, and operators
are signed off."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from hotline.counting import LEAD_S
from hotline.facts import EventName, Fact, Value
from hotline.ticket import CallbackReason, Step, Ticket
from storage.batch import event_row
from storage.calls import Call, call_of
from storage.engine import Database
from storage.records import EventLogged
from storage.tables import CallRow, EventRow, TicketRow
from storage.ticket_writes import Revision, load, revise

MarkForCallback = Callable[[Ticket, CallbackReason, float], Ticket]
"""`hotline.procedure.Procedure.mark_for_callback`."""

_OUT_OF_QUEUE = frozenset(
    {
        EventName.ABANDON,
        EventName.COMPLETECALLER,
        EventName.COMPLETEOPERATOR,
        EventName.EXITWITHTIMEOUT,
        EventName.EXITWITHKEY,
        EventName.CALLBACKREQUEST,
        EventName.VOICEMAIL,
    }
)
_SIGNS = (EventName.ADDMEMBER, EventName.REMOVEMEMBER)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was set right: calls closed as interrupted, tickets whose callers are to be called back, facts logged."""

    calls: tuple[Call, ...]
    tickets: tuple[Ticket, ...]
    facts: tuple[Fact, ...]


async def recover(
    database: Database,
    node: str,
    at: float,
    mark_for_callback: MarkForCallback,
    alive_at: float = 0.0,
    began: float | None = None,
) -> Recovery:
    """Closes every call that `node` left open, in one transaction; a second run finds nothing to do.

    `began` is when this process began to take calls, if it does already: what is from then on goes on.

    A call counts as ended, and an operator as signed off, at the node's last sign of life (its last fact, or
    `alive_at`), not at `at` (now): hours of downtime are nobody's talk time, nor anybody's ready time. Tickets of those
    calls that are not closed are marked as `interrupted`; tickets of calls that ended before anybody took them, whose
    mark was lost in the crash, as `missed`.
    """
    span = Span(node, at, began)
    return await database.write(lambda connection: _recover(connection, span, mark_for_callback, min(alive_at, at)))


@dataclass(frozen=True, slots=True)
class Span:
    """Whose past is looked at: what `node` left before `began` (None: everything), seen from `at` (now)."""

    node: str
    at: float
    began: float | None

    def holds(self, moment: InstrumentedAttribute[float]) -> tuple[ColumnElement[bool], ...]:
        """That `moment` lies in it, for a query."""
        return () if self.began is None else (moment < self.began,)


def _recover(connection: Connection, span: Span, mark_for_callback: MarkForCallback, alive_at: float) -> Recovery:
    last_sign = max(alive_at, min(connection.scalar(_last_fact_of(span)) or 0.0, span.at))
    calls = _close_calls(connection, span, last_sign)
    facts = _log_endings(connection, calls) + _sign_off(connection, span, last_sign)
    if facts:
        connection.execute(insert(EventRow), [event_row(EventLogged(fact)) for fact in facts])
    owed: dict[str, tuple[CallbackReason, float]] = {}
    owed |= {number: ("missed", since) for number, since in _forgotten(connection, span).items()}
    owed |= {call.ticket: ("interrupted", call.ended_at or span.at) for call in calls if call.ticket}
    return Recovery(calls, _mark(connection, owed, span.at, mark_for_callback), facts)


def _close_calls(connection: Connection, span: Span, last_sign: float) -> tuple[Call, ...]:
    here = (CallRow.node == span.node, *span.holds(CallRow.started_at))
    left_open = select(CallRow).where(CallRow.ended_at.is_(None), *here).order_by(CallRow.started_at)
    calls = [call_of(row) for row in (connection.execute(left_open)).mappings()]
    closed = tuple(_closed(call, last_sign) for call in calls)
    for call in closed:
        values = {"ended_at": call.ended_at, "ended_by": call.ended_by, "end_reason": call.end_reason}
        connection.execute(update(CallRow).where(CallRow.id == call.id).values(values))
    return closed


def _last_fact_of(span: Span) -> Select[float]:
    facts = select(EventRow.at).join(CallRow, CallRow.id == EventRow.call)
    facts = facts.where(CallRow.node == span.node, *span.holds(EventRow.at))
    return facts.order_by(EventRow.at.desc()).limit(1)


def _closed(call: Call, last_sign: float) -> Call:
    known = (call.started_at, call.answered_at, call.queued_at, call.connected_at, last_sign)
    ended_at = max(moment for moment in known if moment is not None)
    return replace(call, ended_at=ended_at, ended_by="system", end_reason="interrupted")


def _log_endings(connection: Connection, calls: Iterable[Call]) -> tuple[Fact, ...]:
    """Facts that take each call out of the queue or off its operator, unless one was logged before the crash.

    Calls out have an operator from their beginning; calls back that kept a place in the queue never entered it.
    """
    by_id = {call.id: call for call in calls}
    statement = select(EventRow.call, EventRow.name, EventRow.data).where(EventRow.call.in_(by_id))
    seen: dict[str, dict[str, dict[str, Value]]] = {call: {} for call in by_id}
    for row in (connection.execute(statement)).mappings():
        seen[row["call"]][row["name"]] = row["data"]
    return tuple(fact for call, names in seen.items() for fact in _ending(by_id[call], names))


def _sign_off(connection: Connection, span: Span, last_sign: float) -> tuple[Fact, ...]:
    """Operators who signed on at this node and never off: else they would count as ready through the downtime."""
    within = (EventRow.at >= last_sign - LEAD_S, EventRow.operator.is_not(None), *span.holds(EventRow.at))
    signs = select(EventRow.operator, EventRow.name, EventRow.data).where(*within, EventRow.name.in_(_SIGNS))
    on: dict[str, bool] = {}
    for row in connection.execute(signs.order_by(EventRow.at, EventRow.id)).mappings():
        here = row["data"].get("node", span.node) == span.node
        on[row["operator"]] = here and row["name"] == EventName.ADDMEMBER
    latest = select(EventRow.operator, func.max(EventRow.at).label("at")).where(*within).group_by(EventRow.operator)
    moments = {row["operator"]: row["at"] for row in connection.execute(latest).mappings()}
    return tuple(
        Fact(EventName.REMOVEMEMBER, max(last_sign, moments[name]), operator=name, data={"interrupted": 1})
        for name, is_on in on.items()
        if is_on
    )


def _ending(call: Call, seen: dict[str, dict[str, Value]]) -> Iterable[Fact]:
    if not _OUT_OF_QUEUE.isdisjoint(seen):
        return
    ended_at = call.ended_at or call.started_at
    data: dict[str, Value]
    if call.connected_at is not None or EventName.CALLOUT in seen:
        name = EventName.COMPLETEOPERATOR
        data = {"by": "system", "handled_s": ended_at - (call.connected_at or call.started_at)}
    elif EventName.ENTERQUEUE in seen:
        name = EventName.ABANDON
        place = seen[EventName.ENTERQUEUE].get("position")
        data = {"position": None, "original_position": place, "wait_s": ended_at - (call.queued_at or ended_at)}
    else:
        return
    yield Fact(name, ended_at, call.id, call.queue, call.operator, {**data, "interrupted": 1})


def _forgotten(connection: Connection, span: Span) -> dict[str, float]:
    """Open tickets that nobody took and nobody owes a call, though their call is over; and since when."""
    statement = (
        select(TicketRow.number, CallRow.ended_at)
        .join(CallRow, CallRow.id == TicketRow.call_id)
        .where(TicketRow.operator.is_(None), TicketRow.callback_reason.is_(None), TicketRow.step != Step.CLOSED)
        .where(CallRow.node == span.node, CallRow.ended_at.is_not(None), *span.holds(CallRow.started_at))
    )
    return {number: ended_at or span.at for number, ended_at in (connection.execute(statement)).all()}


def _mark(
    connection: Connection, owed: dict[str, tuple[CallbackReason, float]], at: float, mark_for_callback: MarkForCallback
) -> tuple[Ticket, ...]:
    found = load(connection, owed, lock=True)
    revisions = []
    for number, ticket in found.items():
        marked = mark_for_callback(ticket, *owed[number])
        if marked != ticket:
            revisions.append(Revision(ticket, replace(marked, version=ticket.version + 1), "system", at))
    revise(connection, revisions)
    return tuple(revision.after for revision in revisions)
