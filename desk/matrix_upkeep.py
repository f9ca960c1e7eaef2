"""What the matrix and the suggestions need besides requests: edits loaded before the first one, and two tasks."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from desk.context import DESK


async def matrix_upkeep(app: web.Application) -> AsyncIterator[None]:
    """Runs with the application (aiohttp's `cleanup_ctx`). Raises `StoreUnavailable` when the edits cannot be had."""
    desk = app[DESK]
    await desk.store.once_here(desk.matrix.load)
    desk.matrix.follow(lambda matrix: desk.hub.publish("matrix", {"cells": len(matrix.categories)}))
    desk.matrix.follow(lambda matrix: desk.suggestions.matrix_changed())
    tasks = [asyncio.create_task(work) for work in (desk.matrix.keep_up(), desk.suggestions.every_night())]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await desk.suggestions.close()
