"""What an operator's screen shows before the phone rings: the caller, the ticket, and what came before."""

import asyncio

import structlog

from desk import shapes
from desk.serialise import Serialiser
from hotline.ticket import Ticket
from sambut.calls import Call
from sambut.views import Views
from storage import Store, StoreUnavailable

log = structlog.get_logger(__name__)

TICKET_STORED_WITHIN_S = 1.0  # a pop waits this long for its ticket to be safe; the journal spools long before
HISTORY_WITHIN_S = 0.3  # and this long for the caller's history: the phone rings without it rather than late
HISTORY_LENGTH = 10


class ScreenPops:
    """Puts pops together."""

    def __init__(self, store: Store, views: Views, serialiser: Serialiser) -> None:
        self._store = store
        self._views = views
        self._json = serialiser

    async def of(self, call: Call) -> shapes.ScreenPop:
        """The pop of a call in a queue; its ticket is stored by then. Raises `LookupError` for a call without one."""
        if call.direction == "out":
            await self._refresh(call)
        ticket = call.ticket
        if ticket is None or call.ticket_stored is None:
            raise LookupError(f"call {call.id} is offered without a ticket")
        past = self._past(call.number, ticket.number)
        stored = asyncio.wait([call.ticket_stored], timeout=TICKET_STORED_WITHIN_S)
        (history, still_open), _ = await asyncio.gather(past, stored)
        return {
            "call": self._views.call(call),
            "ticket": self._json.ticket(ticket),
            "history": self._json.summaries(history),
            "open_tickets": self._json.summaries(still_open),
        }

    async def _refresh(self, call: Call) -> None:
        """A place-holder's ticket may have been worked on while it stood in line."""
        if call.ticket is None:
            return
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                call.ticket = await self._store.tickets.get(call.ticket.number) or call.ticket
        except (TimeoutError, StoreUnavailable):
            log.warning("ticket_not_read", ticket=call.ticket.number)

    async def _past(self, number: str, this: str) -> tuple[list[Ticket], list[Ticket]]:
        """The caller's earlier tickets, and which are open; none when the number is withheld or the store slow."""
        if not number:
            return [], []
        try:
            async with asyncio.timeout(HISTORY_WITHIN_S):
                tickets = self._store.tickets
                history, still_open = await asyncio.gather(
                    tickets.history(number, HISTORY_LENGTH + 1), tickets.open_of(number)
                )
        except (TimeoutError, StoreUnavailable):
            log.warning("history_not_read")
            return [], []
        return [each for each in history if each.number != this], [each for each in still_open if each.number != this]
