"""What came of a call, said by its operator during the call or in its wrap-up (outcomes.yaml)."""

from collections.abc import Iterable, Mapping
from typing import Any

from config.outcomes import Outcome
from desk.ports import CallControlError
from sambut.calls import Call
from sambut.facts import Journal
from sambut.targets import arguments_of
from sambut.tickets import CallTickets
from storage import Store
from storage.records import CallOutcome

LONGEST_NOTE = 500


class Outcomes:
    """Notes outcome codes; said again, the last one counts."""

    def __init__(self, outcomes: Iterable[Outcome], store: Store, tickets: CallTickets, journal: Journal) -> None:
        self._outcomes = {outcome.code: outcome for outcome in outcomes}
        self._store = store
        self._tickets = tickets
        self._journal = journal

    async def note(self, call_id: str, call: Call | None, operator: str, arguments: Mapping[str, Any]) -> None:
        """Raises `CallControlError` for an unknown code, or a call of somebody else's."""
        code = arguments_of(arguments, "code")
        outcome = self._outcomes.get(code)
        if outcome is None:
            raise CallControlError("invalid", f"there is no outcome {code!r}; see outcomes.yaml", 422)
        stored = await self._store.calls.get(call_id)
        whose = call.operator if call is not None else stored.operator if stored is not None else None
        if whose != operator:
            raise CallControlError("not_your_call", "another operator had this call", 403)
        if call is not None:
            call.outcome = code
        out = call.direction == "out" if call is not None else stored is not None and stored.direction == "out"
        if out and stored is not None and not outcome.reached:
            await self._not_reached(stored.ticket, operator)
        await self._journal.write(CallOutcome(call_id, code, str(arguments.get("note") or "")[:LONGEST_NOTE]))

    async def _not_reached(self, number: str | None, operator: str) -> None:
        ticket = await self._store.tickets.get(number) if number else None
        if ticket is not None:
            await self._tickets.not_reached(ticket, operator)
