"""The local vehicle table. An import fills a new edition beside the one in use, and one short transaction swaps them.

Every step is a short transaction: on SQLite, what calls write waits no longer than for one batch.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from hotline.vehicle import Vehicle, VehicleRecord, VehicleSourceDown
from storage.engine import Database
from storage.errors import StoreError, StoreUnavailable
from storage.vehicle_tables import VehicleEditionRow, VehicleRow

GIVEN_UP_S = 60.0
"""An import that has shown no sign of life for so long is dead."""
SWEPT_AT_ONCE = 5000
"""Rows of a past edition that one transaction removes."""

EditionState = Literal["filling", "current", "old", "failed"]

_FIELDS = tuple(
    name for name in (column.name for column in VehicleRow.__table__.columns) if name not in ("edition", "row")
)


class ImportRunning(StoreError):
    """Another import fills an edition; one at a time."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(f"an import by {by} is running")


class EditionLost(StoreError):
    """The edition was given up, because its import showed no sign of life for too long."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One import of the table. `touched_at` is when it was finished, or last heard of. Unix seconds."""

    id: int
    state: EditionState
    file: str
    by: str
    started_at: float
    touched_at: float
    rows: int
    refused: int


class VehicleTable:
    """Look-ups (`vehicles.port.Vehicles`) and imports (`vehicles.port.ImportTarget`) of the local table.

    Imports may raise `StoreUnavailable`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, plate: str) -> Vehicle | None:
        """The vehicle in the edition in use. Raises `VehicleSourceDown` when the database is away."""
        try:
            rows = await self._database.rows(look_up(plate))
        except StoreUnavailable as error:
            raise VehicleSourceDown("database") from error
        return Vehicle(**rows[0]) if rows else None

    async def close(self) -> None:
        """Nothing to let go of: the database is the store's."""

    async def current(self) -> Edition | None:
        """The edition in use; None before the first import."""
        rows = await self._database.rows(select(VehicleEditionRow.__table__).where(_state("current")))
        return Edition(**rows[0]) if rows else None

    async def begin(self, file: str, by: str, at: float) -> int:
        """A new edition, and nothing left of those that failed. Raises `ImportRunning`."""
        try:
            edition = await self._database.write(lambda connection: _begin(connection, file, by, at))
        except IntegrityError as error:  # both began in the same moment, on two nodes
            raise ImportRunning("another node") from error
        await self._sweep()
        return edition

    async def add(self, edition: int, records: Sequence[VehicleRecord], at: float) -> None:
        """Rows of the edition, each plate once. Raises `EditionLost`."""
        await self._database.write(lambda connection: _add(connection, edition, records, at))

    async def finish(self, edition: int, refused: int, at: float) -> None:
        """Look-ups find this edition from now on; the one before is removed. Raises `EditionLost`."""
        await self._database.write(lambda connection: _swap(connection, edition, refused, at))
        with suppress(StoreUnavailable):  # the new edition is in use; what is left of the old one goes next time
            await self._sweep()

    async def abandon(self, edition: int, at: float) -> None:
        """The edition will not be. One that is in use already stays."""
        await self._database.execute(
            update(VehicleEditionRow)
            .where(VehicleEditionRow.id == edition, _state("filling"))
            .values(state="failed", touched_at=at)
        )
        await self._sweep()

    async def _sweep(self) -> None:
        """Remove the rows of editions that nobody looks into, a few at a time."""
        while await self._database.write(_sweep_some):
            pass


def look_up(plate: str) -> Select[Any]:
    """The vehicle in the edition in use, as the fields of `Vehicle`."""
    edition = select(VehicleEditionRow.id).where(_state("current")).scalar_subquery()
    as_of = select(VehicleEditionRow.touched_at).where(_state("current")).scalar_subquery().label("as_of")
    # No join: SQLite would walk through all vehicles, because a table of few editions looks as long to it.
    columns = (getattr(VehicleRow, name) for name in _FIELDS)
    return select(as_of, *columns).where(VehicleRow.edition == edition, VehicleRow.plate == plate)


def _state(state: EditionState) -> ColumnElement[bool]:
    return VehicleEditionRow.state == state


def _begin(connection: Connection, file: str, by: str, at: float) -> int:
    filling = connection.execute(select(VehicleEditionRow.__table__).where(_state("filling"))).mappings().all()
    for other in filling:
        if other["touched_at"] > at - GIVEN_UP_S:
            raise ImportRunning(other["by"])
    connection.execute(update(VehicleEditionRow).where(_state("filling")).values(state="failed"))
    row = {"state": "filling", "file": file, "by": by, "started_at": at, "touched_at": at, "rows": 0, "refused": 0}
    edition: int = connection.execute(insert(VehicleEditionRow).returning(VehicleEditionRow.id), row).scalar_one()
    return edition


def _add(connection: Connection, edition: int, records: Sequence[VehicleRecord], at: float) -> None:
    _touch(connection, edition, rows=VehicleEditionRow.rows + len(records), touched_at=at)
    connection.execute(insert(VehicleRow).values(edition=edition), list(records))


def _swap(connection: Connection, edition: int, refused: int, at: float) -> None:
    connection.execute(update(VehicleEditionRow).where(_state("current")).values(state="old"))
    _touch(connection, edition, state="current", refused=refused, touched_at=at)


def _touch(connection: Connection, edition: int, **values: object) -> None:
    mine = update(VehicleEditionRow).where(VehicleEditionRow.id == edition, _state("filling"))
    if connection.execute(mine.values(**values)).rowcount == 0:
        raise EditionLost(f"edition {edition} was given up")


def _sweep_some(connection: Connection) -> bool:
    """Whether there was anything to remove."""
    past = select(VehicleEditionRow.id).where(VehicleEditionRow.state.in_(("old", "failed")))
    edition = connection.execute(select(VehicleRow.edition).where(VehicleRow.edition.in_(past)).limit(1)).scalar()
    if edition is None:
        return False
    first = select(VehicleRow.plate).where(VehicleRow.edition == edition).order_by(VehicleRow.plate)
    last = connection.execute(first.offset(SWEPT_AT_ONCE - 1).limit(1)).scalar()
    doomed = delete(VehicleRow).where(VehicleRow.edition == edition)
    connection.execute(doomed if last is None else doomed.where(VehicleRow.plate <= last))
    return True
