"""Who is calling: people by number and plate, and tickets that belong together."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from desk import contact_shapes as shapes
from desk.audit import What, searched, seen
from desk.contact_json import ContactJson
from desk.context import Ask, Nothing
from desk.going_on import go_on, offers, undo
from desk.handlers.fields import Line
from desk.handlers.tickets import find
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from storage.contacts import Contact
from storage.errors import AlreadyExists, NotFound

HISTORY = 20
Name = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1)]


class ContactSearch(BaseModel, extra="forbid"):
    q: Line = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


class MergeWith(BaseModel, extra="forbid"):
    """The id of another contact who is the same person."""

    other: Name


class Linked(BaseModel, extra="forbid"):
    """Another ticket's number. `go_on`: the call that opened this ticket is about that one."""

    other: Name
    go_on: bool = False


async def search(ask: Ask[Nothing, ContactSearch]) -> shapes.ContactList:
    desk, query = ask.desk, ask.query
    json, whole = ContactJson(desk.json), ask.may(Permission.SEE_NUMBERS)
    await searched(ask, query.q, "contacts")
    page = await desk.store.contacts.search(query.q, query.limit, query.cursor)
    items = [json.line(contact, whole=whole) for contact in page.items]
    return {"items": items, "next": page.next, "total": page.total}


async def read(ask: Ask[Nothing, Nothing]) -> shapes.Contact:
    """A person with all that is known, and whole numbers: this look is in the audit log."""
    return await _whole(ask, await _find(ask, ask.path("id")))


async def merge(ask: Ask[MergeWith, Nothing]) -> shapes.Contact:
    desk, me = ask.desk, ask.me.username
    try:
        made = await desk.store.contacts.merge(ask.path("id"), ask.body.other, me, desk.clock())
    except NotFound as error:
        raise Problem("not_found", str(error)) from error
    except ValueError as error:
        raise Problem("one_already", str(error)) from error
    return await _whole(ask, await _find(ask, made.kept))


async def separate(ask: Ask[Nothing, Nothing]) -> shapes.Contact:
    desk = ask.desk
    try:
        await desk.store.contacts.separate(ask.path("merge"), ask.me.username, desk.clock())
    except NotFound as error:
        raise Problem("not_found", "there is no such merge, or it is undone") from error
    return await _whole(ask, await _find(ask, ask.path("id")))


async def beside(ask: Ask[Nothing, Nothing]) -> shapes.Beside:
    """Who the ticket is of, and what else is known of them: by number, by plate, and by merged contacts."""
    desk, ticket = ask.desk, await find(ask)
    json, store = ContactJson(desk.json), desk.store
    person = await store.contacts.of(ticket.caller_number, ticket.plate)
    history = await store.contacts.beside(ticket, limit=HISTORY)
    await seen(ask, What.TICKET, ticket.number, *(other.number for other in history))
    return {
        "contact": person.id if person else None,
        "offers": desk.json.summaries(await offers(desk, ticket)),
        "history": desk.json.summaries(history),
        "links": [json.link(link, ticket.number) for link in await store.links.of(ticket.number)],
    }


async def link(ask: Ask[Linked, Nothing]) -> shapes.Beside:
    """Links two tickets, or (`go_on`) lets the call of this one go on with the other."""
    ticket, desk = await find(ask), ask.desk
    other = await desk.store.tickets.get(ask.body.other)
    if other is None or other.number == ticket.number:
        raise Problem("not_found", f"there is no other ticket {ask.body.other}")
    try:
        if ask.body.go_on:
            await go_on(desk, ticket, other, ask.me.username)
        else:
            await desk.store.links.link(ticket.number, other.number, ask.me.username, desk.clock())
    except AlreadyExists as error:
        raise Problem("one_already", "these tickets are linked") from error
    return await beside(ask)  # type: ignore[arg-type]  # it reads the path only


async def unlink(ask: Ask[Nothing, Nothing]) -> shapes.Beside:
    found = next((link for link in await ask.desk.store.links.of(ask.path("number")) if _is(ask, link.id)), None)
    if found is None or found.undone_at is not None:
        raise Problem("not_found", "there is no such link, or it is undone")
    await undo(ask.desk, found, ask.me.username)
    return await beside(ask)


def _is(ask: Ask[Any, Any], link_id: str) -> bool:
    return link_id == ask.path("link")


async def _find(ask: Ask[Any, Any], contact_id: str) -> Contact:
    contact = await ask.desk.store.contacts.get(contact_id)
    if contact is None:
        raise Problem("not_found", "there is no such contact")
    return contact


async def _whole(ask: Ask[Any, Any], contact: Contact) -> shapes.Contact:
    await seen(ask, What.CONTACT, contact.id)
    desk, contacts = ask.desk, ask.desk.store.contacts
    json = ContactJson(desk.json)
    keys = contact.numbers, contact.plates
    related = [found for other in contact.related if (found := await contacts.get(other))]
    return {
        **json.line(contact, whole=True),
        "created_at": desk.json.at(contact.created_at),
        "ids": list(contact.ids),
        "merges": json.merges(contact.merges),
        "related": [json.line(other, whole=False) for other in related],
        "open": desk.json.summaries(await contacts.tickets(*keys, only_open=True)),
        "history": desk.json.summaries(await contacts.tickets(*keys)),
    }


ROUTES = (
    route("GET", "/contacts", search, "People who called, last seen first", permission=Permission.READ_TICKETS),
    route(
        "GET",
        "/contacts/{id}",
        read,
        "One person: numbers, plates, tickets, merges",
        permission=Permission.READ_TICKETS,
        problems=("not_found",),
    ),
    route(
        "POST",
        "/contacts/{id}/merge",
        merge,
        "Another contact is the same person",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found", "one_already"),
    ),
    route(
        "DELETE",
        "/contacts/{id}/merge/{merge}",
        separate,
        "They are two people after all",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/tickets/{number}/beside",
        beside,
        "Who a ticket is of, their other tickets by number and plate, and links",
        permission=Permission.READ_TICKETS,
        problems=("not_found",),
    ),
    route(
        "POST",
        "/tickets/{number}/link",
        link,
        "Link two tickets; with `go_on` this ticket's call goes on with the other, and this one is closed",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found", "one_already", "conflict", "cannot_go_on"),
    ),
    route(
        "DELETE",
        "/tickets/{number}/link/{link}",
        unlink,
        "Undo a link; a ticket that was closed by it is open again",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found", "conflict"),
    ),
)
