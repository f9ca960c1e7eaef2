"""What came of a call, said by its operator during the call or in its wrap-up (outcomes.yaml)."""

from collections.abc import Collection, Mapping
from typing import Any

from desk.ports import CallControlError
from sambut.calls import Call
from sambut.facts import Journal
from sambut.targets import arguments_of
from storage import Store
from storage.records import CallOutcome

LONGEST_NOTE = 500


class Outcomes:
    """Notes outcome codes; said again, the last one counts."""

    def __init__(self, codes: Collection[str], store: Store, journal: Journal) -> None:
        self._codes = frozenset(codes)
        self._store = store
        self._journal = journal

    async def note(self, call_id: str, call: Call | None, operator: str, arguments: Mapping[str, Any]) -> None:
        """Raises `CallControlError` for an unknown code, or a call of somebody else's."""
        code = arguments_of(arguments, "code")
        if code not in self._codes:
            raise CallControlError("invalid", f"there is no outcome {code!r}; see outcomes.yaml", 422)
        whose = call.operator if call is not None else await self._operator_of(call_id)
        if whose != operator:
            raise CallControlError("not_your_call", "another operator had this call", 403)
        if call is not None:
            call.outcome = code
        await self._journal.write(CallOutcome(call_id, code, str(arguments.get("note") or "")[:LONGEST_NOTE]))

    async def _operator_of(self, call_id: str) -> str | None:
        stored = await self._store.calls.get(call_id)
        return None if stored is None else stored.operator
