"""The list of tickets: by words, narrowed by fields, newest first, a page at a time, among a million as among ten.

A statement that the planner is left alone with is slow in the worst cases: a word of nearly all tickets, or two of
which each is frequent and both together are rare. So the way is chosen here:

- without words and tags, or with a field that leaves few tickets, through the table's own indexes;
- on SQLite through the full-text index, whose row ids are in the order of time: it stops when a page is full;
- on PostgreSQL through a GIN index of words with their week in front. GIN knows no order, so it is asked week by week,
  newest first, until enough is found: a week's list of a word is short, however frequent it is in all the years.

`storage.ticket_words` says what a word is; the migrations 0010 and 0012 make the indexes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    String,
    TableValuedAlias,
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
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from hotline.ticket import Step
from storage.columns import Moment
from storage.owed import to_call_back
from storage.paging import decode_cursor
from storage.tables import TicketRow
from storage.ticket_words import CLOSED, TAGGED, Term, Words, tag, terms_of

MOST_COUNTED = 200
"""Matches that are counted: to count all tickets with a frequent word takes longer than to find a page of them."""
SLOTS = 1_024
"""Places of the full-text index for the tickets of one second; those of a fuller second reach into the next."""
WEEK_S = 7 * 86_400
_SHORT = 3
"""Letters from which a prefix is worth asking the GIN index for, if there is a longer one besides."""
_WEEK_ASKED = "#"
"""Stands in a query for the week that is asked for: no word has this sign."""

_TEXT = table("ticket_text", column("ticket_text", String), column("rowid", BigInteger))
_PLACE = table("ticket_place", column("place", BigInteger), column("number", String))
_OPENED_IN = f"floor(extract(epoch FROM ticket.created_at - timestamptz '1970-01-01 00:00:00+00') / {WEEK_S})::int"
_WEEK = literal_column(_OPENED_IN, Integer)
"""The week that a ticket was opened in, since the epoch."""
_VECTOR: ColumnElement[Any] = literal_column(
    f"array_to_tsvector(string_to_array({_OPENED_IN}::text || '|' "
    f"|| replace(ticket.haystack, ' ', ' ' || {_OPENED_IN}::text || '|'), ' '))"
)
"""The same expression as in the migration 0012: else PostgreSQL does not see that its index is about this."""
_KEY = tuple_(TicketRow.created_at, TicketRow.number)
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
        self._only_by_index()
        if self.after is None:
            newest = numbers = self._week_by_week(max(MOST_COUNTED, self.most))
        else:
            newest, numbers = self._week_by_week(MOST_COUNTED), self._week_by_week(self.most, behind=self.after)
        page = select(TicketRow).where(TicketRow.number.in_(numbers[: self.most])).order_by(*_NEWEST_FIRST)
        return Found(self._rows(page), min(len(newest), MOST_COUNTED))

    def _week_by_week(self, most: int, behind: tuple[float, str] | None = None) -> Sequence[str]:
        """The numbers of the newest `most` matches, of those behind a place in the list if one is given."""
        weeks = self._weeks(None if behind is None else behind[0])
        asked, others = _worth_asking(self.terms)
        query = cast(func.replace(_ts_query(asked, self.tags), _WEEK_ASKED, cast(weeks.c.week, String)), TSQUERY)
        by_words = _VECTOR.op("@@")(query)
        rest = [*(_spelled(term) for term in others), *fields_of(self.query), *_within(self.query)]
        if behind is not None:
            rest.append(place_of(*behind) > _KEY)
        # A plain condition would have the planner read a column's whole index, again for each week.
        found = select(TicketRow.number).where(by_words, func.coalesce(and_(true(), *rest), False))
        found_of_week = found.order_by(*_NEWEST_FIRST).lateral("found")
        # Only a nested loop can join these, so what comes out of it is in the order of the weeks.
        numbers = select(found_of_week.c.number).select_from(weeks.join(found_of_week, true())).limit(most)
        return self.connection.scalars(numbers).all()

    def _weeks(self, until: float | None) -> TableValuedAlias:
        """Those in which there may be matches, newest first; none of them behind `until` if that is given."""
        week = select(_WEEK).select_from(TicketRow).limit(1)
        newest = week.order_by(TicketRow.created_at.desc()).scalar_subquery()
        oldest = week.order_by(TicketRow.created_at).scalar_subquery()
        last = [floor(moment / WEEK_S) for moment in (until, self.query.until) if moment is not None]
        first = [] if self.query.since is None else [floor(self.query.since / WEEK_S)]
        weeks = func.generate_series(func.least(newest, *last), func.greatest(oldest, *first), -1)
        return weeks.table_valued("week").render_derived(name="weeks")

    def _only_by_index(self) -> None:
        """Until the transaction ends: PostgreSQL cannot know how few tickets of a week have a word."""
        settings = func.set_config("enable_seqscan", "off", True), func.set_config("jit", "off", True)
        self.connection.execute(select(*settings))

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


def _worth_asking(terms: Sequence[Term]) -> tuple[Sequence[Term], Sequence[Term]]:
    """The terms that the GIN index is asked for, and those that must be looked for in what it finds.

    Words of one or two letters are left out where longer ones lead there: their lists are the longest of all.
    """
    asked = [term for term in terms if all(max(map(len, words)) >= _SHORT for words in term.readings)] or terms
    in_full = [term for term in asked if all(_telling(words) == words for words in term.readings)]
    return asked, [term for term in terms if term not in in_full]


def _telling(words: Words) -> Words:
    """The longer ones, or all if there are none."""
    return tuple(word for word in words if len(word) >= _SHORT) or words


def _ts_query(terms: Sequence[Term], tags: Sequence[str]) -> str:
    """With `_WEEK_ASKED` in front of each word."""
    typed = (" | ".join(_in_tsquery(_telling(words)) for words in term.readings) for term in terms)
    return " & ".join([*(f"({each})" for each in typed), *(f"'{_WEEK_ASKED}|{each}'" for each in tags)])


def _in_tsquery(words: Words) -> str:
    return "(" + " & ".join(f"'{_WEEK_ASKED}|{word}':*" for word in words) + ")"
