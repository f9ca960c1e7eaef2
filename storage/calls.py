"""Calls: read and searched. They are written by the journal only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from storage.columns import Moment
from storage.engine import Database
from storage.paging import Page, clamp, decode_cursor, encode_cursor
from storage.tables import CallRow


class CallState(StrEnum):
    """How far a call has come, as far as the database tells; ringing and hold are known to the switchboard only."""

    IVR = "ivr"
    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Call:
    """One call. Times are Unix seconds; `wait_s` is the time in the queue of a connected call.

    `diverted_from` is as in `storage.records.CallStarted`; `quality` is what `storage.records.CallQuality` says of the
    worse leg: `mos`, `loss_percent`, `jitter_ms`.
    """

    id: str
    direction: str
    number: str
    called: str
    trunk: str
    node: str
    sip_call_id: str
    started_at: float
    queue: str | None = None
    kind: str | None = None
    language: str | None = None
    operator: str | None = None
    ticket: str | None = None
    answered_at: float | None = None
    queued_at: float | None = None
    connected_at: float | None = None
    ended_at: float | None = None
    ended_by: str | None = None
    end_reason: str | None = None
    wait_s: float | None = None
    outcome: str | None = None
    outcome_note: str | None = None
    quality: Mapping[str, float] | None = None
    diverted_from: str = ""

    @property
    def state(self) -> CallState:
        if self.ended_at is not None:
            return CallState.ENDED
        if self.connected_at is not None:
            return CallState.TALKING
        return CallState.IVR if self.queued_at is None else CallState.WAITING


@dataclass(frozen=True, slots=True)
class CallQuery:
    """What to look for; everything given must hold. `since` (inclusive) and `until` are about `started_at`."""

    state: CallState | None = None
    number: str | None = None
    operator: str | None = None
    ticket: str | None = None
    node: str | None = None
    since: float | None = None
    until: float | None = None
    limit: int = 50
    cursor: str | None = None


class Calls:
    """All calls of the installation. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, call: str) -> Call | None:
        found = await self._all(select(CallRow).where(CallRow.id == call))
        return found[0] if found else None

    async def of_ticket(self, number: str) -> tuple[Call, ...]:
        """Every call about a ticket, oldest first."""
        return await self._all(select(CallRow).where(CallRow.ticket == number).order_by(CallRow.started_at))

    async def search(self, query: CallQuery) -> Page[Call]:
        """Matching calls, newest first. Raises `BadCursor`."""
        limit = clamp(query.limit)
        matching = _matching(query)
        page = matching.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(limit + 1)
        if query.cursor is not None:
            at, call = decode_cursor(query.cursor)
            page = page.where(tuple_(CallRow.started_at, CallRow.id) < tuple_(literal(at, Moment()), literal(call)))
        calls = [call_of(row) for row in await self._database.rows(page)]
        total = await self._database.scalar(select(func.count()).select_from(matching.subquery()))
        last = calls[limit - 1] if len(calls) > limit else None
        return Page(tuple(calls[:limit]), encode_cursor(last.started_at, last.id) if last else None, total or 0)

    async def _all(self, statement: Select[Any]) -> tuple[Call, ...]:
        return tuple(call_of(row) for row in await self._database.rows(statement))


def call_of(row: Any) -> Call:
    """The call that a row holds."""
    return Call(**{name: row[name] for name in Call.__slots__})


_STATES: dict[CallState, Sequence[ColumnElement[bool]]] = {
    CallState.IVR: (CallRow.ended_at.is_(None), CallRow.connected_at.is_(None), CallRow.queued_at.is_(None)),
    CallState.WAITING: (CallRow.ended_at.is_(None), CallRow.connected_at.is_(None), CallRow.queued_at.is_not(None)),
    CallState.TALKING: (CallRow.ended_at.is_(None), CallRow.connected_at.is_not(None)),
    CallState.ENDED: (CallRow.ended_at.is_not(None),),
}


def _matching(query: CallQuery) -> Select[Any]:
    exact = {
        CallRow.number: query.number,
        CallRow.operator: query.operator,
        CallRow.ticket: query.ticket,
        CallRow.node: query.node,
    }
    statement = select(CallRow).where(*(column == wanted for column, wanted in exact.items() if wanted is not None))
    if query.state is not None:
        statement = statement.where(*_STATES[query.state])
    if query.since is not None:
        statement = statement.where(CallRow.started_at >= query.since)
    return statement if query.until is None else statement.where(CallRow.started_at < query.until)
