"""The softphones that are connected: one per operator, the newest, and what the switchboard is told of it."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from aiohttp import ClientConnectionResetError, WSCloseCode, web

from desk.hub import Hub
from desk.ports import PhoneButton, PhoneOrder, PhonePlace, Switchboard

PING_EVERY_S = 1.0
SILENT_S = 2.5  # without a word for so long, it is gone
_LOOK_EVERY_S = 0.25
# Of a moment in which our own loop stood still only so much counts as the phone's silence: its pongs may lie unread.
_LOOK_COUNTS_S = 2 * _LOOK_EVERY_S

REPLACED = 4409  # WebSocket close codes of our own: after these a softphone does not connect again by itself
WITHDRAWN = 4401

PhoneState = Literal["idle", "ringing", "talking"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Farewell:
    """Why the server ends a connection: told as a message, then as the WebSocket's close code and reason."""

    code: str
    reason: str
    close: int


_REPLACED = Farewell("replaced", "another softphone of this operator has signed in", REPLACED)
_WITHDRAWN = Farewell("token_withdrawn", "this softphone's token is no longer valid", WITHDRAWN)
_STOPPING = Farewell("stopping", "the service is stopping", WSCloseCode.GOING_AWAY)


class Softphone:
    """One connected softphone. What is said to it is written in order by `write`; nobody waits for it."""

    def __init__(
        self,
        operator: str,
        place: PhonePlace,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        *,
        headset: bool,
    ) -> None:
        self.operator = operator
        self.place = place
        self.headset = headset
        self._socket = socket
        self._transport = transport
        self._to_say: asyncio.Queue[Mapping[str, Any] | Farewell] = asyncio.Queue()
        self._quiet_s = 0.0

    def order(self, what: PhoneOrder) -> None:
        """What the switchboard wants done: `desk.ports` calls it `send`."""
        self.say({"type": "do", "what": what})

    def say(self, message: Mapping[str, Any]) -> None:
        self._to_say.put_nowait(message)

    def dismiss(self, farewell: Farewell) -> None:
        """Say why, and close. Whoever reads from it sees its end."""
        self._to_say.put_nowait(farewell)

    def heard(self) -> None:
        """It said something: it lives."""
        self._quiet_s = 0.0

    async def write(self) -> None:
        """Write what is to be said, until the farewell is said."""
        with suppress(ClientConnectionResetError, ConnectionError):
            while isinstance(message := await self._to_say.get(), Mapping):
                await self._socket.send_str(json.dumps(message))
            await self._socket.send_str(json.dumps({"type": "bye", "code": message.code, "reason": message.reason}))
            await self._socket.close(code=message.close, message=message.reason.encode())

    async def ping(self) -> None:
        """Ask for a sign of life, for ever."""
        while True:
            self.say({"type": "ping"})
            await asyncio.sleep(PING_EVERY_S)

    async def watch(self) -> None:
        """Cut the connection once it has been silent for too long; a closing handshake would wait for a dead phone."""
        clock = asyncio.get_running_loop().time
        before = clock()
        while self._quiet_s < SILENT_S:
            await asyncio.sleep(_LOOK_EVERY_S)
            now = clock()
            self._quiet_s += min(now - before, _LOOK_COUNTS_S)
            before = now
        _log.info("softphone_silent", operator=self.operator)
        self._transport.abort()


class Softphones:
    """Who has a softphone connected. All methods belong to the event loop's thread and return at once.

    `certificate` is the fingerprint of ours for SIP over TLS, as each softphone is told it; none without TLS.
    """

    def __init__(self, switchboard: Switchboard, hub: Hub, certificate: str = "") -> None:
        self._switchboard = switchboard
        self._hub = hub
        self.certificate = {"certificate": certificate} if certificate else {}
        self._here: dict[str, Softphone] = {}
        self._up: set[str] = set()

    def came(self, phone: Softphone) -> None:
        """The newest of an operator counts; the one before is told so and closed."""
        before = self._here.get(phone.operator)
        self._here[phone.operator] = phone
        if before is not None:
            before.dismiss(_REPLACED)
        _log.info("softphone_came", operator=phone.operator, replaces=before is not None)
        if phone.headset:
            self._is_up(phone)
        else:
            self._is_down(phone.operator)

    def went(self, phone: Softphone) -> None:
        """Its connection is over. Harmless for one that was replaced."""
        if self._here.get(phone.operator) is phone:
            del self._here[phone.operator]
            _log.info("softphone_went", operator=phone.operator)
            self._is_down(phone.operator)
            self._hub.send(phone.operator, "softphone", {"up": False})

    def stands(self, phone: Softphone, state: PhoneState, headset: bool, levels: Mapping[str, float] | None) -> None:
        """What it says about itself, shown to its operator.

        Without a headset it cannot take a call, but a call that is up stays: the headset may be back in a moment.
        """
        if self._here.get(phone.operator) is not phone:
            return
        if headset != phone.headset:
            phone.headset = headset
            self._switchboard.softphone_headset(phone.operator, headset)
        if headset and phone.operator not in self._up:
            self._is_up(phone)
        elif not headset and state != "talking":
            self._is_down(phone.operator)
        shown = {"up": True, "state": state, "headset": headset, "levels": levels}
        self._hub.send(phone.operator, "softphone", shown)

    def pressed(self, phone: Softphone, what: PhoneButton) -> None:
        """The headset's own button."""
        if self._here.get(phone.operator) is phone:
            self._switchboard.softphone_button(phone.operator, what)

    def withdraw(self, operator: str) -> None:
        """The operator's token is no longer valid: whatever is connected with it is closed."""
        phone = self._here.get(operator)
        if phone is not None:
            phone.dismiss(_WITHDRAWN)

    def close(self) -> None:
        """The service ends; softphones come back when it does."""
        for phone in self._here.values():
            phone.dismiss(_STOPPING)

    def _is_up(self, phone: Softphone) -> None:
        self._up.add(phone.operator)
        self._switchboard.softphone_up(phone.operator, phone.place, phone.order)

    def _is_down(self, operator: str) -> None:
        if operator in self._up:
            self._up.discard(operator)
            self._switchboard.softphone_down(operator)


SOFTPHONES = web.AppKey("softphones", Softphones)
