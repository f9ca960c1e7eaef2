"""A switchboard without telephones: one scripted call at a time per operator, on the real store and the real hub."""

import asyncio
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import numpy as np
import soundfile

from config import Installation, Kind
from desk import shapes
from desk.hub import Hub
from desk.ports import CallControlError, PhoneButton, PhoneOrder, PhonePlace, PresenceWish, ToPage
from desk.serialise import Serialiser, figures, words
from desk.times import Clock
from hotline.dialling import REASONS
from hotline.metrics import QueueMetrics
from hotline.presence import OperatorState, Presence
from hotline.procedure import Procedure
from hotline.ticket import Ticket
from sambut.tasks import Tasks
from sambut.ticket_watch import TicketWatchers
from sealing import Keyring, files
from storage import Account, Call, PhoneKind, Store
from storage.records import CallConnected, CallEnded, CallStarted, RecordingStored, TicketOpened, TicketSaved

WRAP_UP_S = 60.0
RECORDING_S = 6.0


@dataclass(slots=True)
class Ongoing:
    """A call that is up, as the fake tells it."""

    call: Call
    state: shapes.CallState
    ticket: Ticket
    pop: shapes.ScreenPop | None = None
    controls: list[str] = field(default_factory=list)


class FakeSwitchboard:
    """Follows `desk.ports.Switchboard`. Calls come in with `incoming`, and go on by `control` as on the real one."""

    def __init__(self, store: Store, hub: Hub, installation: Installation, json: Serialiser, clock: Clock) -> None:
        self.store, self.hub, self.installation, self.json, self.clock = store, hub, installation, json, clock
        self.procedure = Procedure(installation.sop, installation.matrix, installation.offices, installation.areas)
        self.accounts: dict[str, Account] = {}
        self.calls: dict[str, Ongoing] = {}
        self.presences: dict[str, Presence] = {}
        self.phones: dict[str, tuple[PhoneKind, str, bool]] = {}
        self.certificates: dict[str, str] = {}
        self.softphones: dict[str, tuple[str, Callable[[PhoneOrder], None]]] = {}
        self.buttons: list[tuple[str, PhoneButton]] = []
        self.pulled: list[tuple[str, bool]] = []
        self.headsets: dict[str, str] = {}
        self.called: dict[str, str] = {}
        self.accepting = True
        self.watchers = TicketWatchers()
        self.tasks = Tasks()

    # -- desk.ports.Switchboard ------------------------------------------------------------------------------------

    def ticket_changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        self.watchers.changed(before, after, by, at)

    def goes_on_with(self, call: str, ticket: Ticket, shown: shapes.Ticket) -> None:
        if call in self.calls:
            self.calls[call].ticket = ticket

    def on_the_line(self, ticket: str) -> bool:
        return any(call.ticket.number == ticket for call in self.calls.values())

    def presence(self, operator: str) -> shapes.Presence:
        known = self.presences.get(operator, Presence(OperatorState.OFFLINE, 0.0))
        account = self.accounts.get(operator)
        own = (account.phone_kind, account.phone, account.auto_answer) if account else (PhoneKind.BROWSER, "", False)
        kind, phone, auto_answer = self.phones.get(operator, own)
        return self.json.presence(
            operator,
            known,
            name=account.name if account else operator,
            phone=phone,
            phone_kind=kind,
            phone_state="unknown" if kind is PhoneKind.SIP else "away",
            auto_answer=auto_answer,
        )

    async def set_presence(
        self, operator: str, state: PresenceWish, reason: str | None, *, after_call: bool = False
    ) -> None:
        current = self.presences.get(operator)
        busy = current is not None and current.state in (OperatorState.RINGING, OperatorState.TALKING)
        if current is not None and (busy or after_call):
            self._now_is(operator, replace(current, pending=None if state == "ready" else reason or state))
        else:
            self._now_is(operator, Presence(OperatorState(state), self.clock(), reason=reason))

    async def set_phone(self, operator: str, kind: PhoneKind, uri: str, auto_answer: bool) -> None:
        self.phones[operator] = (kind, uri, auto_answer)

    def account_changed(self, account: Account) -> None:
        """Phones and directories are not in this house."""

    async def control(self, call: str, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        ongoing = self.calls.get(call)
        if ongoing is None:
            raise CallControlError("call_over", "the call is over")
        if ongoing.call.operator != operator:
            raise CallControlError("not_your_call", "another operator has this call", 403)
        ongoing.controls.append(action)
        match action:
            case "answer":
                await self.answer(call)
            case "hold":
                self._state_is(ongoing, "hold")
            case "resume":
                self._state_is(ongoing, "talking")
            case "hangup":
                await self.end(call, "operator")
            case _:
                raise CallControlError("unknown_action", f"there is no action {action!r}", 404)

    def call_about(self, ticket: Ticket, number: str, operator: str) -> shapes.Call:
        if operator in self.called:
            raise CallControlError("already_calling", "there is a call about this ticket already")
        self.called[operator] = number or ticket.number_to_call
        out = Call(uuid4().hex, "out", self.called[operator], self.called[operator], "", "dev", "", self.clock())
        return self.json.call(replace(out, operator=operator, ticket=ticket.number))

    def directory(self, operator: str) -> shapes.Directory:
        queue = self.installation.queues[0]
        return {
            "items": [
                {"kind": "queue", "id": queue.name, "label": words(queue.label), "state": None, "available": True}
            ],
            "numbers": False,
            "rule": words(REASONS["no_trunk"]),
        }

    def headset_ready(self, operator: str, send: ToPage, peer: str) -> None:
        self.headsets[operator] = "connecting"
        send("headset_offer", {"line": 7, "sdp": f"v=0 for {peer}"})

    def headset_answer(self, operator: str, line: int, sdp: str) -> None:
        self.headsets[operator] = "up"

    def headset_off(self, operator: str, send: ToPage) -> None:
        self.headsets.pop(operator, None)

    def headset_echo(self, operator: str, send: ToPage) -> None:
        send("headset_echo", {"state": "speak", "level_db": None})

    def headset_state(self, operator: str) -> str:
        return self.headsets.get(operator, "off")

    def live(self) -> shapes.Live:
        waiting = [ongoing for ongoing in self.calls.values() if ongoing.state == "waiting"]
        return {
            "at": self.json.at(self.clock()),
            "queues": [self._queue(waiting)],
            "operators": [self.presence(name) for name, who in self.accounts.items() if who.role == "operator"],
            "calls": [self._shape(ongoing) for ongoing in self.calls.values()],
            "today": figures(_TODAY),
            "callbacks_open": 0,
        }

    def status(self) -> shapes.Status:
        return {
            "engine": "fake",
            "accepting": self.accepting,
            "trunks": [{"name": "loopback", "transport": "udp", "state": "open"}],
            "nodes": [{"name": "dev", "state": "active"}],
            "warnings": ["no telephones: this is the fake switchboard"],
        }

    def pop_for(self, operator: str) -> shapes.ScreenPop | None:
        for ongoing in self.calls.values():
            if ongoing.call.operator == operator and ongoing.pop is not None:
                return {**ongoing.pop, "call": self._shape(ongoing)}
        return None

    def call_active(self, call: str) -> bool:
        return call in self.calls

    def softphone_up(self, operator: str, place: PhonePlace, send: Callable[[PhoneOrder], None]) -> None:
        self.softphones[operator] = (place.uri, send)
        self.certificates[operator] = place.certificate

    def softphone_down(self, operator: str) -> None:
        del self.softphones[operator]

    def softphone_headset(self, operator: str, there: bool) -> None:
        self.pulled.append((operator, there))

    def softphone_button(self, operator: str, what: PhoneButton) -> None:
        self.buttons.append((operator, what))

    # -- the script ------------------------------------------------------------------------------------------------

    async def incoming(self, number: str, kind: Kind | None = "informasi") -> str:
        """A caller reaches the queue: call and ticket are stored. Returns the call's id."""
        at, call = self.clock(), uuid4().hex
        number_of_ticket = self.store.numbers.next(2026)
        ticket = self.procedure.open_ticket(number_of_ticket, at, caller_number=number, call_id=call, kind=kind)
        started = CallStarted(call, at, number, "1500", "loopback", "dev", f"{call}@dev")
        await self.store.journal.write(started, TicketOpened(ticket, "utama"))
        stored = await self.store.calls.get(call)
        assert stored is not None
        self.calls[call] = Ongoing(stored, "waiting", ticket)
        self._queue_changed()
        return call

    async def offer(self, call: str, operator: str) -> bool:
        """Pops the ticket at the operator's, then "rings". Returns whether the pop was written."""
        ongoing = self.calls[call]
        ongoing.call = replace(ongoing.call, operator=operator)
        ongoing.state = "ringing"
        ongoing.pop = await self._pop(ongoing)
        self._now_is(operator, Presence(OperatorState.RINGING, self.clock(), call=call))
        written = await self.hub.pop(operator, ongoing.pop)
        self._state_is(ongoing, "ringing")
        self._queue_changed()
        return written

    async def answer(self, call: str) -> None:
        """The operator picks up: bridged, and the greeting's clock starts."""
        ongoing, at = self.calls[call], self.clock()
        operator = ongoing.call.operator
        assert operator is not None
        wait_s = round(at - ongoing.call.started_at, 3)
        taken = self.procedure.take(ongoing.ticket, operator, at)
        await self.store.journal.write(
            CallConnected(call, at, operator, wait_s), TicketSaved(ongoing.ticket, taken, at, operator)
        )
        ongoing.ticket = taken
        ongoing.call = replace(ongoing.call, connected_at=at, wait_s=wait_s)
        self._now_is(operator, Presence(OperatorState.TALKING, at, call=call))
        self._state_is(ongoing, "talking")
        self.hub.publish("ticket", {"ticket": self.json.ticket(taken)})

    async def end(self, call: str, by: Literal["caller", "operator"]) -> None:
        """Either side hangs up; a talk leaves a recording and wrap-up, a wait a call to return."""
        ongoing, at = self.calls.pop(call), self.clock()
        await self.store.journal.write(CallEnded(call, at, by, "hangup"))
        ongoing.call = replace(ongoing.call, ended_at=at, ended_by=by, end_reason="hangup")
        if ongoing.call.connected_at is None:
            await self._missed(ongoing, at)
        else:
            await self._record(call, at)
            self._after_call(ongoing, at)
        self._state_is(ongoing, "ended")
        self._queue_changed()

    async def _missed(self, ongoing: Ongoing, at: float) -> None:
        marked = self.procedure.mark_for_callback(ongoing.ticket, "missed", at)
        await self.store.journal.write(TicketSaved(ongoing.ticket, marked, at))
        operator = ongoing.call.operator
        if operator is not None:
            left = {"code": "caller_left", "level": "info", "call_id": ongoing.call.id, "ticket": marked.number}
            self.hub.send(operator, "notice", left)
            self._now_is(operator, Presence(OperatorState.READY, at))

    def _after_call(self, ongoing: Ongoing, at: float) -> None:
        operator = ongoing.call.operator
        assert operator is not None
        wrap_up = Presence(OperatorState.WRAP_UP, at, call=ongoing.call.id, until=at + WRAP_UP_S)
        self._now_is(operator, wrap_up)

    async def _record(self, call: str, at: float) -> None:
        data = self.installation.settings.data
        path = Path("recordings") / f"{call}.flac"
        await asyncio.to_thread(write_tones, data / path, self.store.keyring)
        size = (data / path).stat().st_size
        await self.store.journal.write(RecordingStored(call, str(path), RECORDING_S, size, at))

    async def _pop(self, ongoing: Ongoing) -> shapes.ScreenPop:
        number, mine = ongoing.call.number, ongoing.ticket.number
        history = await self.store.tickets.history(number)
        opened = await self.store.tickets.open_of(number)
        return {
            "call": self._shape(ongoing),
            "ticket": self.json.ticket(ongoing.ticket),
            "history": self.json.summaries([t for t in history if t.number != mine]),
            "open_tickets": self.json.summaries([t for t in opened if t.number != mine]),
        }

    def _shape(self, ongoing: Ongoing) -> shapes.Call:
        shape = self.json.call(ongoing.call)
        shape["state"] = ongoing.state
        return shape

    def _state_is(self, ongoing: Ongoing, state: shapes.CallState) -> None:
        ongoing.state = state
        shape = self._shape(ongoing)
        self.hub.publish("call", {"call": shape})

    def _now_is(self, operator: str, presence: Presence) -> None:
        self.presences[operator] = presence
        self.hub.publish("operator", {"presence": self.presence(operator)})

    def _queue_changed(self) -> None:
        self.hub.publish("queue", lambda: {"queues": self.live()["queues"], "today": self.live()["today"]})

    def _queue(self, waiting: list[Ongoing]) -> shapes.Queue:
        rules, now = self.installation.queues[0], self.clock()
        waits = [now - ongoing.call.started_at for ongoing in waiting]
        return {
            "name": rules.name,
            "label": words(rules.label),
            "waiting": len(waiting),
            "longest_wait_s": round(max(waits, default=0.0), 1),
            "target_s": rules.target_s,
            "target_percent": rules.target_percent,
            "callers": [
                {
                    "call_id": ongoing.call.id,
                    "number": ongoing.call.number,
                    "position": place,
                    "since": self.json.at(ongoing.call.started_at),
                    "kind": ongoing.ticket.kind,
                }
                for place, ongoing in enumerate(waiting, 1)
            ],
        }


def write_tones(file: Path, keyring: Keyring) -> None:
    """A stereo recording, encrypted: 440 Hz on the caller's side, 880 Hz on the operator's."""
    file.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(int(RECORDING_S * 8000)) / 8000
    sides = np.stack([np.sin(2 * np.pi * pitch * time) for pitch in (440, 880)], axis=1)
    plain = io.BytesIO()
    soundfile.write(plain, 0.2 * sides, 8000, format="FLAC")
    plain.seek(0)
    with file.open("wb") as out:
        files.encrypt(plain, out, keyring)


# METRICS.md's own example: 80 answered of which 60 in time, 20 abandoned of which 10 in time, all ten short.
_TODAY = QueueMetrics(
    offered=100,
    answered=80,
    answered_within=60,
    abandoned=20,
    abandoned_within=10,
    short_abandons=10,
    closed=3,
    wait_s=992.0,
    talk_s=12000.0,
    hold_s=800.0,
    acw_s=1920.0,
    handling_s=14720.0,
    ready_s=6000.0,
)
