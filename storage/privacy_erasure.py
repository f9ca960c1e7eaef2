"""How personal data leaves the tables: inside a running transaction, and so that every figure stays what it was."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from hotline.contacts import forgotten
from hotline.ticket import Step
from storage.contacts_tables import ContactNumberRow, ContactPlateRow, ContactRow
from storage.mapping import as_stored
from storage.open311_tables import FilingRow
from storage.tables import CallRow, TicketChangeRow, TicketRow
from storage.ticket_writes import Revision, load, revise
from storage.webhook_tables import DeliveryRow

BY = "system"
CALLER_FIELDS = ("caller_name", "plate")
WORD_FIELDS = ("description", "answer")


def names_somebody() -> ColumnElement[bool]:
    """Closed tickets that still say whose they are: themselves, or by what a portal sent with them."""
    named = (TicketRow.caller_number, TicketRow.caller_name, TicketRow.plate, TicketRow.callback_number)
    filed = exists().where(FilingRow.ticket == TicketRow.number)
    return and_(TicketRow.step == Step.CLOSED, or_(filed, *(column != "" for column in named)))


def says_something() -> ColumnElement[bool]:
    """Closed tickets that still say what it was about."""
    return and_(TicketRow.step == Step.CLOSED, or_(TicketRow.description != "", TicketRow.answer != ""))


def forget_tickets(connection: Connection, numbers: Iterable[str], at: float, *, caller: bool, words: bool) -> int:
    """Forgets on those of the tickets that are closed, and beside them; of how many something was forgotten.

    The logs keep who changed which field when, and lose its values.
    """
    closed = [ticket for ticket in load(connection, numbers, lock=True).values() if ticket.step is Step.CLOSED]
    changed = [
        Revision(ticket, after, BY, at)
        for ticket in closed
        if (after := forgotten(as_stored(ticket), caller=caller, words=words)) != ticket
    ]
    revise(connection, changed)
    tickets = {each.after.number for each in changed}
    fields = (*(CALLER_FIELDS if caller else ()), *(WORD_FIELDS if words else ()))
    logged = (TicketChangeRow.ticket.in_(tickets), TicketChangeRow.field.in_(fields))
    connection.execute(update(TicketChangeRow).where(*logged).values(before=None, after=None))
    if caller:
        tickets |= _forget_beside(connection, [ticket.number for ticket in closed])
    return len(tickets)


def _forget_beside(connection: Connection, tickets: list[str]) -> set[str]:
    """What a portal sent with the tickets, and what other systems were told of them; which a portal had filed."""
    connection.execute(delete(DeliveryRow).where(DeliveryRow.ticket.in_(tickets)))
    filed = delete(FilingRow).where(FilingRow.ticket.in_(tickets))
    return set(connection.scalars(filed.returning(FilingRow.ticket)))


def overdue_calls(cutoff: float) -> ColumnElement[bool]:
    """Calls that ended before, and still say who it was."""
    return and_(CallRow.ended_at < cutoff, _says_who())


def forget_calls(connection: Connection, which: ColumnElement[bool]) -> int:
    """Forgets the outside numbers of ended calls, and what operators noted about them; how many were changed."""
    ended = and_(which, CallRow.ended_at.is_not(None), _says_who())
    connection.execute(update(CallRow).where(ended, CallRow.direction == "out").values(called=""))
    return connection.execute(
        update(CallRow).where(ended).values(number="", diverted_from="", outcome_note=None)
    ).rowcount


def forget_diversions(connection: Connection, calls: Iterable[str]) -> int:
    """Forgets whose phone sent the callers of ended calls on to us, and nothing else of them; how many were changed."""
    ended = (CallRow.id.in_(list(calls)), CallRow.ended_at.is_not(None))
    return connection.execute(update(CallRow).where(*ended).values(diverted_from="")).rowcount


def _says_who() -> ColumnElement[bool]:
    return or_(CallRow.number != "", CallRow.diverted_from != "", CallRow.outcome_note.is_not(None))


def forget_contacts(connection: Connection, contacts: Iterable[str]) -> int:
    """Removes people with their numbers and plates; that they were merged stays, by ids that say nothing any more."""
    gone = sorted(contacts)
    connection.execute(delete(ContactNumberRow).where(ContactNumberRow.contact.in_(gone)))
    connection.execute(delete(ContactPlateRow).where(ContactPlateRow.contact.in_(gone)))
    return connection.execute(delete(ContactRow).where(ContactRow.id.in_(gone))).rowcount


def unseen_since(at: float) -> ColumnElement[bool]:
    """People who have not called since, and of whom no ticket will tell once the overdue ones are forgotten."""
    stays = or_(TicketRow.step != Step.CLOSED, TicketRow.closed_at >= at)
    by_number = (
        select(TicketRow.number)
        .join(ContactNumberRow, ContactNumberRow.number == TicketRow.caller_number)
        .where(ContactNumberRow.contact == ContactRow.id, stays)
    )
    by_plate = (
        select(TicketRow.number)
        .join(ContactPlateRow, ContactPlateRow.plate == TicketRow.plate)
        .where(ContactPlateRow.contact == ContactRow.id, stays)
    )
    return and_(ContactRow.seen_at < at, ~exists(by_number), ~exists(by_plate))
