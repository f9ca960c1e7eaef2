"""`sambut softphone`: puts the telephone, the link to the server, the ringer and the headset's button together."""

import asyncio
import ssl
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import click
from soundfile import LibsndfileError

from sambut.demo import PEOPLE, phone_port
from sambut.terminal import on_interrupt, on_line
from sambut.workstation import ringer
from sambut.workstation.address import (
    NoCertificate,
    addresses_of,
    is_loopback,
    make_certificate,
    own_address,
    parse_server,
)
from sambut.workstation.button import Buttons, Press, card_of, inputs_of
from sambut.workstation.link import Dismissed, Server, ServerLink
from sambut.workstation.sound import parse_audio, parse_ring, ringing_tone
from sip.engine import installed
from sip.errors import SipError
from sip.options import AgentOptions, Tls
from sip.softphone import Audio, Habits, Softphone
from storage import Role

CLOCK_RATE = 16000  # wideband where the hotline offers it
RTP_PORTS = (31000, 31999)
ANSWER_AFTER_S = 1.0
DISMISSED = 3
"""Exit status when the server does not want this softphone back; its service is not to start it again."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The command line. No `transport`: TLS, but UDP on loopback. No `bind`: the address on the way to the server."""

    name: str
    port: int | None
    bind: str
    audio: str
    ring: str
    auto_answer: bool
    cancel_echo: bool
    button: str
    server: str | None
    token_file: Path | None
    ca: Path | None
    certificate: Path | None
    key: Path | None
    transport: Literal["udp", "tcp", "tls"] | None
    sip_from: tuple[str, ...]


async def run(wishes: Wishes) -> int:
    """Run a softphone until it is told to quit; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="sambut-phone-") as folder:
        try:
            return await _Workstation(wishes, Path(folder)).run()
        except (ValueError, OSError, LookupError, LibsndfileError, SipError, NoCertificate) as error:
            click.echo(str(error), err=True)
            return 1


async def list_devices() -> int:
    """Print the sound devices that `alsa:NAME` may name."""
    options = AgentOptions(port=0, legs=installed().legs)
    phone = Softphone(options, Audio(), Habits(), notice=click.echo)
    phone.start()
    for name in phone.devices():
        click.echo(f"alsa:{name}")
    await phone.close()
    return 0


class _Workstation:
    def __init__(self, wishes: Wishes, folder: Path) -> None:
        self._wishes = wishes
        self._folder = folder
        self._end = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._link: ServerLink | None = None
        self._ringer: ringer.Ringer | None = None

    async def run(self) -> int:
        """Raises what `run` tells: `ValueError`, `OSError`, `LookupError`, `SipError`, `NoCertificate`."""
        audio, server = self._audio(), self._server()
        bind, accepted = await self._addresses()
        options = await self._options(bind)
        self._phone = Softphone(options, audio, self._habits(accepted), notice=click.echo, changed=self._changed)
        address = self._phone.start()
        suffix = "" if self._transport(bind) == "udp" else f";transport={self._transport(bind)}"
        uri = f"{options.user}@{address}{suffix}"
        if server is not None:
            self._link = ServerLink(server, self._phone, lambda: self._hello(uri), click.echo)
        click.echo(f"ready sip={uri}; Enter answers or hangs up, call URI dials, digits are sent, q quits")
        try:
            return await self._until_the_end()
        finally:
            if self._ringer is not None:
                await self._ringer.close()
            await self._phone.close()

    # --- what was wished for --------------------------------------------------------------------------------------

    def _audio(self) -> Audio:
        wishes = self._wishes
        audio = parse_audio(wishes.audio, self._folder)
        elsewhere = parse_ring(wishes.ring)
        tone = ringing_tone(self._folder / "ring.wav")
        if elsewhere is not None:
            problem = ringer.missing()
            if problem is not None:
                raise ValueError(problem)
            self._ringer = ringer.Ringer(elsewhere, tone, click.echo)
        in_headset = audio.alsa is not None and wishes.ring == "headset"
        waits = wishes.server is not None
        return replace(audio, ring=tone if in_headset else None, cancel_echo=wishes.cancel_echo, wait=waits)

    def _server(self) -> Server | None:
        wishes = self._wishes
        if wishes.server is None:
            return None
        if wishes.token_file is None:
            raise ValueError("--server needs --token-file: the token comes from the operator's page")
        token = wishes.token_file.read_text().strip()
        if not token or not token.isascii() or not token.isprintable():
            raise ValueError(f"there is no token in {wishes.token_file}")
        trusted = ssl.create_default_context(cafile=wishes.ca) if wishes.ca is not None else None
        return Server(parse_server(wishes.server)[0], token, trusted)

    async def _addresses(self) -> tuple[str, frozenset[str] | None]:
        """Our own address, and those that may call us (`None`: any)."""
        if self._wishes.server is None:
            return self._wishes.bind or "127.0.0.1", frozenset(self._wishes.sip_from) or None
        _, host, port = parse_server(self._wishes.server)
        theirs = await addresses_of(host, port)
        return self._wishes.bind or own_address(theirs[0], port), frozenset((*theirs, *self._wishes.sip_from))

    def _transport(self, bind: str) -> Literal["udp", "tcp", "tls"]:
        by_itself: Literal["udp", "tls"] = "udp" if self._wishes.server is None or is_loopback(bind) else "tls"
        return self._wishes.transport or by_itself

    async def _options(self, bind: str) -> AgentOptions:
        wishes, tls = self._wishes, None
        port = wishes.port if wishes.port is not None else self._demo_port()
        if self._transport(bind) == "tls":
            pair = (wishes.certificate, wishes.key)
            certificate, key = pair if all(pair) else await make_certificate(bind, self._folder)
            tls, port = Tls(port, certificate, key), 0
        return AgentOptions(
            user=wishes.name,
            bind=bind,
            port=port,
            tls=tls,
            rtp_ports=RTP_PORTS,
            clock_rate=CLOCK_RATE,
            legs=installed().legs,
        )

    def _demo_port(self) -> int:
        demo = {each.username for each in PEOPLE if each.role is Role.OPERATOR}
        return phone_port(self._wishes.name) if self._wishes.server is None and self._wishes.name in demo else 0

    def _habits(self, accepted: frozenset[str] | None) -> Habits:
        return Habits(
            answer_after_s=ANSWER_AFTER_S if self._wishes.auto_answer else None,
            accepts=lambda source: accepted is None or source in accepted,
        )

    def _hello(self, uri: str) -> dict[str, Any]:
        return {
            "type": "hello",
            "sip": f"sip:{uri}",
            "headset": self._phone.headset,
            "version": version("sambut"),
            "devices": self._phone.devices(),
        }

    # --- while it runs --------------------------------------------------------------------------------------------

    async def _until_the_end(self) -> int:
        on_interrupt(self._end.set)
        on_line(self._typed)
        beside = [asyncio.create_task(Buttons(self._inputs, self._pressed).run())]
        linked = asyncio.create_task(self._linked())
        ended = asyncio.create_task(self._end.wait())
        try:
            await asyncio.wait({linked, ended}, return_when=asyncio.FIRST_COMPLETED)
            return DISMISSED if linked.done() and linked.result() else 0
        finally:
            for task in (*beside, linked, ended):
                task.cancel()
            await asyncio.gather(*beside, linked, ended, return_exceptions=True)

    async def _linked(self) -> bool:
        """Stay at the server; returns when it does not want us, after the call that may be running."""
        if self._link is None:
            await asyncio.Event().wait()
            return False
        try:
            await self._link.run()
        except Dismissed as why:
            click.echo(f"{why.code}: {why}", err=True)
        await self._idle.wait()
        return True

    def _changed(self) -> None:
        if self._phone.state == "idle":
            self._idle.set()
        else:
            self._idle.clear()
        if self._link is not None:
            self._link.changed()
        if self._ringer is not None:
            if self._phone.state == "ringing":
                self._ringer.start()
            else:
                self._ringer.stop()

    def _typed(self, word: str) -> None:
        if word == "q":
            self._end.set()
        elif word.startswith("call "):
            try:
                self._phone.call(word.removeprefix("call ").strip())
            except SipError as error:
                click.echo(str(error), err=True)
        elif word:
            self._phone.press(word)
        else:
            self._pressed("phone")

    def _inputs(self) -> list[Path]:
        """The headset's input devices: those of its USB device, or the one that was named."""
        if self._wishes.button == "none":
            return []
        if self._wishes.button != "auto":
            return [Path(self._wishes.button)]
        card = card_of(self._wishes.audio)
        return [] if card is None else inputs_of(card)

    def _pressed(self, press: Press) -> None:
        """The server decides what a button does, since it knows the call; without one, the telephone itself."""
        what = meaning(press, self._phone.state)
        if what is None:
            return
        if self._link is not None and self._link.up:
            self._link.press(what)
            return
        match what:
            case "answer":
                self._phone.answer()
            case "hangup":
                self._phone.hang_up()
            case "mute":
                self._phone.mute(not self._phone.muted)


def meaning(press: Press, state: Literal["idle", "ringing", "talking"]) -> Literal["answer", "hangup", "mute"] | None:
    """What a press means just now, if anything: one button answers and hangs up."""
    match press, state:
        case "phone", "ringing":
            return "answer"
        case "phone" | "hangup", "talking":
            return "hangup"
        case "hangup", "ringing":
            return "hangup"
        case "mute", "talking":
            return "mute"
    return None
