"""What people's screens are shown beside the queue's own pops: a call about which they are consulted, and news."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from desk.hub import Hub
from desk.shapes import ScreenPop
from sambut.calls import Call
from sambut.contain import contained
from sambut.people import Operator
from sambut.tasks import Tasks

_LEVEL = {"transfer_failed": "warning", "consult_failed": "warning", "phone_lost": "error", "line_bad": "warning"}


def _nothing() -> None:
    """Nothing follows."""


class Screens:
    """Pops and notices to one person."""

    def __init__(self, hub: Hub, pop_of: Callable[[Call], Awaitable[ScreenPop]], tasks: Tasks) -> None:
        self._hub = hub
        self._pop_of = pop_of
        self._tasks = tasks

    def show(
        self, call: Call, person: Operator, still: Callable[[], bool], then: Callable[[], None] = _nothing
    ) -> None:
        """The call and its ticket, to somebody whose phone rings for it, or who places it; `then` follows.

        Putting it together takes a moment: nothing is shown if it is not `still` theirs by then.
        """
        self._tasks.start(self._show(call, person, still, then), f"show {call.id}")

    def hide(self, call: Call, person: Operator) -> None:
        """It is not theirs any more."""
        if person.pop is not None and person.pop["call"]["id"] == call.id:
            person.pop = None
            self.notify(person.username, "consult_over", call, {})

    def notify(self, username: str, code: str, call: Call, said: Mapping[str, Any]) -> None:
        """News about a call, for the one whom it concerns."""
        ticket = None if call.ticket is None else call.ticket.number
        notice = {"code": code, "level": _LEVEL.get(code, "info"), "call_id": call.id, "ticket": ticket, **said}
        self._hub.send(username, "notice", notice)

    async def _show(self, call: Call, person: Operator, still: Callable[[], bool], then: Callable[[], None]) -> None:
        with contained("screen_pop_failed", call=call.id, operator=person.username):  # costs the pop, not the call
            pop = await self._pop_of(call)
            if not still():
                return
            person.pop = pop
            await self._hub.pop(person.username, pop)
        then()
