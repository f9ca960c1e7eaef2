"""The audit log: who looked at whose data, when, and on which page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, tuple_

from storage.audit_tables import AuditRow
from storage.columns import Moment
from storage.engine import Database
from storage.paging import Page, clamp, decode_cursor, encode_cursor

AGAIN_AFTER_S = 600.0
"""A page that loads the same thing again within this time is the same look."""
REMEMBERED = 10_000
_COLUMNS = ("at", "by", "role", "what", "about", "page", "note")


@dataclass(frozen=True, slots=True)
class Look:
    """One entry. `what` is a word of `desk.audit.What`, `about` the id of what was seen; `at` is Unix seconds."""

    at: float
    by: str
    role: str
    what: str
    about: str
    page: str = ""
    note: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class LookQuery:
    """What to look for; everything given must hold. `since` is inclusive, `until` exclusive."""

    by: str | None = None
    what: str | None = None
    about: str | None = None
    since: float | None = None
    until: float | None = None
    limit: int = 50
    cursor: str | None = None


class AuditLog:
    """The log, which only grows. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[tuple[str, ...], float] = {}

    async def saw(self, looks: Iterable[Look]) -> None:
        """Keeps the looks that are not the same as one just before (`AGAIN_AFTER_S`)."""
        new = [look for look in looks if self._is_new(look)]
        if new:
            await self.add(new)
            self._remember(new)

    async def add(self, looks: Iterable[Look]) -> None:
        """Keeps all of them."""
        rows = [{name: getattr(look, name) for name in _COLUMNS} for look in looks]
        if rows:
            await self._database.execute(insert(AuditRow), *rows)

    async def search(self, query: LookQuery) -> Page[Look]:
        """Matching entries, newest first. Raises `BadCursor`."""
        limit = clamp(query.limit)
        matching = _matching(query)
        page = matching.order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit + 1)
        if query.cursor is not None:
            at, last = decode_cursor(query.cursor)
            page = page.where(tuple_(AuditRow.at, AuditRow.id) < tuple_(literal(at, Moment()), literal(_whole(last))))
        found = [_look(row) for row in await self._database.rows(page)]
        total = await self._database.scalar(select(func.count()).select_from(matching.subquery()))
        following = found[limit - 1] if len(found) > limit else None
        cursor = encode_cursor(following.at, str(following.id)) if following else None
        return Page(tuple(found[:limit]), cursor, total or 0)

    async def about(self, ids: Iterable[str]) -> tuple[Look, ...]:
        """Every look at one of these, oldest first: what a person may ask for."""
        wanted = select(AuditRow).where(AuditRow.about.in_(sorted(ids))).order_by(AuditRow.at, AuditRow.id)
        return tuple(_look(row) for row in await self._database.rows(wanted))

    def _is_new(self, look: Look) -> bool:
        return look.at - self._seen.get(_same(look), float("-inf")) > AGAIN_AFTER_S

    def _remember(self, looks: Iterable[Look]) -> None:
        for look in looks:
            self._seen.pop(_same(look), None)
            self._seen[_same(look)] = look.at
        for old in list(self._seen)[: max(0, len(self._seen) - REMEMBERED)]:
            del self._seen[old]


def _same(look: Look) -> tuple[str, ...]:
    return (look.by, look.what, look.about, look.page, look.note)


def _matching(query: LookQuery) -> Select[Any]:
    exact = {AuditRow.by: query.by, AuditRow.what: query.what, AuditRow.about: query.about}
    statement = select(AuditRow).where(*(column == wanted for column, wanted in exact.items() if wanted is not None))
    if query.since is not None:
        statement = statement.where(AuditRow.at >= query.since)
    return statement if query.until is None else statement.where(AuditRow.at < query.until)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _look(row: Any) -> Look:
    return Look(**{name: row[name] for name in Look.__slots__})
