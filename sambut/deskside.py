"""The switchboard as the desk sees it: presence, phones, call control, and pictures of what goes on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from desk import shapes
from desk.ports import CallControlError, PhoneButton, PhoneOrder, PhonePlace, PresenceWish, ToPage
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.ticket import Ticket
from sambut.buttons import CallButtons
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.echo import EchoTest
from sambut.headsets import Headsets
from sambut.outbound import CannotCallError
from sambut.outcomes import Outcomes
from sambut.people import WITH_PHONES, Operator, People
from sambut.phones import Phones
from sambut.pushes import Pushes
from sambut.status import Status
from sambut.ticket_watch import TicketWatchers
from sambut.views import Views
from sip.events import LegId
from storage.accounts import Account, PhoneKind


class DeskSide:
    """Implements `desk.ports.Switchboard`."""

    def __init__(
        self,
        *,
        people: People,
        phones: Phones,
        headsets: Headsets,
        calls: Calls,
        buttons: CallButtons,
        outcomes: Outcomes,
        call_about: Callable[[Ticket, str, Operator], Call],
        directory: Callable[[str], shapes.Directory],
        echo: EchoTest,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        phone_changed: Callable[[str], None],
        pushes: Pushes,
        views: Views,
        watchers: TicketWatchers,
        status: Status,
        clock: Clock,
    ) -> None:
        self._people = people
        self._phones = phones
        self._headsets = headsets
        self._calls = calls
        self._buttons = buttons
        self._outcomes = outcomes
        self._call_about = call_about
        self._directory = directory
        self._echo = echo
        self._distributor = distributor
        self._distribute = distribute
        self._phone_changed = phone_changed
        self._pushes = pushes
        self._views = views
        self._watchers = watchers
        self._status = status
        self._clock = clock

    # --- presence and phones --------------------------------------------------------------------------------------

    def presence(self, operator: str) -> shapes.Presence:
        return self._pushes.presence_of(self._people.get(operator) or Operator(operator, operator))

    async def set_presence(
        self, operator: str, state: PresenceWish, reason: str | None, *, after_call: bool = False
    ) -> None:
        person = await self._people.fetch(operator)
        now = self._clock()
        match state:
            case "ready" if self._phones.state(person) == "away":
                raise self._no_phone(person)
            case "ready":
                memberships = self._people.memberships(operator)
                self._distribute(self._distributor.set_members(operator, memberships, now=now))
                self._distribute(self._distributor.ready(operator, now))
            case "paused" if after_call:
                self._distribute(self._distributor.last_call(operator, reason or "", now))
            case "paused":
                self._distribute(self._distributor.pause(operator, reason or "", now))
            case "offline":
                self._distribute(self._distributor.offline(operator, now))

    async def set_phone(self, operator: str, kind: PhoneKind, uri: str, auto_answer: bool) -> None:
        person = await self._people.fetch(operator)
        person.phone_kind, person.phone, person.auto_answer = kind, uri, auto_answer
        self._phone_changed(operator)

    def account_changed(self, account: Account) -> None:
        people, username = self._people, account.username
        known = people.get(username)
        if known is not None or account.role in WITH_PHONES:
            people.learn(account)
        if known is not None:
            self._phone_changed(username)

    def softphone_up(self, operator: str, place: PhonePlace, send: Callable[[PhoneOrder], None]) -> None:
        self._phones.softphone_up(operator, place, send)
        self._phone_changed(operator)

    def softphone_down(self, operator: str) -> None:
        self._phones.softphone_down(operator)
        person = self._people.get(operator)
        if person is not None and person.phone_kind is PhoneKind.SOFTPHONE:
            self._phone_changed(operator)  # a call that is up goes on for as long as its sound does

    def softphone_headset(self, operator: str, there: bool) -> None:
        self._buttons.headset(operator, there)

    def softphone_button(self, operator: str, what: PhoneButton) -> None:
        self._buttons.on_headset(operator, what)

    # --- the browser's headset ------------------------------------------------------------------------------------

    def headset_ready(self, operator: str, send: ToPage, peer: str) -> None:
        self._headsets.ready(operator, send, peer)

    def headset_answer(self, operator: str, line: LegId, sdp: str) -> None:
        self._headsets.answered(operator, line, sdp)

    def headset_off(self, operator: str, send: ToPage) -> None:
        self._headsets.off(operator, send)

    def headset_echo(self, operator: str, send: ToPage) -> None:
        self._echo.begin(operator, send)

    def headset_state(self, operator: str) -> str:
        return self._headsets.state(operator)

    # --- calls ----------------------------------------------------------------------------------------------------

    async def control(self, call: str, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        found = self._calls.get(call)
        if action == "outcome":
            await self._outcomes.note(call, found, operator, arguments)
        elif found is None:
            raise CallControlError("call_over", "this call is over")
        else:
            self._buttons.press(found, operator, action, arguments)

    def call_about(self, ticket: Ticket, number: str, operator: str) -> shapes.Call:
        person = self._people.get(operator)
        if person is None:
            raise CallControlError("no_such_operator", "there is no such account", 404)
        try:
            call = self._call_about(ticket, number or ticket.number_to_call, person)
        except CannotCallError as error:
            raise CallControlError(error.code, str(error)) from error
        return self._views.call(call)

    def directory(self, operator: str) -> shapes.Directory:
        return self._directory(operator)

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

    # --- tickets --------------------------------------------------------------------------------------------------

    def ticket_changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        self._watchers.changed(before, after, by, at)

    def goes_on_with(self, call: str, ticket: Ticket, shown: shapes.Ticket) -> None:
        found = self._calls.get(call)
        if found is None:
            return
        found.ticket = ticket
        person = self._people.get(found.operator or "")
        if person is not None and person.pop is not None and person.pop["call"]["id"] == call:
            person.pop = {**person.pop, "ticket": shown}

    def on_the_line(self, ticket: str) -> bool:
        return self._calls.about(ticket) is not None

    def _no_phone(self, person: Operator) -> CallControlError:
        if person.phone_kind is not PhoneKind.SIP:
            return CallControlError("phone_away", "your headset is not connected")
        refusal = self._phones.refusal(person)
        said = "set the SIP address of your phone first" if refusal is None else refusal.en
        return CallControlError("no_phone", said)
