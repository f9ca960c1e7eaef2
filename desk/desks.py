"""Which of an operator's open tabs is their desk: the only one that rings and has the headset (PEERS.md 15)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from desk.connection import Connection
from desk.hub import Hub
from desk.ports import Switchboard, ToPage

LONGEST_SDP = 32 * 1024


class Ping(BaseModel):
    type: Literal["ping"]


class Active(BaseModel):
    """Somebody has used the keyboard or the pointer within the last minute."""

    type: Literal["active"]


class DeskClaim(BaseModel):
    """This tab wants to be the desk; the newest claim wins."""

    type: Literal["desk"]
    claim: Literal[True]


class HeadsetState(BaseModel):
    """Whether the page may use the microphone."""

    type: Literal["headset"]
    state: Literal["ready", "off"]
    reason: Annotated[str, Field(max_length=100)] | None = None


class HeadsetAnswer(BaseModel):
    type: Literal["headset_answer"]
    line: int
    sdp: Annotated[str, Field(max_length=LONGEST_SDP)]


class HeadsetEcho(BaseModel):
    type: Literal["headset_echo"]


Said = Ping | Active | DeskClaim | HeadsetState | HeadsetAnswer | HeadsetEcho
_SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


def parsed(text: str) -> Said | None:
    """What a page says; None for anything that is not part of the protocol, which is ignored."""
    try:
        return _SAID.validate_python(json.loads(text))
    except (ValueError, RecursionError, ValidationError):
        return None


@dataclass(frozen=True, slots=True)
class _Desk:
    tab: Connection
    peer: str
    send: ToPage


class Desks:
    """The active desk of each operator. Belongs to the event loop's thread."""

    def __init__(self, hub: Hub, switchboard: Switchboard) -> None:
        self._hub = hub
        self._switchboard = switchboard
        self._active: dict[str, _Desk] = {}

    def is_active(self, tab: Connection) -> bool:
        desk = self._active.get(tab.username)
        return desk is not None and desk.tab is tab

    def hear(self, tab: Connection, said: Said, peer: str) -> None:
        """A tab of somebody who takes calls says something; `peer` is its IP address."""
        if isinstance(said, DeskClaim):
            self._claim(tab, peer)
            return
        desk = self._active.get(tab.username)
        if desk is None or desk.tab is not tab:
            self._hub.tell(tab, "desk", {"active": False})
            return
        self._of_active(desk, said)

    def gone(self, tab: Connection) -> None:
        """The tab was closed, or its machine is gone."""
        desk = self._active.get(tab.username)
        if desk is not None and desk.tab is tab:
            del self._active[tab.username]
            self._switchboard.headset_off(tab.username, desk.send)

    def _claim(self, tab: Connection, peer: str) -> None:
        before = self._active.get(tab.username)
        if before is None or before.tab is not tab:
            if before is not None:  # its line stays until the new tab has one: a call goes on
                self._hub.tell(before.tab, "desk", {"active": False})
            self._active[tab.username] = _Desk(tab, peer, self._sender(tab))
        self._hub.tell(tab, "desk", {"active": True})

    def _of_active(self, desk: _Desk, said: Said) -> None:
        operator, board = desk.tab.username, self._switchboard
        match said:
            case HeadsetState(state="ready"):
                board.headset_ready(operator, desk.send, desk.peer)
            case HeadsetState():
                board.headset_off(operator, desk.send)
            case HeadsetAnswer(line=line, sdp=sdp):
                board.headset_answer(operator, line, sdp)
            case HeadsetEcho():
                board.headset_echo(operator, desk.send)
            case _:
                pass

    def _sender(self, tab: Connection) -> ToPage:
        def send(kind: str, payload: Mapping[str, Any]) -> None:
            self._hub.tell(tab, kind, payload)

        return send
