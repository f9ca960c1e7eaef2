"""The whole table of the API."""

from desk.handlers import (
    accounts,
    api_keys,
    callbacks,
    calls,
    filings,
    live,
    matrix,
    me,
    metrics,
    phone_token,
    promises,
    reference,
    session,
    suggestions,
    tickets,
    vehicles,
)
from desk.routing import Route

ROUTES: tuple[Route, ...] = (
    *session.ROUTES,
    *me.ROUTES,
    *phone_token.ROUTES,
    *live.ROUTES,
    *calls.ROUTES,
    *tickets.ROUTES,
    *callbacks.ROUTES,
    *promises.ROUTES,
    *metrics.ROUTES,
    *reference.ROUTES,
    *matrix.ROUTES,
    *suggestions.ROUTES,
    *accounts.ROUTES,
    *vehicles.ROUTES,
    *filings.ROUTES,
    *api_keys.ROUTES,
)
