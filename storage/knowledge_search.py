"""The full-text index of articles: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

Both hold a version's words as `words_of` cuts them, so that both databases find the same. SQLAlchemy knows neither
kind of table; the migrations make `article_text`, and comparisons with the metadata leave it out (`storage.migrate`).
"""

import re

from sqlalchemy import Connection, Float, Integer, TextClause, column, text
from sqlalchemy.sql.selectable import TextualSelect

MOST_WORDS = 12
"""Words of a search that count; nobody types more for one article."""

_WORD = re.compile(r"[^\W_]+")

_ADD = {
    "sqlite": "INSERT INTO article_text (rowid, title, answer, body) VALUES (:id, :title, :answer, :body)",
    "postgresql": "INSERT INTO article_text (id, words) VALUES (:id, setweight(to_tsvector('simple', :title), 'A') "
    "|| setweight(to_tsvector('simple', :answer), 'B') || setweight(to_tsvector('simple', :body), 'D'))",
}

# A word in the title counts ten times one in the body; bm25 is the smaller the better.
_FIND = {
    "sqlite": "SELECT rowid AS id, -bm25(article_text, 10.0, 4.0, 1.0) AS score FROM article_text "
    "WHERE article_text MATCH :query",
    "postgresql": "SELECT id, ts_rank('{0.1, 0.2, 0.4, 1.0}', words, to_tsquery('simple', :query)) AS score "
    "FROM article_text WHERE words @@ to_tsquery('simple', :query)",
}


def words_of(written: str) -> list[str]:
    """The words of a text in lower case: runs of letters and digits, in any script."""
    return _WORD.findall(written.lower())


def index(connection: Connection, version: int, title: str, answer: str, body: str) -> None:
    """Puts the words of a new version into the index, inside the transaction that stores it."""
    words = {name: " ".join(words_of(each)) for name, each in (("title", title), ("answer", answer), ("body", body))}
    connection.execute(text(_ADD[connection.dialect.name]), {"id": version, **words})


def matching(dialect: str, typed: str) -> TextualSelect | None:
    """Versions (`id`, `score`) that have each typed word or one that begins with it; None when no word is typed."""
    words = words_of(typed)[:MOST_WORDS]
    if not words:
        return None
    query = " ".join(f'"{word}"*' for word in words) if dialect == "sqlite" else " & ".join(f"{w}:*" for w in words)
    return _find(dialect).bindparams(query=query).columns(column("id", Integer), column("score", Float))


def _find(dialect: str) -> TextClause:
    return text(_FIND[dialect])
