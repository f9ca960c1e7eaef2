"""What admins have edited in the category matrix, cell by cell, over the data file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.errors import AlreadyExists, BadCursor
from storage.matrix_tables import MatrixRevisionRow
from storage.paging import Page, clamp

MatrixAction = Literal["add", "change", "reset"]
"""What was done: a new cell, another content, or back to what the data file says (from then on, too)."""

Cell = Mapping[str, Any]
"""A whole cell as JSON; what `config.sop.Category` makes of it is for the reader to say."""


@dataclass(frozen=True, slots=True)
class MatrixEdit:
    """One edit of the cell `code`: the `number`-th, at a Unix second. `before` is None for a new cell."""

    code: str
    number: int
    at: float
    by: str
    action: MatrixAction
    before: Cell | None
    after: Cell


@dataclass(frozen=True, slots=True)
class MatrixRevision(MatrixEdit):
    """An edit as it is kept; `id` rises over all cells."""

    id: int


class MatrixRevisions:
    """The edits of all cells, append-only. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, edit: MatrixEdit) -> MatrixRevision:
        """Keeps an edit. Raises `AlreadyExists` when the cell has an edit of this number: somebody was quicker."""
        try:
            return await self._database.write(lambda connection: _add(connection, edit))
        except IntegrityError as error:
            raise AlreadyExists("edit of the cell", edit.code) from error

    async def latest(self) -> Mapping[str, MatrixRevision]:
        """The last edit of each cell that was ever edited."""
        last = select(func.max(MatrixRevisionRow.id)).group_by(MatrixRevisionRow.code)
        rows = await self._database.rows(_edits().where(MatrixRevisionRow.id.in_(last)).order_by(MatrixRevisionRow.id))
        return {row["code"]: _revision(row) for row in rows}

    async def last_id(self) -> int:
        """Id of the last edit of all; 0 without one. Cheap: for nodes that look whether another has edited."""
        found: int | None = await self._database.scalar(select(func.max(MatrixRevisionRow.id)))
        return found or 0

    async def history(
        self, code: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[MatrixRevision]:
        """Edits of one cell, or of all, newest first. Raises `BadCursor`."""
        limit = clamp(limit)
        matching = _edits() if code is None else _edits().where(MatrixRevisionRow.code == code)
        page = matching.order_by(MatrixRevisionRow.id.desc()).limit(limit + 1)
        if cursor is not None:
            page = page.where(MatrixRevisionRow.id < _id_of(cursor))
        found = [_revision(row) for row in await self._database.rows(page)]
        total = await self._database.scalar(select(func.count()).select_from(matching.subquery()))
        following = str(found[limit - 1].id) if len(found) > limit else None
        return Page(tuple(found[:limit]), following, total or 0)


def _edits() -> Select[Any]:
    return select(MatrixRevisionRow)


def _add(connection: Connection, edit: MatrixEdit) -> MatrixRevision:
    values = {name: getattr(edit, name) for name in MatrixEdit.__slots__}
    row = connection.execute(insert(MatrixRevisionRow).values(values).returning(*_columns()))
    return _revision(row.mappings().one())


def _columns() -> tuple[Any, ...]:
    return tuple(MatrixRevisionRow.__table__.columns)


def _revision(row: Any) -> MatrixRevision:
    names = (*MatrixEdit.__slots__, "id")
    return MatrixRevision(**{name: row[name] for name in names})


def _id_of(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise BadCursor("the page cursor is damaged")
    return int(cursor)
