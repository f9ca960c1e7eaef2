"""Whom to call back. The list keeps itself: marks and tries put a caller on it, and take the caller off."""

from typing import Annotated

from pydantic import BaseModel, Field

from desk import shapes
from desk.audit import What, seen
from desk.context import Ask, Nothing
from desk.handlers.fields import Line
from desk.roles import Permission
from desk.routing import route


class CallbackSearch(BaseModel, extra="forbid"):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


async def due(ask: Ask[Nothing, CallbackSearch]) -> shapes.CallbackList:
    """Numbers are whole, as on the tickets: whoever reads these may be the one who calls."""
    desk = ask.desk
    await seen(ask, What.LIST, note="callbacks")
    page = await desk.store.tickets.callbacks(ask.query.limit, ask.query.cursor)
    plan = desk.installation.dialling
    items = [desk.json.callback_due(ticket, ticket.callback, plan) for ticket in page.items if ticket.callback]
    return {"items": items, "next": page.next, "total": page.total}


ROUTES = (
    route(
        "GET",
        "/callbacks",
        due,
        "Callers who are owed a call, the earliest due first, each number once",
        permission=Permission.READ_TICKETS,
    ),
)
