"""The audit log, for the admin."""

from typing import Annotated

from pydantic import Field

from desk import contact_shapes as shapes
from desk.audit import What, seen
from desk.contact_json import ContactJson
from desk.context import Ask, Nothing
from desk.handlers.fields import Line
from desk.handlers.spans import SpanQuery
from desk.roles import Permission
from desk.routing import route
from storage.audit import LookQuery


class AuditSearch(SpanQuery):
    by: Line | None = None
    what: What | None = None
    about: Line | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


async def search(ask: Ask[Nothing, AuditSearch]) -> shapes.AuditPage:
    desk, query = ask.desk, ask.query
    since, until = query.bounds(desk.zone)
    await seen(ask, What.AUDIT)
    page = await desk.store.audit.search(
        LookQuery(query.by, query.what, query.about, since, until, query.limit, query.cursor)
    )
    json = ContactJson(desk.json)
    return {"items": [json.look(look) for look in page.items], "next": page.next, "total": page.total}


ROUTES = (route("GET", "/audit", search, "Who looked at whose data, newest first", permission=Permission.READ_AUDIT),)
