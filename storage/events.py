"""The event log, read. It is written by the journal only, and never changed."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import literal, select, tuple_

from hotline.facts import EventName, Fact
from storage.columns import Moment
from storage.engine import Database
from storage.tables import EventRow

CHUNK = 2000


class Events:
    """All facts. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, since: float, until: float) -> AsyncIterator[Fact]:
        """Facts from `since` (inclusive) to `until` (exclusive) in the order of time, read in chunks."""
        span = select(EventRow).where(EventRow.at >= since, EventRow.at < until)
        ordered = span.order_by(EventRow.at, EventRow.id).limit(CHUNK)
        rows = await self._database.rows(ordered)
        while rows:
            for row in rows:
                yield _fact(row)
            last = tuple_(literal(rows[-1]["at"], Moment()), literal(rows[-1]["id"]))
            rows = await self._database.rows(ordered.where(tuple_(EventRow.at, EventRow.id) > last))

    async def of_call(self, call: str) -> tuple[Fact, ...]:
        """A call's facts in the order of time."""
        statement = select(EventRow).where(EventRow.call == call).order_by(EventRow.at, EventRow.id)
        return tuple(_fact(row) for row in await self._database.rows(statement))

    async def outcomes_of(self, calls: Sequence[str]) -> dict[str, dict[str, str]]:
        """What each operator said came of their part, by call and operator; calls of which nobody did are left out."""
        said = select(EventRow).where(EventRow.call.in_(calls), EventRow.name == EventName.OUTCOME)
        found: dict[str, dict[str, str]] = {}
        for row in await self._database.rows(said.order_by(EventRow.at, EventRow.id)):
            found.setdefault(row["call"], {})[row["operator"]] = str(row["data"]["code"])
        return found


def _fact(row: Any) -> Fact:
    return Fact(EventName(row["name"]), row["at"], row["call"], row["queue"], row["operator"], row["data"])
