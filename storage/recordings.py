"""Sound files that belong to calls. Written by the journal (`RecordingStored`)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from storage.engine import Database
from storage.tables import RecordingRow


@dataclass(frozen=True, slots=True)
class Recording:
    """A finished file. `path` is relative to the data folder; `kind` is "call" or "message".

    A talk that was handed on has one for each who had the caller: `operator` is a username, empty for an outside number
    (which stands with the call alone, where it is masked and forgotten). Both it and `started_at` are unknown (None)
    for the oldest ones.
    """

    id: str
    call: str
    kind: str
    path: str
    duration_s: float
    bytes: int
    stored_at: float
    operator: str | None = None
    started_at: float | None = None


class Recordings:
    """All recordings. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, recording: str) -> Recording | None:
        found = await self._all(select(RecordingRow).where(RecordingRow.id == recording))
        return found[0] if found else None

    async def of_call(self, call: str) -> tuple[Recording, ...]:
        """What was recorded of a call, oldest first."""
        return await self._all(_OLDEST_FIRST.where(RecordingRow.call == call))

    async def of_calls(self, calls: tuple[str, ...]) -> dict[str, tuple[Recording, ...]]:
        """The same for a page of calls at once; calls without a recording are left out."""
        found: dict[str, tuple[Recording, ...]] = {}
        for recording in await self._all(_OLDEST_FIRST.where(RecordingRow.call.in_(calls))):
            found[recording.call] = (*found.get(recording.call, ()), recording)
        return found

    async def _all(self, statement: Select[Any]) -> tuple[Recording, ...]:
        rows = await self._database.rows(statement)
        return tuple(Recording(**{name: row[name] for name in Recording.__slots__}) for row in rows)


_OLDEST_FIRST = select(RecordingRow).order_by(RecordingRow.stored_at, RecordingRow.id)
