"""Starter articles of the knowledge: proposed once to an empty installation, then kept in the database."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import StringConstraints

from config.base import Language, Model
from config.schema import Finding
from config.sop import Matrix

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]


class StarterArticle(Model):
    """One article. `body` is Markdown for the operator; `answer` is what is said to the caller."""

    title: Title
    subject: str = ""
    """One of the matrix's subjects; empty for every matter."""
    language: Language = "id"
    body: str
    answer: str


def subjects_exist(articles: tuple[StarterArticle, ...], matrix: Matrix) -> Iterator[Finding]:
    """An article of a subject that the matrix does not have would never come first."""
    subjects = {"", *(category.subject for category in matrix.categories)}
    for at, article in enumerate(articles):
        if article.subject not in subjects:
            yield Finding(("articles", at, "subject"), f"no category of the matrix has the subject {article.subject!r}")
