"""People who called, by number and plate, learned from tickets; two of them may turn out to be one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from hotline.contacts import UNIDENTIFIED, Known, keys_of, whose
from hotline.numbers import normalise
from hotline.plate import PlateError, parse
from hotline.ticket import Step, Ticket
from storage.columns import Moment
from storage.contacts_merges import ContactMerge, family, merge, merges_of, separate
from storage.contacts_tables import ContactNumberRow, ContactPlateRow, ContactRow
from storage.engine import Database
from storage.mapping import fold, ticket_of
from storage.paging import Page, clamp, decode_cursor, encode_cursor
from storage.records import new_key
from storage.tables import TicketRow

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, with the numbers and plates of everybody who was merged into them. Times are Unix seconds.

    `ids` are theirs and those of the merged; `related` are others who called about one of the plates.
    """

    id: str
    name: str
    created_at: float
    seen_at: float
    numbers: tuple[str, ...]
    plates: tuple[str, ...]
    ids: tuple[str, ...] = ()
    merges: tuple[ContactMerge, ...] = ()
    related: tuple[str, ...] = ()


class Contacts:
    """All contacts. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, contact: str) -> Contact | None:
        """The person whom this id is of; for one that was merged, the person it was merged into."""
        return await self._database.read(lambda connection: _contact(connection, contact))

    async def of(self, number: str, plate: str = "") -> Contact | None:
        """The person with this number, else the only one with this plate; None when nobody is known."""
        return await self._database.read(lambda connection: _of(connection, number, plate))

    async def search(self, text: str, limit: int = 50, cursor: str | None = None) -> Page[Contact]:
        """People by a whole or partial number, a plate, or a part of the name; last seen first. Raises `BadCursor`."""
        limit = clamp(limit)
        matching = select(ContactRow).where(_matches(text))
        page = matching.order_by(ContactRow.seen_at.desc(), ContactRow.id.desc()).limit(limit + 1)
        if cursor is not None:
            at, last = decode_cursor(cursor)
            page = page.where(tuple_(ContactRow.seen_at, ContactRow.id) < tuple_(literal(at, Moment()), literal(last)))
        found, total = await self._database.read(lambda connection: _page(connection, page, matching))
        following = found[limit - 1] if len(found) > limit else None
        return Page(tuple(found[:limit]), encode_cursor(following.seen_at, following.id) if following else None, total)

    async def learn(self, tickets: Iterable[Ticket]) -> None:
        """Remember who these tickets are of. Learning the same again changes nothing."""
        wanted = [ticket for ticket in tickets if any(keys_of(ticket))]
        if not wanted:
            return
        try:
            await self._database.write(lambda connection: _learn(connection, wanted))
        except IntegrityError:  # another node has just met the same person: now they are known
            await self._database.write(lambda connection: _learn(connection, wanted))

    async def catch_up(self) -> int:
        """Learn tickets that were missed, such as those from before there were contacts; how many were looked at.

        At most a chunk at a time, so that nobody waits for long: call again until it returns 0.
        """
        rows = await self._database.rows(select(TicketRow).where(_not_learned()).limit(CHUNK))
        await self.learn(ticket_of(row) for row in rows)
        return len(rows)

    async def merge(self, kept: str, gone: str, by: str, at: float) -> ContactMerge:
        """`gone` is the same person as `kept`. Raises `NotFound`, or `ValueError` when they are one already."""
        return await self._database.write(lambda connection: merge(connection, kept, gone, by, at))

    async def separate(self, merge_id: str, by: str, at: float) -> None:
        """They are two people after all: everything is as it was before that merge. Raises `NotFound`."""
        await self._database.write(lambda connection: separate(connection, merge_id, by, at))

    async def tickets(
        self, numbers: Iterable[str], plates: Iterable[str], *, only_open: bool = False, limit: int = 20
    ) -> tuple[Ticket, ...]:
        """Tickets with one of the numbers or one of the plates, newest first."""
        statement = select(TicketRow).where(with_keys(numbers, plates))
        if only_open:
            statement = statement.where(TicketRow.step != Step.CLOSED)
        newest = statement.order_by(TicketRow.created_at.desc(), TicketRow.number.desc()).limit(clamp(limit))
        return tuple(ticket_of(row) for row in await self._database.rows(newest))

    async def beside(self, ticket: Ticket, *, only_open: bool = False, limit: int = 20) -> tuple[Ticket, ...]:
        """Other tickets of whoever this one is of, newest first: by its number and plate, and all that is known."""
        person = await self.of(ticket.caller_number, ticket.plate)
        numbers = {ticket.caller_number, *(person.numbers if person else ())}
        plates = {ticket.plate, *(person.plates if person else ())}
        found = await self.tickets(numbers, plates, only_open=only_open, limit=limit + 1)
        return tuple(other for other in found if other.number != ticket.number)[:limit]


def with_keys(numbers: Iterable[str], plates: Iterable[str]) -> ColumnElement[bool]:
    """Tickets with one of the numbers or plates; a withheld number and an empty plate stand for nobody."""
    some_numbers, some_plates = sorted(filter(None, numbers)), sorted(filter(None, plates))
    by_number = TicketRow.caller_number.in_(some_numbers) if some_numbers else false()
    return or_(by_number, TicketRow.plate.in_(some_plates)) if some_plates else by_number


def person_of_ticket(connection: Connection, number: str, plate: str) -> Known | None:
    """Whose a ticket is (`hotline.contacts.whose`)."""
    return whose(number, plate, _known(connection, _candidates(connection, number, plate)))


def _candidates(connection: Connection, number: str, plate: str) -> set[str]:
    by_number = select(ContactNumberRow.contact).where(ContactNumberRow.number == number)
    by_plate = select(ContactPlateRow.contact).where(ContactPlateRow.plate == plate)
    found = [*connection.scalars(by_number)] if number else []
    return {*found, *(connection.scalars(by_plate) if plate else ())}


def _known(connection: Connection, contacts: Iterable[str]) -> list[Known]:
    numbers, plates = _keys(connection, contacts)
    return [
        Known(contact, frozenset(numbers.get(contact, ())), frozenset(plates.get(contact, ())))
        for contact in sorted(contacts)
    ]


def _keys(connection: Connection, contacts: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Numbers and plates of each."""
    wanted = sorted(contacts)
    numbers: dict[str, list[str]] = {}
    plates: dict[str, list[str]] = {}
    for number in connection.execute(select(ContactNumberRow).where(ContactNumberRow.contact.in_(wanted))).mappings():
        numbers.setdefault(number["contact"], []).append(number["number"])
    for plate in connection.execute(select(ContactPlateRow).where(ContactPlateRow.contact.in_(wanted))).mappings():
        plates.setdefault(plate["contact"], []).append(plate["plate"])
    return numbers, plates


def _of(connection: Connection, number: str, plate: str) -> Contact | None:
    person = person_of_ticket(connection, number, plate)
    return _contact(connection, person.id) if person else None


def _contact(connection: Connection, contact: str) -> Contact | None:
    root, ids = family(connection, contact)
    row = connection.execute(select(ContactRow).where(ContactRow.id == root)).mappings().first()
    if row is None:
        return None
    numbers, plates = _keys(connection, ids)
    all_plates = sorted({plate for each in plates.values() for plate in each})
    others = select(ContactPlateRow.contact).where(ContactPlateRow.plate.in_(all_plates))
    related = {family(connection, other)[0] for other in set(connection.scalars(others)) - set(ids)}
    return Contact(
        row["id"],
        row["name"],
        row["created_at"],
        row["seen_at"],
        tuple(sorted({number for each in numbers.values() for number in each})),
        tuple(all_plates),
        ids,
        merges_of(connection, ids),
        tuple(sorted(related)),
    )


def _page(connection: Connection, page: Select[Any], matching: Select[Any]) -> tuple[list[Contact], int]:
    rows = connection.execute(page).mappings().all()
    numbers, plates = _keys(connection, [row["id"] for row in rows])
    total = connection.scalar(select(func.count()).select_from(matching.subquery())) or 0
    found = [
        Contact(
            row["id"],
            row["name"],
            row["created_at"],
            row["seen_at"],
            tuple(numbers.get(row["id"], ())),
            tuple(plates.get(row["id"], ())),
        )
        for row in rows
    ]
    return found, total


def _matches(text: str) -> ColumnElement[bool]:
    needle = fold(text)
    if not needle:
        return ContactRow.id.is_not(None)
    ways = [ContactRow.folded.contains(needle, autoescape=True)]
    number = normalise(text)
    digits = "".join(filter(str.isdigit, number))
    if len(digits) >= 4:
        wanted = ContactNumberRow.number.contains(digits, autoescape=True)
        ways.append(exists().where(ContactNumberRow.contact == ContactRow.id, wanted))
    if plate := _plate(text):
        ways.append(exists().where(ContactPlateRow.contact == ContactRow.id, ContactPlateRow.plate == plate))
    return or_(*ways)


def _plate(text: str) -> str:
    try:
        return str(parse(text))
    except PlateError:
        return ""


def _not_learned() -> ColumnElement[bool]:
    number = exists().where(ContactNumberRow.number == TicketRow.caller_number)
    plate = exists().where(ContactPlateRow.plate == TicketRow.plate)
    identified = TicketRow.step.not_in(UNIDENTIFIED)
    return or_(and_(TicketRow.caller_number != "", ~number), and_(identified, TicketRow.plate != "", ~plate))


def _learn(connection: Connection, tickets: Iterable[Ticket]) -> None:
    for ticket in tickets:
        number, plate = keys_of(ticket)
        known = person_of_ticket(connection, number, plate) or Known(_new(connection, ticket))
        if number and number not in known.numbers:
            connection.execute(insert(ContactNumberRow), [{"number": number, "contact": known.id}])
        if plate and plate not in known.plates:
            connection.execute(insert(ContactPlateRow), [{"plate": plate, "contact": known.id}])
        _seen(connection, known.id, ticket)


def _new(connection: Connection, ticket: Ticket) -> str:
    contact = new_key()
    row = {"id": contact, "name": "", "folded": "", "created_at": ticket.created_at, "seen_at": ticket.created_at}
    connection.execute(insert(ContactRow), [row])
    return contact


def _seen(connection: Connection, contact: str, ticket: Ticket) -> None:
    """The name is the one on the newest ticket that has one."""
    mine = (ContactRow.id == contact, ContactRow.seen_at <= ticket.created_at)
    name = {"name": ticket.caller_name, "folded": fold(ticket.caller_name)} if ticket.caller_name else {}
    connection.execute(update(ContactRow).where(*mine).values(seen_at=ticket.created_at, **name))
