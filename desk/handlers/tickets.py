"""Tickets: found, opened by hand, saved field by field, moved through the procedure."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from config.base import Kind, Language
from desk import shapes
from desk.audit import What, refusals_seen, searched, seen
from desk.context import Ask, Desk, Nothing
from desk.handlers.calls import with_parts
from desk.handlers.fields import Line, Number
from desk.handlers.playback import play
from desk.handlers.spans import SpanQuery
from desk.inboxes import actor_of, for_pic
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from desk.saving import Saving, checked
from hotline.escalation import put_to
from hotline.numbers import normalise
from hotline.ticket import Origin, Step, Ticket
from storage.errors import StoreUnavailable
from storage.ticket_search import TicketQuery

Text = Annotated[str, StringConstraints(max_length=8000)]  # the procedure's own limits are tighter, and helpful
HISTORY = 20  # earlier tickets of the same caller beside a ticket


class TicketFields(BaseModel, extra="forbid"):
    caller_name: Text | None = None
    plate: Text | None = None
    region: Text | None = None
    kind: Text | None = None
    description: Text | None = None
    category: Text | None = None
    answer: Text | None = None

    def changes(self) -> dict[str, str | None]:
        """Only the fields that were sent."""
        return self.model_dump(exclude_unset=True, include=set(TicketFields.model_fields))


class TicketPatch(TicketFields):
    """The fields to save, and the `version` they were typed into. null or "" clears a field."""

    version: Annotated[int, Field(ge=1)]


class NewTicket(TicketFields):
    """A walk-in, or a call that came on another line."""

    caller_number: Number = ""
    language: Language = "id"


class TicketSearch(SpanQuery):
    q: Line = ""
    step: Step | None = None
    kind: Kind | None = None
    category: Line | None = None
    operator: Line | None = None
    origin: Origin | None = None
    region: Line | None = None
    number: Line | None = None
    callback: bool | None = None
    mine: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


async def search(ask: Ask[Nothing, TicketSearch]) -> shapes.TicketList:
    query, desk = ask.query, ask.desk
    since, until = query.bounds(desk.zone)
    await searched(ask, query.number or query.q, "tickets")
    page = await desk.store.tickets.search(
        TicketQuery(
            text=query.q,
            step=query.step,
            kind=query.kind,
            category=query.category,
            operator=ask.me.username if query.mine else query.operator,
            origin=query.origin,
            region=query.region,
            callback=query.callback,
            number=normalise(query.number) if query.number else None,
            since=since,
            until=until,
            limit=query.limit,
            cursor=query.cursor,
        )
    )
    items = [await with_message(desk, ticket) for ticket in page.items]
    return {"items": items, "next": page.next, "total": page.total}


async def read(ask: Ask[Nothing, Nothing]) -> shapes.TicketPage:
    desk, ticket = ask.desk, await find(ask)
    await seen(ask, What.TICKET, ticket.number)
    if not ask.may(Permission.READ_TICKETS):
        return {**for_pic(desk.json.ticket(ticket)), "history": [], "changes": [], "calls": []}
    history = await desk.store.contacts.beside(ticket, limit=HISTORY)
    changes = await desk.store.tickets.changes(ticket.number)
    calls = await desk.store.calls.of_ticket(ticket.number)
    shown = await with_parts(desk, calls)
    return {
        **(await with_message(desk, ticket)),
        "history": desk.json.summaries(history),
        "changes": [desk.json.change(change) for change in changes],
        "calls": shown,
    }


async def save(ask: Ask[TicketPatch, Nothing]) -> shapes.Ticket:
    changes = ask.body.changes()
    async with refusals_seen(ask, ask.path("number")):
        ticket = await Saving(ask.desk, ask.me.username).edit(ask.path("number"), ask.body.version, changes)
    return await announced(ask, ticket)


async def open_by_hand(ask: Ask[NewTicket, Nothing]) -> shapes.Ticket:
    """Opens a ticket without a call and puts it into the hands of whoever opens it."""
    desk, fields = ask.desk, ask.body
    at = desk.clock()
    blank = desk.procedure.open_ticket(
        desk.store.numbers.next(datetime.fromtimestamp(at, desk.zone).year),
        at,
        caller_number=normalise(fields.caller_number),
        language=fields.language,
    )
    filled = checked(lambda: desk.procedure.edit(replace(blank, origin="desk"), fields.changes(), ask.me.username, at))
    ticket = desk.procedure.take(filled, ask.me.username, at)
    await desk.store.tickets.open(ticket)
    desk.switchboard.ticket_changed(None, ticket, ask.me.username, at)
    return await announced(ask, ticket)


class CallBack(BaseModel, extra="forbid"):
    """`number` as typed, if another than the one on the ticket is to be called."""

    number: Number = ""


async def call_back(ask: Ask[CallBack, Nothing]) -> shapes.Call:
    ticket = await find(ask)
    await seen(ask, What.TICKET, ticket.number)
    return ask.desk.switchboard.call_about(ticket, ask.body.number, ask.me.username)


async def play_message(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    ticket = await find(ask)
    return await play(ask, await ask.desk.store.recordings.get(ticket.message) if ticket.message else None)


async def find(ask: Ask[Any, Any]) -> Ticket:
    ticket = await ask.desk.store.tickets.get(ask.path("number"))
    visible = ask.may(Permission.READ_TICKETS) or (ticket is not None and put_to(ticket.escalation, actor_of(ask.me)))
    if ticket is None or not visible:
        raise Problem("not_found", f"there is no ticket {ask.path('number')}")
    return ticket


def reader(ask: Ask[Any, Any]) -> Callable[[shapes.Ticket], shapes.Ticket]:
    """A ticket as whoever asks may see it."""
    return _whole if ask.may(Permission.READ_TICKETS) else for_pic


def _whole(shown: shapes.Ticket) -> shapes.Ticket:
    return shown


async def announced(ask: Ask[Any, Any], ticket: Ticket) -> shapes.Ticket:
    """The saved ticket, which goes to everybody else's pages too."""
    shown = await with_message(ask.desk, ticket)
    ask.desk.hub.publish("ticket", {"ticket": shown})
    with suppress(StoreUnavailable):  # the save stands, an answer of 503 would be untrue; and who saved had it open
        await seen(ask, What.TICKET, ticket.number)
    return reader(ask)(shown)


async def with_message(desk: Desk, ticket: Ticket) -> shapes.Ticket:
    return desk.json.ticket(ticket, await desk.store.recordings.get(ticket.message) if ticket.message else None)


ROUTES = (
    route(
        "GET",
        "/tickets",
        search,
        "Tickets, newest first; `total` counts up to 200",
        permission=Permission.READ_TICKETS,
    ),
    route(
        "POST",
        "/tickets",
        open_by_hand,
        "Open a ticket without a call",
        permission=Permission.EDIT_TICKETS,
        status=201,
    ),
    route(
        "GET",
        "/tickets/{number}",
        read,
        "A ticket with its caller's history, its changes and its calls; a PIC's without who is calling",
        permission=Permission.OPEN_TICKET,
        problems=("not_found",),
    ),
    route(
        "PATCH",
        "/tickets/{number}",
        save,
        "Save fields; what others changed meanwhile is merged unless it is the same field",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found", "conflict"),
    ),
    route(
        "POST",
        "/tickets/{number}/call",
        call_back,
        "Call the ticket's caller: my own phone rings first",
        permission=Permission.TAKE_CALLS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/tickets/{number}/message",
        play_message,
        "What the caller left on tape (Range requests are answered with 206)",
        permission=Permission.READ_TICKETS,
        problems=("not_found",),
    ),
)
