"""What came of a call, said by each operator of their part, during it or in the wrap-up (outcomes.yaml)."""

from collections.abc import Iterable, Mapping
from typing import Any

from config.outcomes import Outcome
from desk.ports import CallControlError
from hotline.facts import EventName, Fact
from sambut.calls import Call
from sambut.clock import Clock
from sambut.facts import Journal
from sambut.targets import arguments_of
from sambut.tickets import CallTickets
from storage import Call as StoredCall
from storage import Store
from storage.records import CallOutcome, EventLogged, Record

LONGEST_NOTE = 500
PART_OVER = frozenset(
    {EventName.COMPLETEOPERATOR, EventName.COMPLETECALLER, EventName.ATTENDEDTRANSFER, EventName.BLINDTRANSFER}
)


class Outcomes:
    """Notes outcome codes; said again, the last one counts.

    A call that was passed on has one for each operator in the event log, and as its own that of who had it last: until
    they say one, anybody's. A note goes with the call's own.
    """

    def __init__(
        self, outcomes: Iterable[Outcome], store: Store, tickets: CallTickets, journal: Journal, clock: Clock
    ) -> None:
        self._outcomes = {outcome.code: outcome for outcome in outcomes}
        self._store = store
        self._tickets = tickets
        self._journal = journal
        self._clock = clock

    async def note(self, call_id: str, call: Call | None, operator: str, arguments: Mapping[str, Any]) -> None:
        """Raises `CallControlError` for an unknown code, or a call of somebody else's."""
        code = arguments_of(arguments, "code")
        outcome = self._outcomes.get(code)
        if outcome is None:
            raise CallControlError("invalid", f"there is no outcome {code!r}; see outcomes.yaml", 422)
        stored = await self._store.calls.get(call_id)
        known = call or stored
        if known is None or not (known.operator == operator or await self._had(call_id, call, operator)):
            raise CallControlError("not_your_call", "another operator had this call", 403)
        said = call.outcomes if call is not None else await self._said(call_id)
        fact = Fact(EventName.OUTCOME, self._clock(), call_id, None, operator, {"code": code})
        records: list[Record] = [EventLogged(fact)]
        if known.operator == operator or known.operator not in said:
            records.append(CallOutcome(call_id, code, str(arguments.get("note") or "")[:LONGEST_NOTE]))
            if call is not None:
                call.outcome = code
        if call is not None:
            call.outcomes[operator] = code
        if known.operator == operator and not outcome.reached:
            await self._not_reached(stored, operator)
        await self._journal.write(*records)

    async def _said(self, call_id: str) -> Mapping[str, str]:
        return (await self._store.events.outcomes_of((call_id,))).get(call_id, {})

    async def _had(self, call_id: str, call: Call | None, operator: str) -> bool:
        """Whether the operator has spoken with this caller, and passed the call on."""
        if call is not None:
            return operator in call.had_by
        facts = await self._store.events.of_call(call_id)
        return any(fact.operator == operator and fact.name in PART_OVER for fact in facts)

    async def _not_reached(self, call: StoredCall | None, operator: str) -> None:
        if call is None or call.direction != "out" or call.ticket is None:
            return
        ticket = await self._store.tickets.get(call.ticket)
        if ticket is not None:
            await self._tickets.not_reached(ticket, operator)
