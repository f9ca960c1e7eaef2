"""The list of tickets: by words, narrowed by fields, newest first, a page at a time, among a million as among ten.

A statement that the planner is left alone with is slow in the worst cases: a word of nearly all tickets, or two of
which each is frequent and both together are rare. So the way is chosen here:

- without words and tags, or with a field that leaves few tickets, through the table's own indexes;
- on SQLite through the full-text index, whose row ids are in the order of time: it stops when a page is full;
- on PostgreSQL through the newest tickets first; what they do not fill comes from the GIN index, which knows no order.

`storage.ticket_words` says what a word is; the migration 0010 makes the indexes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    String,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    table,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from hotline.ticket import Step
from storage.columns import Moment
from storage.owed import to_call_back
from storage.paging import decode_cursor
from storage.tables import TicketRow
from storage.ticket_words import CLOSED, TAGGED, Term, tag, terms_of

MOST_COUNTED = 1_000
"""Matches that are counted: to count all tickets with a frequent word takes longer than to find a page of them."""
NEAR = 5_000
"""Of so many of the newest tickets PostgreSQL looks at each before it asks the GIN index."""
WORK_MEM = "64MB"
"""So that PostgreSQL remembers each match and not only its page: else the words of all rows there are cut up again."""
SLOTS = 1_024
"""Places of the full-text index for the tickets of one second; those of a fuller second reach into the next."""
_SHORT = 3
"""Letters from which a prefix is worth asking the GIN index for, if there is a longer one besides."""

_TEXT = table("ticket_text", column("ticket_text", String), column("rowid", BigInteger))
_PLACE = table("ticket_place", column("place", BigInteger), column("number", String))
_VECTOR: ColumnElement[Any] = literal_column("array_to_tsvector(string_to_array(ticket.haystack, ' '))")
_NEWEST_FIRST = (TicketRow.created_at.desc(), TicketRow.number.desc())


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """What to look for; everything given must hold.

    `text` is what somebody typed (`storage.ticket_words`): each word must begin a word of the number, name, plate,
    caller number, description or answer. `number` is a caller's whole number; `region` is the office that the ticket
    is for. `since` (inclusive) and `until` (exclusive) are about `created_at`.
    `callback=True` means: somebody still has to call back (every such ticket, also two of one caller).
    """

    text: str = ""
    step: str | None = None
    kind: str | None = None
    category: str | None = None
    operator: str | None = None
    origin: str | None = None
    region: str | None = None
    callback: bool | None = None
    number: str | None = None
    since: float | None = None
    until: float | None = None
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of `TicketRow`, newest first, and how many match in all: `MOST_COUNTED` stands for that many or more."""

    rows: Sequence[RowMapping]
    total: int


def search(connection: Connection, query: TicketQuery, most: int) -> Found:
    """At most `most` of the tickets behind the query's cursor. Raises `BadCursor`."""
    after = None if query.cursor is None else decode_cursor(query.cursor)
    terms, tags = terms_of(query.text), _tags(query)
    if terms == []:
        return Found((), 0)
    way = _Way(connection, query, terms or [], tags, after, most)
    if _leaves_few(query) or not (terms or tags):
        return way.through_the_table()
    return way.through_fts5() if connection.dialect.name == "sqlite" else way.through_gin()


def fields_of(query: TicketQuery) -> list[ColumnElement[bool]]:
    """The conditions on a ticket's own columns."""
    exact = {
        TicketRow.step: query.step,
        TicketRow.kind: query.kind,
        TicketRow.category: query.category,
        TicketRow.operator: query.operator,
        TicketRow.origin: query.origin,
        TicketRow.region: query.region,
        TicketRow.caller_number: query.number,
    }
    conditions = [column == wanted for column, wanted in exact.items() if wanted is not None]
    if query.callback is not None:
        conditions.append(to_call_back() if query.callback else not_(to_call_back()))
    return conditions


def place_of(at: float, number: str) -> ColumnElement[Any]:
    """A ticket's place in the order of the lists."""
    return tuple_(literal(at, Moment()), literal(number))


@dataclass(frozen=True, slots=True)
class _Way:
    """One search on its way through a running transaction."""

    connection: Connection
    query: TicketQuery
    terms: list[Term]
    tags: list[str]
    after: tuple[float, str] | None
    most: int

    def through_the_table(self) -> Found:
        matching = self._matching(_spelled(term) for term in self.terms)
        return Found(self._rows(self._page(matching)), self._count(matching))

    def through_fts5(self) -> Found:
        hits: list[ColumnElement[bool]] = [_TEXT.c.ticket_text.op("MATCH")(_fts5_query(self.terms, self.tags))]
        if self.query.since is not None:
            hits.append(_TEXT.c.rowid >= floor(self.query.since) * SLOTS)
        if self.query.until is not None:
            hits.append(_TEXT.c.rowid < ceil(self.query.until) * SLOTS)
        # "+ 0": the full-text index is to be the outer loop, not to be asked for each ticket.
        joined = _TEXT.join(_PLACE, _PLACE.c.place == _TEXT.c.rowid + 0).join(
            TicketRow, TicketRow.number == _PLACE.c.number
        )
        matching = self._matching(hits).select_from(joined)
        page = matching.order_by(_TEXT.c.rowid.desc()).limit(self.most)
        if self.after is not None:
            last = select(_PLACE.c.place).where(_PLACE.c.number == self.after[1]).scalar_subquery()
            page = page.where(_TEXT.c.rowid < last)
        return Found(self._rows(page), self._count(matching))

    def through_gin(self) -> Found:
        matching = self._matching(_spelled(term) for term in self.terms)
        self._only_by_index()
        newest = self._near(matching)
        behind = newest if self.after is None else self._near(matching, *self._behind_cursor())
        total, numbers = len(newest.numbers), [*behind.numbers[: self.most]]
        if (total < MOST_COUNTED and newest.edge) or (len(numbers) < self.most and behind.edge):
            total, older = self._everywhere(matching, behind.edge, self.most - len(numbers))
            numbers += older
        rows = select(TicketRow).where(TicketRow.number.in_(numbers)).order_by(*_NEWEST_FIRST)
        return Found(self._rows(rows), min(total, MOST_COUNTED))

    def _near(self, matching: Select[Any], *conditions: ColumnElement[bool]) -> "_Near":
        """What matches among the newest `NEAR` of the tickets for which the conditions hold."""
        edge = self._edge(*conditions)
        near = matching.with_only_columns(TicketRow.number).where(*conditions, *([] if edge is None else _from(edge)))
        most = max(MOST_COUNTED, self.most)
        return _Near(self.connection.scalars(near.order_by(*_NEWEST_FIRST).limit(most)).all(), edge)

    def _everywhere(
        self, matching: Select[Any], edge: tuple[float, str] | None, most: int
    ) -> tuple[int, Sequence[str]]:
        """How many match in all, and the newest `most` of those that are older than `edge`."""
        by_words = _VECTOR.op("@@")(cast(_ts_query(self.terms, self.tags), TSQUERY))
        keys = matching.where(by_words).with_only_columns(TicketRow.created_at, TicketRow.number).cte("found")
        found = keys.prefix_with("MATERIALIZED")
        total = select(func.count()).select_from(found).scalar_subquery()
        if edge is None:
            return self.connection.scalar(select(total)) or 0, ()
        older = select(found.c.number).where(tuple_(found.c.created_at, found.c.number) < place_of(*edge))
        older = older.order_by(found.c.created_at.desc(), found.c.number.desc()).limit(most)
        numbers = func.array(older.scalar_subquery(), type_=ARRAY(String))
        counted_, listed = self.connection.execute(select(total, numbers)).one()
        return counted_, listed

    def _only_by_index(self) -> None:
        """Until the transaction ends: the planner takes two words for independent, and a third of all for near."""
        settings = func.set_config("enable_seqscan", "off", True), func.set_config("work_mem", WORK_MEM, True)
        self.connection.execute(select(*settings))

    def _edge(self, *conditions: ColumnElement[bool]) -> tuple[float, str] | None:
        """Where the newest `NEAR` tickets end; None if there are no more of these."""
        keys = select(TicketRow.created_at, TicketRow.number).where(*_within(self.query), *conditions)
        row = self.connection.execute(keys.order_by(*_NEWEST_FIRST).offset(NEAR).limit(1)).first()
        return None if row is None else (row[0], row[1])

    def _matching(self, conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
        return select(TicketRow).where(*conditions, *fields_of(self.query), *_within(self.query))

    def _page(self, matching: Select[Any]) -> Select[Any]:
        return matching.where(*self._behind_cursor()).order_by(*_NEWEST_FIRST).limit(self.most)

    def _behind_cursor(self) -> list[ColumnElement[bool]]:
        return [] if self.after is None else [place_of(*self.after) > _KEY]

    def _rows(self, statement: Select[Any]) -> Sequence[RowMapping]:
        return self.connection.execute(statement).mappings().all()

    def _count(self, matching: Select[Any]) -> int:
        return counted(self.connection, matching)


@dataclass(frozen=True, slots=True)
class _Near:
    """Matches among the newest tickets, newest first. `edge` is where those end; None if there are no older ones."""

    numbers: Sequence[str]
    edge: tuple[float, str] | None


_KEY = tuple_(TicketRow.created_at, TicketRow.number)


def _from(edge: tuple[float, str]) -> list[ColumnElement[bool]]:
    """Tickets as new as `edge`, or newer. The planner has figures for the moment, and none for the two together."""
    return [TicketRow.created_at >= edge[0], place_of(*edge) <= _KEY]


def counted(connection: Connection, matching: Select[Any]) -> int:
    """How many rows a query has, up to `MOST_COUNTED`."""
    some = matching.limit(MOST_COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _within(query: TicketQuery) -> list[ColumnElement[bool]]:
    since = [] if query.since is None else [TicketRow.created_at >= query.since]
    return since if query.until is None else [*since, TicketRow.created_at < query.until]


def _leaves_few(query: TicketQuery) -> bool:
    """Whether an index of the table leads to few tickets: one caller's, open ones, or those that are owed a call."""
    return query.number is not None or query.callback is True or (query.step or Step.CLOSED) != Step.CLOSED


def _tags(query: TicketQuery) -> list[str]:
    wanted = [(field, getattr(query, field)) for field in TAGGED]
    return [*(tag(field, value) for field, value in wanted if value), *([CLOSED] if query.step == Step.CLOSED else ())]


def _spelled(term: Term) -> ColumnElement[bool]:
    """The term as a condition on the words as they stand in the row."""
    words = literal(" ").concat(TicketRow.haystack)
    return or_(*(and_(*(words.contains(f" {word}", autoescape=True) for word in each)) for each in term.readings))


def _fts5_query(terms: Iterable[Term], tags: Iterable[str]) -> str:
    typed = (" OR ".join(_in_fts5(each) for each in term.readings) for term in terms)
    return " AND ".join([*(f"({each})" for each in typed), *(f'"{each}"' for each in tags)])


def _in_fts5(words: Iterable[str]) -> str:
    return "(" + " AND ".join(f'"{word}"*' for word in words) + ")"


def _ts_query(terms: Sequence[Term], tags: Sequence[str]) -> str:
    """Words of one or two letters are left out where others lead there: their lists are the longest of all."""
    typed = [[_worth_asking(each) for each in term.readings] for term in terms]
    telling = [readings for readings in typed if all(len(word) >= _SHORT for each in readings for word in each)]
    parts = [" | ".join(_in_tsquery(each) for each in readings) for readings in (telling or ([] if tags else typed))]
    return " & ".join([*(f"({each})" for each in parts), *(f"'{each}'" for each in tags)])


def _worth_asking(words: Sequence[str]) -> Sequence[str]:
    return [word for word in words if len(word) >= _SHORT] or words


def _in_tsquery(words: Sequence[str]) -> str:
    return "(" + " & ".join(f"'{word}':*" for word in words) + ")"
