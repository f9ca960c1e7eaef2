"""Personal data: what is kept of one person, what is overdue by the rules of retention, and how both are erased."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, delete, exists, func, or_, select
from sqlalchemy.orm import aliased

from hotline.ticket import Step, Ticket
from storage.audit_tables import AuditRow
from storage.calls import Call, call_of
from storage.contacts import person_of_ticket, with_keys
from storage.contacts_merges import family
from storage.contacts_tables import ContactNumberRow, ContactPlateRow, ContactRow
from storage.engine import Database
from storage.erased_words import remove_erased_words
from storage.filings import Filing, filing_of
from storage.mapping import ticket_of
from storage.open311_tables import FilingRow
from storage.privacy_erasure import (
    forget_calls,
    forget_contacts,
    forget_diversions,
    forget_tickets,
    names_somebody,
    overdue_calls,
    says_something,
    unseen_since,
)
from storage.privacy_files import remove
from storage.recordings import Recording
from storage.tables import CallRow, RecordingRow, TicketRow

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Unix seconds: what ended before is overdue, by category (`config.retention.KeepDays`); 0 keeps for good."""

    recordings: float = 0.0
    caller: float = 0.0
    words: float = 0.0
    audit: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of each category was erased, or would be."""

    recordings: int = 0
    tickets_caller: int = 0
    tickets_words: int = 0
    calls: int = 0
    contacts: int = 0
    audit: int = 0
    paper: int = 0  # files of the archive, which is not kept here: see desk.retention

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that is kept of one person. `contacts` are ids; `tickets` and `calls` are oldest first.

    `filings` are what portals sent with some of the tickets. `diverted` are calls of others that the person's phone
    sent on to us: of these only that is theirs.
    """

    numbers: tuple[str, ...]
    plates: tuple[str, ...]
    contacts: tuple[str, ...]
    tickets: tuple[Ticket, ...]
    calls: tuple[Call, ...]
    recordings: tuple[Recording, ...]
    filings: tuple[Filing, ...]
    diverted: tuple[Call, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is kept."""
        return not (self.tickets or self.calls or self.contacts or self.diverted)

    @property
    def open(self) -> tuple[str, ...]:
        """Tickets that somebody still works with; they are not erased."""
        return tuple(ticket.number for ticket in self.tickets if ticket.step is not Step.CLOSED)


class Privacy:
    """Personal data as a whole. Everything here may raise `StoreUnavailable`.

    Recordings lie on the disk of the node that made them: each node erases those of its own calls, below `data`.
    """

    def __init__(self, database: Database, node: str) -> None:
        self._database = database
        self._node = node

    async def overdue(self, cutoffs: Cutoffs) -> Tally:
        """What the rules would erase now."""
        return await self._database.read(lambda connection: _count(connection, cutoffs, self._node))

    async def erase_overdue(self, cutoffs: Cutoffs, at: float, data: Path) -> Tally:
        """Erases it, a chunk at a time so that nobody waits long; what was erased. Cut short, it goes on next time."""
        erased = Tally(
            recordings=await self._recordings(cutoffs.recordings, data),
            tickets_caller=await self._tickets(names_somebody(), cutoffs.caller, at, caller=True),
            tickets_words=await self._tickets(says_something(), cutoffs.words, at, caller=False),
            calls=await self._calls(cutoffs.caller),
            contacts=await self._contacts(cutoffs.caller),
            audit=await self._audit(cutoffs.audit),
        )
        if erased.tickets_caller or erased.tickets_words:
            await remove_erased_words(self._database)
        return erased

    async def person(self, *, number: str = "", plate: str = "", email: str = "") -> Person:
        """Everything of whoever has this number (E.164), about this plate, or filed with this e-mail address.

        By number it is the person's contact with all their numbers, and what was said of their plates, or left them to
        be called back at, without showing a number; what another number said of the same plate is somebody else's.
        By plate it is whoever called, by e-mail address whatever portals filed with it.
        """
        return await self._database.read(lambda connection: _person(connection, number, plate, email))

    async def erase_person(self, person: Person, at: float, data: Path) -> Tally:
        """Forgets the person on closed tickets and ended calls; recordings and contacts go. Open tickets stay whole."""
        closed = [ticket.number for ticket in person.tickets if ticket.step is Step.CLOSED]
        calls = [call.id for call in person.calls if call.ticket not in person.open]
        files = [recording for recording in person.recordings if recording.call in calls]
        await remove(data, files)
        erased = await self._database.write(lambda connection: _erase(connection, person, closed, calls, files, at))
        if erased.tickets_caller:
            await remove_erased_words(self._database)
        return erased

    async def _recordings(self, cutoff: float, data: Path) -> int:
        erased = 0
        while rows := await self._chunk(overdue_recordings(cutoff, self._node)):
            found = [_recording(row) for row in rows]
            await remove(data, found)
            erased += await self._database.write(partial(_drop, recordings=found))
        return erased

    async def _tickets(self, which: ColumnElement[bool], cutoff: float, at: float, *, caller: bool) -> int:
        changed, last = 0, ""
        closed = select(TicketRow.number).where(which, TicketRow.closed_at < cutoff).order_by(TicketRow.number)
        while rows := await self._chunk(closed.where(TicketRow.number > last)):
            numbers = [row["number"] for row in rows]
            last = numbers[-1]
            forget = partial(forget_tickets, numbers=numbers, at=at, caller=caller, words=not caller)
            changed += await self._database.write(forget)
        return changed

    async def _calls(self, cutoff: float) -> int:
        changed = 0
        while rows := await self._chunk(select(CallRow.id).where(overdue_calls(cutoff))):
            which = CallRow.id.in_([row["id"] for row in rows])
            changed += await self._database.write(partial(forget_calls, which=which))
        return changed

    async def _contacts(self, cutoff: float) -> int:
        removed = 0
        while rows := await self._chunk(select(ContactRow.id).where(unseen_since(cutoff))):
            removed += await self._database.write(partial(forget_contacts, contacts=[row["id"] for row in rows]))
        return removed

    async def _audit(self, cutoff: float) -> int:
        return await self._database.execute(delete(AuditRow).where(AuditRow.at < cutoff))

    async def _chunk(self, statement: Select[Any]) -> Sequence[RowMapping]:
        return await self._database.rows(statement.limit(CHUNK))


def overdue_recordings(cutoff: float, node: str) -> Select[Any]:
    """Recordings made before, of calls of this node, oldest first."""
    own = select(RecordingRow).join(CallRow, CallRow.id == RecordingRow.call).where(CallRow.node == node)
    return own.where(RecordingRow.stored_at < cutoff).order_by(RecordingRow.stored_at)


def _count(connection: Connection, cutoffs: Cutoffs, node: str) -> Tally:
    def count(statement: Select[Any]) -> int:
        return connection.scalar(select(func.count()).select_from(statement.subquery())) or 0

    closed = select(TicketRow.number)
    return Tally(
        recordings=count(overdue_recordings(cutoffs.recordings, node)),
        tickets_caller=count(closed.where(names_somebody(), TicketRow.closed_at < cutoffs.caller)),
        tickets_words=count(closed.where(says_something(), TicketRow.closed_at < cutoffs.words)),
        calls=count(select(CallRow.id).where(overdue_calls(cutoffs.caller))),
        contacts=count(select(ContactRow.id).where(unseen_since(cutoffs.caller))),
        audit=count(select(AuditRow.id).where(AuditRow.at < cutoffs.audit)),
    )


def _person(connection: Connection, number: str, plate: str, email: str) -> Person:
    known = person_of_ticket(connection, number, "") if number else None
    ids = family(connection, known.id)[1] if known else _callers_about(connection, plate)
    numbers = _values(connection, select(ContactNumberRow.number).where(ContactNumberRow.contact.in_(ids)), number)
    plates = _values(connection, select(ContactPlateRow.plate).where(ContactPlateRow.contact.in_(ids)), plate)
    theirs = _by_number(numbers, plates) if number else _filed_with(email) if email else with_keys((), (plate,))
    oldest = select(TicketRow).where(theirs).order_by(TicketRow.created_at, TicketRow.number)
    tickets = tuple(ticket_of(row) for row in connection.execute(oldest).mappings())
    calls = _calls_of(connection, numbers if number else (), tickets)
    made = select(RecordingRow).where(RecordingRow.call.in_([call.id for call in calls]))
    recordings = connection.execute(made.order_by(RecordingRow.stored_at)).mappings()
    filed = select(FilingRow).where(FilingRow.ticket.in_([ticket.number for ticket in tickets]))
    return Person(
        numbers if number else tuple(sorted({ticket.caller_number for ticket in tickets if ticket.caller_number})),
        plates if number else tuple(sorted({plate, *(ticket.plate for ticket in tickets)} - {""})),
        ids,
        tickets,
        calls,
        tuple(_recording(row) for row in recordings),
        tuple(filing_of(row) for row in connection.execute(filed.order_by(FilingRow.filed_at)).mappings()),
        _diverted_by(connection, numbers if number else (), calls),
    )


def _callers_about(connection: Connection, plate: str) -> tuple[str, ...]:
    """People of whom nothing is known but this plate; nobody for none."""
    others = aliased(ContactPlateRow)
    more = or_(
        exists().where(ContactNumberRow.contact == ContactPlateRow.contact),
        exists().where(others.contact == ContactPlateRow.contact, others.plate != plate),
    )
    return tuple(connection.scalars(select(ContactPlateRow.contact).where(ContactPlateRow.plate == plate, ~more)))


def _by_number(numbers: Iterable[str], plates: Iterable[str]) -> ColumnElement[bool]:
    without_showing_one = or_(with_keys((), plates), TicketRow.callback_number.in_(list(numbers)))
    return or_(with_keys(numbers, ()), and_(TicketRow.caller_number == "", without_showing_one))


def _filed_with(email: str) -> ColumnElement[bool]:
    """Upper and lower case are the same address, as everywhere in practice (RFC 5321, section 2.4)."""
    filed = select(FilingRow.ticket).where(func.lower(FilingRow.email) == email.lower())
    return TicketRow.number.in_(filed)


def _values(connection: Connection, statement: Select[Any], asked_for: str) -> tuple[str, ...]:
    return tuple(sorted({*connection.scalars(statement), asked_for} - {""}))


def _calls_of(connection: Connection, numbers: Iterable[str], tickets: Iterable[Ticket]) -> tuple[Call, ...]:
    about = CallRow.ticket.in_([ticket.number for ticket in tickets])
    oldest = select(CallRow).where(or_(about, CallRow.number.in_(list(numbers)))).order_by(CallRow.started_at)
    return tuple(call_of(row) for row in connection.execute(oldest).mappings())


def _diverted_by(connection: Connection, numbers: Iterable[str], own: Iterable[Call]) -> tuple[Call, ...]:
    """The rest of the calls that a phone of these numbers sent on to us."""
    others = CallRow.id.not_in([call.id for call in own])
    theirs = select(CallRow).where(CallRow.diverted_from.in_(list(numbers)), others).order_by(CallRow.started_at)
    return tuple(call_of(row) for row in connection.execute(theirs).mappings())


def _erase(
    connection: Connection, person: Person, closed: list[str], calls: list[str], files: list[Recording], at: float
) -> Tally:
    forgotten = forget_tickets(connection, closed, at, caller=True, words=True)
    return Tally(
        recordings=_drop(connection, files),
        tickets_caller=forgotten,
        tickets_words=forgotten,
        calls=forget_calls(connection, CallRow.id.in_(calls))
        + forget_diversions(connection, [call.id for call in person.diverted]),
        contacts=0 if person.open else forget_contacts(connection, person.contacts),
    )


def _drop(connection: Connection, recordings: Iterable[Recording]) -> int:
    ids = [recording.id for recording in recordings]
    return connection.execute(delete(RecordingRow).where(RecordingRow.id.in_(ids))).rowcount


def _recording(row: Any) -> Recording:
    return Recording(**{name: row[name] for name in Recording.__slots__})
