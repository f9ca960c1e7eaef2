"""Starter articles for an installation that has none, before the first request."""

from collections.abc import AsyncIterator

from aiohttp import web

from desk.context import DESK
from storage.knowledge import ArticleWords

AUTHOR = "sambut"
"""Who proposes them; no account has this name's meaning, and a coordinator decides."""


async def starter_articles(app: web.Application) -> AsyncIterator[None]:
    """Runs with the application (aiohttp's `cleanup_ctx`). Raises `StoreUnavailable`."""
    desk = app[DESK]
    articles = [ArticleWords(**article.model_dump()) for article in desk.installation.articles]
    await desk.store.once_here(lambda: desk.store.knowledge.begin_with(articles, AUTHOR, desk.clock()))
    yield
