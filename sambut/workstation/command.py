"""`sambut softphone`: puts the telephone, the link to the server, the ringer and the headset's button together."""

import asyncio
import secrets
import tempfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from soundfile import LibsndfileError

from sambut.terminal import on_interrupt, on_line
from sambut.workstation import ringer
from sambut.workstation.address import NoCertificate, own_address
from sambut.workstation.button import Buttons, Press, inputs_of, meaning
from sambut.workstation.cards import card_of
from sambut.workstation.link import Dismissed, ServerLink
from sambut.workstation.wishes import Wishes
from sip.engine import installed
from sip.errors import SipError
from sip.options import AgentOptions
from sip.softphone import Audio, Habits, Softphone
from sip.tls_peers import fingerprint_of
from voice.synthesis import SynthesisError

AGAIN = 1
"""Exit status after which a new start helps: no such device, no network yet, another address."""
DISMISSED = 3
"""Exit status when the server does not want this softphone back; its service is not to start it again."""


class AddressChanged(Exception):
    """The workstation has another address now: another network, or a tunnel that came or went."""


async def run(wishes: Wishes) -> int:
    """Run a softphone until it is told to quit; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="sambut-phone-") as folder:
        try:
            return await _Workstation(wishes, Path(folder)).run()
        except (ValueError, OSError, LookupError, LibsndfileError, SynthesisError, SipError, NoCertificate) as error:
            click.echo(str(error), err=True)
            return AGAIN


async def list_devices() -> int:
    """Print the sound devices that `alsa:NAME` may name."""
    options = AgentOptions(port=0, legs=installed().legs)
    phone = Softphone(options, Audio(), Habits(), notice=click.echo)
    phone.start()
    for name in phone.look_for_devices():
        click.echo(f"alsa:{name}")
    await phone.close()
    return 0


class _Workstation:
    """One run of the command."""

    def __init__(self, wishes: Wishes, folder: Path) -> None:
        self._wishes = wishes
        self._folder = folder
        self._end = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._link: ServerLink | None = None
        self._called_as = self._certificate = ""
        self._ringer: ringer.Ringer | None = None

    async def run(self) -> int:
        """Raises what `run` above tells."""
        wishes = self._wishes
        server = wishes.sign_in()
        audio = await self._sound()
        self._addresses = await wishes.addresses()
        options = await wishes.options(self._addresses, self._folder)
        if options.tls is not None and options.tls.certificate is not None:
            self._certificate = f"sha256:{fingerprint_of(options.tls.certificate.read_text())}"
        habits = wishes.habits(self._addresses.accepted, lambda: self._called_as)
        self._phone = Softphone(options, audio, habits, notice=click.echo, changed=self._changed)
        transport = wishes.transport_on(self._addresses.own)
        self._place = self._phone.start() + ("" if transport == "udp" else f";transport={transport}")
        if server is not None:
            server = replace(server, own=self._addresses.own)
            self._link = ServerLink(server, self._phone, self._hello, click.echo)
        ready = f"ready sip={options.user}@{self._place}"
        click.echo(f"{ready}; Enter answers or hangs up, call URI dials, digits are sent, q quits")
        try:
            return await self._until_the_end()
        finally:
            if self._ringer is not None:
                await self._ringer.close()
            await self._phone.close()

    async def _sound(self) -> Audio:
        audio, tone, elsewhere = await self._wishes.sound(self._folder)
        if elsewhere is not None:
            problem = ringer.missing()
            if problem is not None:
                raise ValueError(problem)
            self._ringer = ringer.Ringer(elsewhere, tone, click.echo)
        return audio

    async def _until_the_end(self) -> int:
        on_interrupt(self._end.set)
        on_line(self._typed)
        buttons = asyncio.create_task(Buttons(self._inputs, self._pressed).run())
        linked = asyncio.create_task(self._linked())
        ended = asyncio.create_task(self._end.wait())
        try:
            await asyncio.wait({linked, ended}, return_when=asyncio.FIRST_COMPLETED)
            return linked.result() if linked.done() else 0
        finally:
            for task in (buttons, linked, ended):
                task.cancel()
            await asyncio.gather(buttons, linked, ended, return_exceptions=True)

    async def _linked(self) -> int:
        """Stay at the server; returns the exit status when that cannot go on, after the call that may be running."""
        if self._link is None:
            await asyncio.Event().wait()
            return 0
        status = DISMISSED
        try:
            await self._link.run()
        except Dismissed as why:
            click.echo(f"{why.code}: {why}", err=True)
        except AddressChanged as why:
            click.echo(str(why), err=True)
            status = AGAIN
        await self._idle.wait()
        return status

    def _hello(self) -> dict[str, Any]:
        """Raises `AddressChanged`, and `OSError` while there is no network.

        Each connection has a user part of its own, so that only the server that was told it can ring this phone.
        """
        towards = self._addresses.server
        if not self._wishes.bind and towards is not None and own_address(*towards) != self._addresses.own:
            raise AddressChanged("this workstation has another address now: start again")
        self._called_as = f"{self._wishes.name[:20]}-{secrets.token_hex(16)}"
        return {
            "type": "hello",
            "sip": f"sip:{self._called_as}@{self._place}",
            **({"certificate": self._certificate} if self._certificate else {}),
            "headset": self._phone.headset,
            "version": version("sambut"),
            "devices": self._phone.devices(),
        }

    def _changed(self) -> None:
        if self._phone.state == "idle":
            self._idle.set()
        else:
            self._idle.clear()
        if self._link is not None:
            self._link.changed()
        if self._ringer is not None and self._phone.state == "ringing":
            self._ringer.start()
        elif self._ringer is not None:
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
        card = card_of(self._wishes.audio.removeprefix("alsa:"))
        return [] if card is None else inputs_of(card)

    def _pressed(self, press: Press) -> None:
        """The server decides what a button does, since it knows the call; without one, the telephone itself."""
        what = meaning(press, self._phone.state)
        if what is not None and self._link is not None and self._link.up:
            self._link.press(what)
            return
        match what:
            case "answer":
                self._phone.answer()
            case "hangup":
                self._phone.hang_up()
            case "mute":
                self._phone.mute(not self._phone.muted)
