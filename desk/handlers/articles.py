"""Knowledge articles: operators find, use and propose them, coordinators decide."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field, StringConstraints

from config.base import Language
from desk import article_shapes as shapes
from desk.context import Ask, Desk, Nothing
from desk.field_errors import field_error, words
from desk.handlers.fields import Line
from desk.problems import Problem
from desk.roles import Permission, roles_with
from desk.routing import route
from storage.errors import AlreadyExists, NotFound
from storage.knowledge import ArticleQuery, ArticleState, ArticleVersion, ArticleWords

BODY_LENGTH, ANSWER_LENGTH = 20_000, 2_000
_MOST = 200
_PLAIN = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=_PLAIN)]
Reason = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=3)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ArticleSearch(BaseModel, extra="forbid"):
    """`state` valid: approved, and holds today. `subject` and `language` come first, they shut nothing out."""

    q: Line = ""
    subject: Line = ""
    language: Language | Literal[""] = ""
    state: Literal["valid", "approved", "proposed", "refused", "retired"] = "valid"
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 20


class Proposal(BaseModel, extra="forbid"):
    """`article`: of which article it is another version; null for a new one."""

    article: Number | None = None
    title: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]
    subject: Line = ""
    language: Language = "id"
    body: Annotated[Text, Field(max_length=BODY_LENGTH)]
    answer: Annotated[Text, Field(max_length=ANSWER_LENGTH)]
    valid_from: date | None = None
    valid_until: date | None = None


class Approval(BaseModel, extra="forbid"):
    """`over`: the version in force with which it was compared, 0 for none."""

    number: Number
    over: Annotated[int, Field(ge=0, le=2**31 - 1)]


class Ending(BaseModel, extra="forbid"):
    number: Number
    reason: Reason


class Use(BaseModel, extra="forbid"):
    number: Number
    ticket: Annotated[Line, StringConstraints(min_length=1, max_length=40)]


async def find(ask: Ask[Nothing, ArticleSearch]) -> shapes.Articles:
    asked, desk = ask.query, ask.desk
    valid = asked.state == "valid"
    state = cast(ArticleState, "approved" if valid else asked.state)
    day = _today(desk) if valid else None
    query = ArticleQuery(asked.q, asked.subject, asked.language, state, day, asked.limit)
    found = await desk.store.knowledge.find(query)
    return {"items": [_json(version, desk) for version in found], "waiting": await desk.store.knowledge.waiting()}


async def read(ask: Ask[Nothing, Nothing]) -> shapes.ArticleHistory:
    return await _history(ask)


async def propose(ask: Ask[Proposal, Nothing]) -> shapes.Article:
    asked, desk = ask.body, ask.desk
    _check(asked, desk)
    said = ArticleWords(**asked.model_dump(exclude={"article"}))
    try:
        version = await desk.store.knowledge.propose(said, ask.me.username, desk.clock(), asked.article)
    except NotFound as error:
        raise Problem("not_found", str(error)) from error
    except AlreadyExists as error:
        raise Problem("article_changed") from error
    shown = _json(version, desk)
    await _tell(desk, shown)
    return shown


async def approve(ask: Ask[Approval, Nothing]) -> shapes.ArticleHistory:
    asked, desk, article = ask.body, ask.desk, _article(ask)
    done = await desk.store.knowledge.approve(article, asked.number, asked.over, ask.me.username, desk.clock())
    return await _after(ask, done)


async def refuse(ask: Ask[Ending, Nothing]) -> shapes.ArticleHistory:
    asked, desk, article = ask.body, ask.desk, _article(ask)
    done = await desk.store.knowledge.refuse(article, asked.number, asked.reason, ask.me.username, desk.clock())
    return await _after(ask, done)


async def retire(ask: Ask[Ending, Nothing]) -> shapes.ArticleHistory:
    asked, desk, article = ask.body, ask.desk, _article(ask)
    done = await desk.store.knowledge.retire(article, asked.number, asked.reason, ask.me.username, desk.clock())
    return await _after(ask, done)


async def use(ask: Ask[Use, Nothing]) -> shapes.ArticleUse:
    """Counts a version that is in force, or was: a page may offer one that has just been replaced."""
    asked, store, article = ask.body, ask.desk.store, _article(ask)
    versions = (await _history(ask))["versions"]
    if not any(it["number"] == asked.number and it["state"] in ("approved", "retired") for it in versions):
        raise Problem("not_found", f"no version {asked.number} in force of article {article}")
    if await store.tickets.get(asked.ticket) is None:
        raise Problem("not_found", f"no ticket {asked.ticket!r}")
    counted = await store.knowledge.use(article, asked.number, asked.ticket, ask.me.username, ask.desk.clock())
    return {"counted": counted}


def _article(ask: Ask[Any, Nothing]) -> int:
    given = ask.path("id")
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise Problem("not_found", f"no article {given!r}")
    return int(given)


async def _history(ask: Ask[Any, Nothing]) -> shapes.ArticleHistory:
    try:
        versions = await ask.desk.store.knowledge.history(_article(ask))
    except NotFound as error:
        raise Problem("not_found", str(error)) from error
    return {"versions": [_json(version, ask.desk) for version in versions]}


async def _after(ask: Ask[Any, Nothing], done: bool) -> shapes.ArticleHistory:
    history = await _history(ask)
    if not done:
        raise Problem("article_changed", versions=history["versions"])
    await _tell(ask.desk, next(version for version in history["versions"] if version["number"] == ask.body.number))
    return history


async def _tell(desk: Desk, article: shapes.Article) -> None:
    """Operators' answers at hand, the proposer and the coordinators' count follow without a reload."""
    push: shapes.ArticlePush = {
        "article": {
            "id": article["id"],
            "number": article["number"],
            "title": article["title"],
            "state": article["state"],
            "proposed_by": article["proposed_by"],
            "decided_by": article["decided_by"],
        },
        "waiting": await desk.store.knowledge.waiting(),
    }
    desk.hub.publish("article", push, roles_with(_READS))


def _check(asked: Proposal, desk: Desk) -> None:
    subjects = {"", *(cell.subject for cell in desk.matrix.current.categories)}
    wrong = []
    if asked.subject not in subjects:
        message = words("Matriks tidak punya pokok ini.", "The matrix has no such subject.")
        wrong.append(field_error("subject", "no_subject", message))
    if asked.valid_from and asked.valid_until and asked.valid_until < asked.valid_from:
        message = words("Hari terakhir mendahului hari pertama.", "The last day is before the first.")
        wrong.append(field_error("valid_until", "before_first", message))
    if wrong:
        raise Problem("invalid", errors=wrong)


def _today(desk: Desk) -> date:
    return datetime.fromtimestamp(desk.clock(), desk.zone).date()


def _json(version: ArticleVersion, desk: Desk) -> shapes.Article:
    said, today = version.words, _today(desk)
    holds = (said.valid_from or today) <= today <= (said.valid_until or today)
    return {
        "id": version.article,
        "number": version.number,
        "title": said.title,
        "subject": said.subject,
        "language": cast(Language, said.language),
        "body": said.body,
        "answer": said.answer,
        "valid_from": said.valid_from.isoformat() if said.valid_from else None,
        "valid_until": said.valid_until.isoformat() if said.valid_until else None,
        "valid": version.state == "approved" and holds,
        "state": version.state,
        "proposed_by": version.proposed_by,
        "proposed_at": desk.json.at(version.proposed_at),
        "decided_by": version.decided_by,
        "decided_at": desk.json.at_or_none(version.decided_at),
        "reason": version.reason,
        "uses": version.uses,
    }


_READS, _DECIDES = Permission.READ_TICKETS, Permission.APPROVE_ARTICLES
_DECIDED = ("not_found", "article_changed")

ROUTES = (
    route("GET", "/articles", find, "Articles as typed, the likeliest first", permission=_READS),
    route("GET", "/articles/{id}", read, "Every version of one article", permission=_READS, problems=("not_found",)),
    route(
        "POST",
        "/articles",
        propose,
        "Propose a new article, or another version of one",
        permission=Permission.PROPOSE_ARTICLES,
        status=201,
        problems=_DECIDED,
    ),
    route(
        "POST",
        "/articles/{id}/approve",
        approve,
        "Put a proposed version in force",
        permission=_DECIDES,
        problems=_DECIDED,
    ),
    route("POST", "/articles/{id}/refuse", refuse, "Refuse a proposed version", permission=_DECIDES, problems=_DECIDED),
    route(
        "POST", "/articles/{id}/retire", retire, "Take an article out of force", permission=_DECIDES, problems=_DECIDED
    ),
    route(
        "POST",
        "/articles/{id}/use",
        use,
        "The article was put into a ticket's answer",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found",),
    ),
)
