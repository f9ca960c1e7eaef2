"""For machines: liveness, readiness, and figures for some networks. No sign-in, no caller data."""

import asyncio
from functools import cache
from importlib import metadata

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from desk.context import DESK
from desk.openness import check_open
from storage.errors import StoreUnavailable

_DATABASE_WITHIN_S = 2.0
_REASONS = {"database": "the database does not answer", "calls": "no calls are taken: the service starts or stops"}


async def healthz(request: web.Request) -> web.Response:
    """The process turns its loop; nothing else is asked, so that a database outage does not restart it.

    `schema` is null as long as the database has not been reached.
    """
    return web.json_response({"status": "ok", "version": version(), "schema": request.app[DESK].store.schema})


@cache
def version() -> str:
    """Of the program that runs."""
    return metadata.version("sambut")


async def readyz(request: web.Request) -> web.Response:
    """Whether calls and people should be sent here: 200, or 503 with what is amiss."""
    desk = request.app[DESK]
    checks = {
        "database": await _database_answers(request),
        "calls": bool(desk.switchboard.status().get("accepting", True)),
    }
    reasons = [reason for name, reason in _REASONS.items() if not checks[name]]
    if not desk.store.here:
        reasons[0] = "the database has not been reached since the start: calls are answered, nobody can sign in"
    ready = not reasons
    body = {"status": "ready" if ready else "not_ready", "checks": checks, "reasons": reasons}
    return web.json_response(body, status=200 if ready else 503)


async def _database_answers(request: web.Request) -> bool:
    try:
        async with asyncio.timeout(_DATABASE_WITHIN_S):
            await request.app[DESK].store.ping()
    except (StoreUnavailable, TimeoutError):
        return False
    return True


async def metrics(request: web.Request) -> web.Response:
    """Prometheus text. Raises `Problem` not_open_here for who is not in `metrics_open_to`."""
    check_open(request, "metrics_open_to", request.app[DESK].installation.settings.metrics_open_to)
    body = generate_latest(request.app[DESK].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
