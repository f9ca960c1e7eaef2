"""The category matrix in force: the data file's cells, and over them what admins have edited.

Edits are stored before they count. Every node looks from time to time whether another has edited.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog
from pydantic import ValidationError

from config.sop import Category, Matrix
from desk.problems import Problem
from desk.times import Clock
from hotline.matrix import at, in_force, kinds_without_cells, with_cell
from storage.errors import AlreadyExists, StoreUnavailable
from storage.matrix import MatrixAction, MatrixEdit, MatrixRevision, MatrixRevisions

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 10.0

Follower = Callable[[Matrix], None]


class CategoryMatrix:
    """The data file's, until `load` brings the edits. What changes a cell raises `Problem` and `StoreUnavailable`."""

    def __init__(self, file: Matrix, revisions: MatrixRevisions, clock: Clock, followers: Sequence[Follower]) -> None:
        self._file = file
        self._revisions = revisions
        self._clock = clock
        self._followers = list(followers)
        self._latest: Mapping[str, MatrixRevision] = {}
        self.current = file

    def follow(self, follower: Follower) -> None:
        """`follower` is given the matrix whenever it has changed."""
        self._followers.append(follower)

    def cell(self, code: str) -> Category:
        """Raises `Problem` not_found."""
        cell = self.current.get(code)
        if cell is None:
            raise Problem("not_found", f"the matrix has no cell {code}")
        return cell

    def last_edit(self, code: str) -> MatrixRevision | None:
        """The cell's last edit, None if it is as the data file has it since ever."""
        return self._latest.get(code)

    def in_file(self, code: str) -> bool:
        """Whether the data file has the cell, so that it can be reset to that."""
        return self._file.get(code) is not None

    async def load(self) -> None:
        """The edits as they are stored now."""
        self._latest = await self._revisions.latest()
        self._put_in_force()

    def use_file(self, file: Matrix) -> None:
        """The data file has been read again; edits still win over it."""
        self._file = file
        self._put_in_force()

    def _put_in_force(self) -> None:
        edits = {code: cell for code, edit in self._latest.items() if (cell := _edited(edit)) is not None}
        self.current = in_force(self._file, edits)
        for follower in self._followers:
            follower(self.current)

    async def change(self, cell: Category, seen: int, by: str) -> None:
        """Puts `cell` in the place of the one of its code, edited from that one's edit number `seen`."""
        before = self.cell(cell.code)
        await self._refuse_outdated(cell.code, seen)
        if cell != before:
            await self._store("change", before, cell, by)

    async def add(self, cell: Category, by: str) -> None:
        """Raises `Problem` cell_exists for a code, or a kind and subject, that the matrix has, in use or not."""
        known = self.current.get(cell.code) or at(self.current, cell.kind, cell.subject)
        if known is not None:
            raise Problem("cell_exists", f"the matrix has {known.code}", code_of=known.code)
        await self._store("add", None, cell, by)

    async def reset(self, code: str, seen: int, by: str) -> None:
        """The cell as the data file has it, now and when the file changes. Raises `Problem` not_found without one."""
        before, of_file = self.cell(code), self._file.get(code)
        if of_file is None:
            raise Problem("not_found", f"the data file has no cell {code}")
        await self._refuse_outdated(code, seen)
        edit = self.last_edit(code)
        if edit is not None and edit.action != "reset":
            await self._store("reset", before, of_file, by)

    async def keep_up(self) -> None:
        """Takes over what other nodes have edited, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except StoreUnavailable:
                continue  # the store tells of its outage itself; the matrix stays as it was

    async def look(self) -> None:
        """Loads again if there is an edit that is not known here."""
        known = max((edit.id for edit in self._latest.values()), default=0)
        if await self._revisions.last_id() != known:
            await self.load()

    async def _refuse_outdated(self, code: str, seen: int) -> None:
        if seen != _number(self.last_edit(code)):
            await self.load()
            raise Problem("cell_changed", f"the cell {code} has been edited meanwhile")

    async def _store(self, action: MatrixAction, before: Category | None, after: Category, by: str) -> None:
        empty = kinds_without_cells(with_cell(self.current, after))
        if empty:
            raise Problem("last_category", f"no cell of {', '.join(empty)} would be in use")
        number = _number(self.last_edit(after.code)) + 1
        stored = None if before is None else before.model_dump(mode="json")
        edit = MatrixEdit(after.code, number, self._clock(), by, action, stored, after.model_dump(mode="json"))
        try:
            await self._revisions.add(edit)
        except AlreadyExists as error:
            await self.load()
            raise Problem("cell_changed", f"the cell {after.code} has been edited meanwhile") from error
        await self.load()


def _number(edit: MatrixRevision | None) -> int:
    return 0 if edit is None else edit.number


def _edited(edit: MatrixRevision) -> Category | None:
    """The cell of an edit; None after a reset, and for what an older or newer version wrote and this cannot read."""
    if edit.action == "reset":
        return None
    try:
        return Category.model_validate(edit.after)
    except ValidationError as error:
        log.error("matrix_edit_unreadable", code=edit.code, number=edit.number, problems=error.error_count())
        return None
