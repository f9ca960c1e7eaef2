"""Saving a ticket while others may be saving it too: what does not collide is merged, what does is refused."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from desk import shapes
from desk.context import Desk
from desk.field_errors import field_error
from desk.problems import Problem
from desk.serialise import words
from hotline.escalation import OPERATORS, Actor, LoopAction
from hotline.fields import InvalidFields
from hotline.sop import Action, SopViolation
from hotline.ticket import Ticket
from hotline.validation import Circumstances, Words, WrongRoleError
from storage.errors import NotFound
from storage.ticket_log import TicketChange

_DECISIONS = {"step", "escalation"}
"""What nobody decides who has not seen the last decision of another."""

Changes = Mapping[str, str | None]
Shown = Callable[[shapes.Ticket], shapes.Ticket]
Change = Callable[[Ticket, float], Ticket]


class Saving:
    """The saves of one person (`by`), to whom a ticket that is in the way is `shown` as they may see it.

    Every method raises `Problem`: not_found, conflict, invalid, not_allowed, forbidden.
    """

    def __init__(self, desk: Desk, by: str, shown: Shown | None = None) -> None:
        self._desk = desk
        self._by = by
        self._shown = shown or (lambda ticket: ticket)

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

    async def pass_on(
        self, found: Ticket, seen: int, action: LoopAction, words: Words, actor: Actor, facts: Changes
    ) -> Ticket:
        """Pass the question on that version `seen` showed (SOP step 5b), saving `facts` with it.

        `found` is the ticket a moment ago: where its operator is has to be asked before it is changed.
        """
        asking, here = _who_asks(found), self._circumstances(found)

        def passed(ticket: Ticket, at: float) -> Ticket:
            procedure = self._desk.procedure
            known = procedure.edit(ticket, facts, self._by, at) if facts else ticket
            where = here if _who_asks(ticket) == asking else replace(here, back_to=OPERATORS)
            return procedure.pass_on(known, action, words, actor, at, where)

        return await self._save(found.number, seen, {*facts, "escalation"}, passed)

    def _circumstances(self, ticket: Ticket) -> Circumstances:
        """The answer goes back to the operator who has the ticket, or to all of them when that one is off duty."""
        switchboard, operator = self._desk.switchboard, _who_asks(ticket)
        on_duty = bool(operator) and switchboard.presence(operator)["state"] != "offline"
        return Circumstances(switchboard.on_the_line(ticket.number), operator if on_duty else OPERATORS)

    async def _save(self, number: str, seen: int, touched: set[str], change: Change) -> Ticket:
        at = self._desk.clock()

        def decided(current: Ticket, log: Sequence[TicketChange]) -> Ticket:  # asked again if somebody was faster
            if seen > current.version:
                raise self._conflict(current, {}, set())
            since = {each.field: each for each in log}  # the last change of each field that the page has not seen yet
            if overtaken := _DECISIONS & touched & since.keys():
                raise self._conflict(current, since, overtaken)
            changed = self._applied(change, current, at)
            self._refuse_collision(current, changed, since, touched)
            return changed

        try:
            before, saved = await self._desk.store.tickets.change(number, seen, decided, self._by, at)
        except NotFound as error:
            raise Problem("not_found", f"there is no ticket {number}") from error
        self._desk.switchboard.ticket_changed(before, saved, self._by, at)
        return saved

    def _applied(self, change: Change, current: Ticket, at: float) -> Ticket:
        try:
            return checked(lambda: change(current, at))
        except SopViolation as refused:
            raise Problem(
                "not_allowed",
                str(refused),
                allowed=self._json(current)["allowed"],
                missing=list(refused.missing),
                current=self._json(current),
            ) from refused
        except WrongRoleError as refused:
            raise Problem("forbidden", str(refused)) from refused

    def _refuse_collision(
        self, current: Ticket, changed: Ticket, since: Mapping[str, TicketChange], touched: set[str]
    ) -> None:
        """The same field changed on both sides, to different values. The same value twice is agreement."""
        theirs = {name for name in touched & since.keys() if getattr(changed, name) != getattr(current, name)}
        if theirs:
            raise self._conflict(current, since, theirs)

    def _conflict(self, current: Ticket, since: Mapping[str, TicketChange], fields: set[str]) -> Problem:
        shown = self._json(current)
        theirs: dict[str, Any] = {
            name: {"value": _value(current, name), "by": since[name].by, "at": self._desk.json.at(since[name].at)}
            for name in sorted(fields)
        }
        return Problem("conflict", current=shown, theirs=theirs, allowed=shown["allowed"], missing=[])

    def _json(self, ticket: Ticket) -> shapes.Ticket:
        return self._shown(self._desk.json.ticket(ticket))


def _who_asks(ticket: Ticket) -> str:
    """The operator who has the ticket, else who put the question."""
    return ticket.operator or (ticket.escalation.asked_by if ticket.escalation else "")


def _value(ticket: Ticket, name: str) -> str | None:
    if name == "escalation":
        return None if ticket.escalation is None else ticket.escalation.state.value
    value: str | None = getattr(ticket, name)
    return value


def checked(change: Callable[[], Ticket]) -> Ticket:
    """What `change` makes. Raises `Problem` invalid with every field that cannot be accepted."""
    try:
        return change()
    except InvalidFields as refused:
        errors = [field_error(e.field, e.code, words(e.message)) for e in refused.errors]
        raise Problem("invalid", errors=errors) from refused
