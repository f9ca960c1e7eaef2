"""The JSON of knowledge articles, as types."""

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads typing's own only from Python 3.12 on


class Article(TypedDict):
    """One version of an article; `id` is the article's, `number` counts its versions from 1.

    `body` is Markdown without HTML, `answer` plain text for the caller. Days are ISO dates, both included; null: open.
    `valid`: approved, and it holds today. `uses`: in how many tickets' answers the article was put.
    """

    id: int
    number: int
    title: str
    subject: str
    language: Literal["id", "en"]
    body: str
    answer: str
    valid_from: str | None
    valid_until: str | None
    valid: bool
    state: Literal["proposed", "approved", "refused", "retired"]
    proposed_by: str
    proposed_at: str
    decided_by: str | None
    decided_at: str | None
    reason: str
    uses: int


class Articles(TypedDict):
    """`waiting`: how many proposals wait for a coordinator."""

    items: list[Article]
    waiting: int


class ArticleHistory(TypedDict):
    """Every version, newest first."""

    versions: list[Article]


class ArticleUse(TypedDict):
    """`counted` is false when this ticket was counted before."""

    counted: bool


class ArticleNews(TypedDict):
    """What pages are told when a version is proposed or decided; whoever shows the article reads it again."""

    id: int
    number: int
    title: str
    state: Literal["proposed", "approved", "refused", "retired"]
    proposed_by: str
    decided_by: str | None


class ArticlePush(TypedDict):
    """The push `article`. `waiting`: how many proposals wait for a coordinator now."""

    article: ArticleNews
    waiting: int
