"""Knowledge articles: what is proposed, what is approved, what is found, and how often it served."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, exists, func, insert, or_, select, text, true, update
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.errors import AlreadyExists, NotFound
from storage.knowledge_search import index, matching
from storage.knowledge_tables import ArticleUseRow, ArticleVersionRow

ArticleState = Literal["proposed", "approved", "refused", "retired"]

_VERSION = ArticleVersionRow


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """What an article says. `body` is Markdown, `answer` what one key puts into a ticket's answer.

    `subject` is one of the matrix's, "" for every matter. It holds from one day to another, both included.
    """

    title: str
    subject: str
    language: str
    body: str
    answer: str
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """The `number`-th version of an article, and what became of it. `uses` counts the article's tickets."""

    article: int
    number: int
    words: ArticleWords
    state: ArticleState
    proposed_by: str
    proposed_at: float
    decided_by: str | None = None
    decided_at: float | None = None
    reason: str = ""
    uses: int = 0


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """What to look for. `text` is as typed: each word, or its beginning, must be there. `day` leaves out what does not
    hold on it. `subject` and `language` come first, they shut nothing out.
    """

    text: str = ""
    subject: str = ""
    language: str = ""
    state: ArticleState = "approved"
    day: date | None = None
    limit: int = 20


class Knowledge:
    """All articles. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, query: ArticleQuery) -> tuple[ArticleVersion, ...]:
        """The versions that match, the likeliest first."""
        rows = await self._database.rows(_search(query, self._database.url.get_backend_name()))
        return tuple(_version(row) for row in rows)

    async def waiting(self) -> int:
        """How many proposals nobody has decided about."""
        found: int = await self._database.scalar(select(func.count()).where(_VERSION.state == "proposed"))
        return found

    async def history(self, article: int) -> tuple[ArticleVersion, ...]:
        """Every version of an article, newest first. Raises `NotFound`."""
        rows = await self._database.rows(
            _versions().where(_VERSION.article == article).order_by(_VERSION.number.desc())
        )
        if not rows:
            raise NotFound("article", str(article))
        return tuple(_version(row) for row in rows)

    async def propose(self, words: ArticleWords, by: str, at: float, article: int | None = None) -> ArticleVersion:
        """A new article, or another version of one that exists. Raises `NotFound`.

        Raises `AlreadyExists` when somebody proposed the same version at the same moment.
        """
        try:
            return await self._database.write(lambda connection: _propose(connection, words, by, at, article))
        except IntegrityError as error:
            raise AlreadyExists("version of the article", str(article)) from error

    async def approve(self, article: int, number: int, over: int, by: str, at: float) -> bool:
        """Puts a proposed version in force, in place of the one before, which must be number `over` (0: none).

        False, and nothing done, when the version is not proposed any more or another one has come into force.
        """
        return await self._database.write(lambda connection: _approve(connection, article, number, over, by, at))

    async def refuse(self, article: int, number: int, reason: str, by: str, at: float) -> bool:
        """False when the version is not proposed any more."""
        return await self._decide(article, number, "proposed", "refused", by, at, reason)

    async def retire(self, article: int, number: int, reason: str, by: str, at: float) -> bool:
        """Takes the version in force out of it. False when it is not in force any more."""
        return await self._decide(article, number, "approved", "retired", by, at, reason)

    async def use(self, article: int, number: int, ticket: str, by: str, at: float) -> bool:
        """Counts that a ticket's answer has it; False when it was counted for this ticket before."""
        use = insert(ArticleUseRow).values(article=article, number=number, ticket=ticket, by=by, at=at)
        try:
            return await self._database.execute(use) == 1
        except IntegrityError:
            return False

    async def begin_with(self, articles: Sequence[ArticleWords], by: str, at: float) -> int:
        """Proposes these if there was never an article; returns how many."""
        return await self._database.write(lambda connection: _begin(connection, articles, by, at))

    async def _decide(
        self, article: int, number: int, old: ArticleState, new: ArticleState, by: str, at: float, reason: str
    ) -> bool:
        return await self._database.write(lambda it: _decide(it, article, number, old, new, by, at, reason))


def _versions() -> Select[Any]:
    uses = select(func.count()).where(ArticleUseRow.article == _VERSION.article).scalar_subquery()
    return select(_VERSION.__table__, uses.label("uses"))


def _search(query: ArticleQuery, dialect: str) -> Select[Any]:
    rows = _versions().where(_VERSION.state == query.state)
    if query.day is not None:
        rows = rows.where(
            or_(_VERSION.valid_from.is_(None), _VERSION.valid_from <= query.day),
            or_(_VERSION.valid_until.is_(None), _VERSION.valid_until >= query.day),
        )
    first = [
        case((_VERSION.subject == query.subject, 0), else_=1),
        case((_VERSION.language == query.language, 0), else_=1),
    ]
    found = matching(dialect, query.text)
    if found is None:
        return rows.order_by(*first, text("uses DESC"), _VERSION.title, _VERSION.id).limit(query.limit)
    hits = found.subquery("hits")
    rows = rows.join(hits, hits.c.id == _VERSION.id)
    return rows.order_by(*first, hits.c.score.desc(), _VERSION.id).limit(query.limit)


def _propose(connection: Connection, words: ArticleWords, by: str, at: float, article: int | None) -> ArticleVersion:
    last = 0
    if article is not None:
        last = connection.execute(select(func.max(_VERSION.number)).where(_VERSION.article == article)).scalar() or 0
        if last == 0:
            raise NotFound("article", str(article))
    version = ArticleVersion(article or 0, last + 1, words, "proposed", by, at)
    values = {name: getattr(words, name) for name in ArticleWords.__slots__}
    made = insert(_VERSION).values(
        **values,
        article=version.article,
        number=version.number,
        state="proposed",
        proposed_by=by,
        proposed_at=at,
        reason="",
    )
    row = connection.execute(made.returning(_VERSION.id)).scalar_one()
    index(connection, row, words.title, words.answer, words.body)
    if article is not None:
        return version
    connection.execute(update(_VERSION).where(_VERSION.id == row).values(article=row))
    return replace(version, article=row)


def _approve(connection: Connection, article: int, number: int, over: int, by: str, at: float) -> bool:
    if connection.dialect.name != "sqlite":  # there, one writer at a time is the rule anyway
        connection.execute(select(_VERSION.id).where(_VERSION.article == article).with_for_update())
    in_force = select(_VERSION.number).where(_VERSION.article == article, _VERSION.state == "approved")
    if (connection.execute(in_force).scalar() or 0) != over:
        return False
    if not _is(connection, article, number, "proposed"):
        return False
    if over:
        _decide(connection, article, over, "approved", "retired", by, at, "")
    return _decide(connection, article, number, "proposed", "approved", by, at, "")


def _is(connection: Connection, article: int, number: int, state: ArticleState) -> bool:
    there = exists().where(_VERSION.article == article, _VERSION.number == number, _VERSION.state == state)
    return connection.execute(select(true()).where(there)).scalar() is not None


def _decide(
    connection: Connection,
    article: int,
    number: int,
    old: ArticleState,
    new: ArticleState,
    by: str,
    at: float,
    reason: str,
) -> bool:
    there = (_VERSION.article == article, _VERSION.number == number, _VERSION.state == old)
    values = {"state": new, "decided_by": by, "decided_at": at, "reason": reason}
    return connection.execute(update(_VERSION).where(*there).values(values)).rowcount == 1


def _begin(connection: Connection, articles: Sequence[ArticleWords], by: str, at: float) -> int:
    if connection.dialect.name != "sqlite":  # two nodes may start at the same time
        connection.execute(text("LOCK TABLE article_version IN EXCLUSIVE MODE"))
    if connection.execute(select(func.count()).select_from(_VERSION)).scalar():
        return 0
    for words in articles:
        _propose(connection, words, by, at, None)
    return len(articles)


def _version(row: Any) -> ArticleVersion:
    words = ArticleWords(**{name: row[name] for name in ArticleWords.__slots__})
    names = [name for name in ArticleVersion.__slots__ if name != "words"]
    return ArticleVersion(words=words, **{name: row[name] for name in names})
