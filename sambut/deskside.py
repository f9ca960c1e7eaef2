"""The switchboard as the desk sees it: presence, call control, and pictures of what goes on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from desk import shapes
from desk.ports import CallControlError, PresenceWish
from hotline.distributor import Distributor
from hotline.effects import Effect
from sambut.callers import Callers
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.hold import Hold
from sambut.operators import Operators
from sambut.people import Operator, People
from sambut.pushes import Pushes
from sambut.status import Status
from sambut.views import Views


class DeskSide:
    """Implements `desk.ports.Switchboard`."""

    def __init__(
        self,
        *,
        calls: Calls,
        callers: Callers,
        operators: Operators,
        hold: Hold,
        people: People,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        pushes: Pushes,
        views: Views,
        status: Status,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._callers = callers
        self._operators = operators
        self._hold = hold
        self._people = people
        self._distributor = distributor
        self._distribute = distribute
        self._pushes = pushes
        self._views = views
        self._status = status
        self._clock = clock

    def presence(self, operator: str) -> shapes.Presence:
        return self._pushes.presence_of(self._people.get(operator) or Operator(operator, operator))

    async def set_presence(self, operator: str, state: PresenceWish, reason: str | None) -> None:
        person = await self._people.fetch(operator)
        now = self._clock()
        match state:
            case "ready" if not person.phone:
                raise CallControlError("no_phone", "set the SIP address of your phone first")
            case "ready":
                memberships = self._people.memberships(operator)
                self._distribute(self._distributor.set_members(operator, memberships, now=now))
                self._distribute(self._distributor.ready(operator, now))
            case "paused":
                self._distribute(self._distributor.pause(operator, reason or "", now))
            case "offline":
                self._distribute(self._distributor.offline(operator, now))

    async def set_phone(self, operator: str, uri: str) -> None:
        person = await self._people.fetch(operator)
        person.phone = uri
        self._pushes.presence(person)

    async def control(self, call: str, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        del arguments  # transfer and the like will have some
        found = self._its_own(call, operator)
        match action:
            case "hangup" if found.operator != operator:
                self._operators.refuse(found, operator)
            case "hangup":
                self._callers.end(found, "operator", "hang_up")
            case "hold" | "resume" if found.operator != operator:
                raise CallControlError("not_connected", "the call has not been answered yet")
            case "hold":
                self._hold.hold(found)
            case "resume":
                self._hold.resume(found)
            case _:
                raise CallControlError("not_supported", f"{action} is done on the phone itself")

    def live(self) -> shapes.Live:
        return self._pushes.live()

    def status(self) -> shapes.Status:
        return self._status.view()

    def pop_for(self, operator: str) -> shapes.ScreenPop | None:
        person = self._people.get(operator)
        if person is None or person.pop is None:
            return None
        call = self._calls.get(person.pop["call"]["id"])
        return person.pop if call is None else {**person.pop, "call": self._views.call(call)}

    def call_active(self, call: str) -> bool:
        return self._calls.get(call) is not None

    def _its_own(self, call: str, operator: str) -> Call:
        found = self._calls.get(call)
        if found is None:
            raise CallControlError("call_over", "this call is over")
        if found.operator != operator and operator not in found.ringing:
            raise CallControlError("not_your_call", "another operator has this call, or nobody yet", 403)
        return found
