"""A call that is about an earlier ticket: the operator goes on with that one, and nobody tells the same thing twice."""

from desk.context import Desk
from desk.problems import Problem
from hotline.contacts import carried_over, continued, may_go_on, separate_again
from hotline.ticket import Ticket
from storage.contacts_links import TicketLink
from storage.errors import Conflict, NotFound

OFFERED = 5


async def offers(desk: Desk, ticket: Ticket) -> list[Ticket]:
    """Open tickets that the call may be about: those of this number first, then of the plate, the newest first."""
    others = await desk.store.contacts.beside(ticket, only_open=True, limit=OFFERED)
    possible = [other for other in others if may_go_on(ticket, other)]
    return sorted(possible, key=lambda other: other.caller_number != ticket.caller_number)


async def go_on(desk: Desk, new: Ticket, old: Ticket, by: str) -> None:
    """The call of `new` is about `old`, which the operator takes over, with what was typed into `new` so far.

    Raises `Problem` cannot_go_on or conflict, `AlreadyExists` when the two are linked.
    """
    if not may_go_on(new, old) or new.call_id is None:
        raise Problem("cannot_go_on", "both tickets must be open, and this one must come from a call")
    at = desk.clock()
    closed = continued(new, at)
    received = desk.procedure.receive(desk.procedure.edit(old, carried_over(new, old), by, at), by, at)
    try:
        await desk.store.links.go_on(new, old, closed, received, by, at)
    except Conflict as error:
        raise Problem("conflict", "one of the tickets was changed meanwhile", theirs={}) from error
    await _told(desk, new, by, at)
    goes_on = await _told(desk, old, by, at)
    desk.switchboard.goes_on_with(new.call_id, goes_on, desk.json.ticket(goes_on))


async def undo(desk: Desk, link: TicketLink, by: str) -> None:
    """The link is undone; the ticket that was closed by it waits for somebody again. Raises `Problem` conflict."""
    at = desk.clock()
    ticket = await desk.store.tickets.get(link.ticket)
    if ticket is None:
        raise Problem("not_found", f"there is no ticket {link.ticket}")
    after = separate_again(ticket) if link.goes_on else ticket
    try:
        await desk.store.links.undo(link, ticket, after, by, at)
    except Conflict as error:
        raise Problem("conflict", "the ticket was changed meanwhile", theirs={}) from error
    except NotFound as error:
        raise Problem("not_found", "the link is undone already") from error
    await _told(desk, ticket, by, at)


async def _told(desk: Desk, before: Ticket, by: str, at: float) -> Ticket:
    """Everybody who watches the ticket hears of it, pages too; returns it as it is stored."""
    stored = await desk.store.tickets.get(before.number) or before
    desk.switchboard.ticket_changed(before, stored, by, at)
    desk.hub.publish("ticket", {"ticket": desk.json.ticket(stored)})
    return stored
