"""Saving a ticket while others may be saving it too: what does not collide is merged, what does is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from desk.context import Desk
from desk.field_errors import field_error
from desk.problems import Problem
from desk.serialise import words
from hotline.fields import InvalidFields
from hotline.sop import Action, SopViolation
from hotline.ticket import Ticket
from storage.errors import Conflict
from storage.tickets import TicketChange

_TRIES = 5  # each lost race means that somebody else's save went through in the same few milliseconds

Changes = Mapping[str, str | None]
Change = Callable[[Ticket, float], Ticket]


class Saving:
    """The saves of one person (`by`). Every method raises `Problem`: not_found, conflict, invalid, not_allowed."""

    def __init__(self, desk: Desk, by: str) -> None:
        self._desk = desk
        self._by = by

    async def edit(self, number: str, seen: int, changes: Changes) -> Ticket:
        """Save fields that were typed into version `seen`."""
        return await self._save(
            number, seen, set(changes), lambda ticket, at: self._desk.procedure.edit(ticket, changes, self._by, at)
        )

    async def advance(self, number: str, seen: int, action: Action, facts: Changes) -> Ticket:
        """Move the ticket from the step that version `seen` showed, saving `facts` with it."""
        return await self._save(
            number,
            seen,
            {*facts, "step"},
            lambda ticket, at: self._desk.procedure.advance(ticket, action, facts, self._by, at),
        )

    async def _save(self, number: str, seen: int, touched: set[str], change: Change) -> Ticket:
        tickets = self._desk.store.tickets
        for _ in range(_TRIES):
            current = await tickets.get(number)
            if current is None:
                raise Problem("not_found", f"there is no ticket {number}")
            since = await self._changes_since(current, seen)
            if "step" in touched and "step" in since:
                raise self._conflict(current, since, {"step"})
            at = self._desk.clock()
            changed = self._applied(change, current, at)
            self._refuse_collision(current, changed, since, touched)
            try:
                saved = await tickets.save(changed, current.version, self._by, at)
            except Conflict:
                continue
            self._desk.switchboard.ticket_changed(current, saved, self._by, at)
            return saved
        raise Problem("unavailable", "the ticket is being saved by too many at once")

    async def _changes_since(self, current: Ticket, seen: int) -> dict[str, TicketChange]:
        """The last change of each field that the page has not seen yet."""
        if seen == current.version:
            return {}
        if seen > current.version:
            raise self._conflict(current, {}, set())
        log = await self._desk.store.tickets.changes(current.number)
        return {change.field: change for change in log if change.version > seen}

    def _applied(self, change: Change, current: Ticket, at: float) -> Ticket:
        try:
            return checked(lambda: change(current, at))
        except SopViolation as refused:
            raise Problem(
                "not_allowed",
                str(refused),
                allowed=[action.value for action in refused.allowed],
                missing=list(refused.missing),
                current=self._desk.json.ticket(current),
            ) from refused

    def _refuse_collision(
        self, current: Ticket, changed: Ticket, since: Mapping[str, TicketChange], touched: set[str]
    ) -> None:
        """The same field changed on both sides, to different values. The same value twice is agreement."""
        theirs = {name for name in touched & since.keys() if getattr(changed, name) != getattr(current, name)}
        if theirs:
            raise self._conflict(current, since, theirs)

    def _conflict(self, current: Ticket, since: Mapping[str, TicketChange], fields: set[str]) -> Problem:
        theirs: dict[str, Any] = {
            name: {"value": getattr(current, name), "by": since[name].by, "at": self._desk.json.at(since[name].at)}
            for name in sorted(fields)
        }
        shown = self._desk.json.ticket(current)
        return Problem("conflict", current=shown, theirs=theirs, allowed=shown["allowed"], missing=[])


def checked(change: Callable[[], Ticket]) -> Ticket:
    """What `change` makes. Raises `Problem` invalid with every field that cannot be accepted."""
    try:
        return change()
    except InvalidFields as refused:
        errors = [field_error(e.field, e.code, words(e.message)) for e in refused.errors]
        raise Problem("invalid", errors=errors) from refused
