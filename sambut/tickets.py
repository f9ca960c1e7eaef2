"""The switchboard's part of a ticket's life: opened in the queue, taken at the bridge, or left to be called back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol

import structlog

from config import Language
from hotline.callback_plan import OpensAt, first_due, next_due
from hotline.facts import EventName, Fact
from hotline.procedure import Procedure
from hotline.ticket import CallbackReason, Ticket, TryResult
from sambut.calls import Call
from sambut.clock import Clock
from sambut.facts import FactLog, Journal
from sambut.tasks import Tasks
from sambut.ticket_watch import TicketWatchers
from storage import Call as StoredCall
from storage import NumbersExhausted, StoreUnavailable
from storage.numbers import Numbers
from storage.records import TicketOpened, TicketSaved

log = structlog.get_logger(__name__)

Tell = Callable[[Ticket], None]


class ChangeMarked(Protocol):
    """`storage.tickets.Tickets.change_marked`."""

    async def __call__(
        self, number: str, change: Callable[[Ticket], Ticket], by: str, at: float, *, but: str = ""
    ) -> tuple[Ticket, ...]: ...


class CallTickets:
    """Every change goes through the journal, and is told (`opened`, `saved`) only once it is safe there."""

    def __init__(
        self,
        journal: Journal,
        numbers: Numbers,
        procedure: Procedure,
        clock: Clock,
        zone: tzinfo,
        *,
        retries_minutes: Sequence[float],
        opens_at: OpensAt,
        others: ChangeMarked,
        facts: FactLog,
        tasks: Tasks,
        watchers: TicketWatchers,
        opened: Tell,
        saved: Tell,
    ) -> None:
        self._journal = journal
        self._numbers = numbers
        self._procedure = procedure
        self._clock = clock
        self._zone = zone
        self._retries_minutes = retries_minutes
        self._opens_at = opens_at
        self._others = others
        self._facts = facts
        self._tasks = tasks
        self._watchers = watchers
        self._opened = opened
        self._saved = saved

    def open(self, call: Call) -> bool:
        """See that the call has a ticket, made now if it has none. False: there is no number for one.

        That takes a database that is away for more calls than there are numbers in reserve (`storage.numbers`).
        """
        if call.ticket is not None:
            return True
        now = self._clock()
        number = self._number(call.id, now)
        if number is None:
            return False
        call.ticket = self._procedure.open_ticket(
            number, now, caller_number=call.number, kind=call.kind, call_id=call.id, language=call.language
        )
        call.ticket_stored = self._store_new(call.ticket, call.queue)
        return True

    def message_found(self, call: StoredCall, ticket: Ticket | None, message: str) -> None:
        """A crash cut this message short (a recording's id). Whoever left it is called back, as after any message.

        `ticket` is the call's, which has one if the caller had waited before.
        """
        now = self._clock()
        if ticket is None:
            number = self._number(call.id, now)
            if number is None:
                return
            ticket = self._procedure.open_ticket(
                number, now, caller_number=call.number, call_id=call.id, language=_language(call.language)
            )
            self._store_new(ticket, call.queue)
        known = replace(ticket, message=ticket.message or message)
        marked = self._procedure.mark_for_callback(known, "message", now, due_at=first_due(now, self._opens_at))
        self._store_change(ticket, marked, "system")

    def take(self, call: Call, operator: str) -> None:
        """The operator has the caller: the ticket is theirs and its clock runs (SOP step 1, or where it stood)."""
        self._save(call, operator, lambda ticket, now: self._procedure.receive(ticket, operator, now))

    def to_call_back(self, call: Call, reason: CallbackReason, *, number: str = "", message: str | None = None) -> None:
        """Nobody spoke with the caller: somebody has to call back, at `number` if the caller gave another one."""
        self.open(call)

        def marked(ticket: Ticket, now: float) -> Ticket:
            known = replace(ticket, caller_number=ticket.caller_number or number, message=message or ticket.message)
            due_at = first_due(now, self._opens_at)
            return self._procedure.mark_for_callback(known, reason, now, due_at=due_at, number=number)

        self._save(call, "system", marked)

    def tried(self, call: Call, result: TryResult, operator: str) -> None:
        """The caller was called back, in vain or not; when the next try is due follows from the plan."""

        now = self._clock()

        def noted(ticket: Ticket) -> Ticket:
            return self._procedure.callback_tried(ticket, result, operator, now, self._next_due(ticket, result, now))

        self._save(call, operator, lambda ticket, _: noted(ticket))
        if call.ticket is not None:
            self._facts.log(Fact(EventName.CALLBACKATTEMPT, now, call.id, None, operator, {"result": result}))
            self._tasks.start(self._note_on_others(call.number, call.ticket.number, noted, operator), "callback tried")

    async def not_reached(self, ticket: Ticket, operator: str) -> None:
        """Its last call back was answered by a machine, as the operator says afterwards.

        That call was for every ticket of the number on which the same try was noted. Raises `StoreUnavailable`.
        """
        if ticket.callback is None or not ticket.callback.reached:
            return
        answered, now = ticket.callback.tries[-1], self._clock()

        def corrected(each: Ticket) -> Ticket:
            return self._procedure.not_reached(each, answered, self._next_due(each, "voicemail", now))

        own = corrected(ticket)
        if own != ticket:
            self._store_change(ticket, own, operator)
        await self._note_on_others(ticket.number_to_call, ticket.number, corrected, operator)

    def describe(self, ticket: Ticket, words: str) -> None:
        """What the caller wants, as far as a machine could tell."""
        self._store_change(
            ticket, self._procedure.edit(ticket, {"description": words}, "system", self._clock()), "system"
        )

    def _next_due(self, ticket: Ticket, result: TryResult, now: float) -> float | None:
        if ticket.callback is None:
            return None
        return next_due(ticket.callback, result, now, self._retries_minutes, self._opens_at)

    async def _note_on_others(self, number: str, but: str, noted: Callable[[Ticket], Ticket], operator: str) -> None:
        """Every ticket of the caller owes one call, and this was it (PEERS.md 9)."""
        now, before = self._clock(), dict[str, Ticket]()

        def kept_and_noted(ticket: Ticket) -> Ticket:
            before[ticket.number] = ticket
            return noted(ticket)

        try:
            changed = await self._others(number, kept_and_noted, operator, now, but=but)
        except StoreUnavailable:
            log.warning("other_tickets_not_noted", ticket=but)
            return
        for ticket in changed:
            self._saved(ticket)
            self._watchers.changed(before[ticket.number], ticket, operator, now)

    def _save(self, call: Call, by: str, change: Callable[[Ticket, float], Ticket]) -> None:
        if call.ticket is None:
            return
        now = self._clock()
        before, call.ticket = call.ticket, change(call.ticket, now)
        self._store_change(before, call.ticket, by)

    def _number(self, call_id: str, now: float) -> str | None:
        try:
            return self._numbers.next(datetime.fromtimestamp(now, self._zone).year)
        except NumbersExhausted:
            log.critical("no_ticket_number", call=call_id)
            return None

    def _store_new(self, ticket: Ticket, queue: str | None) -> "asyncio.Future[None]":
        stored = self._journal.write(TicketOpened(ticket, queue))
        _when_stored(stored, ticket, lambda: self._tell(None, ticket, "system", self._opened))
        return stored

    def _store_change(self, before: Ticket, after: Ticket, by: str) -> None:
        stored = self._journal.write(TicketSaved(before, after, self._clock(), by))
        _when_stored(stored, after, lambda: self._tell(before, after, by, self._saved))

    def _tell(self, before: Ticket | None, after: Ticket, by: str, push: Tell) -> None:
        push(after)
        self._watchers.changed(before, after, by, self._clock())


def _language(stored: str | None) -> Language:
    return "en" if stored == "en" else "id"


def _when_stored(stored: "asyncio.Future[None]", ticket: Ticket, tell: Callable[[], None]) -> None:
    def done(future: "asyncio.Future[None]") -> None:
        if future.cancelled():
            return
        if future.exception() is not None:
            log.error("ticket_not_stored", ticket=ticket.number, exc_info=future.exception())
        else:
            tell()

    stored.add_done_callback(done)
