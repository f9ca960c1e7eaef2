"""The whole table of the API."""

from typing import Any

from desk.handlers import accounts, calls, live, me, reference, session, tickets
from desk.routing import Route

ROUTES: tuple[Route[Any, Any], ...] = (
    *session.ROUTES,
    *me.ROUTES,
    *live.ROUTES,
    *calls.ROUTES,
    *tickets.ROUTES,
    *reference.ROUTES,
    *accounts.ROUTES,
)
