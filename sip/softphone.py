"""The headset softphone of a workstation: rings, answers, talks through a sound device, a file or nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sip.agent import SipAgent
from sip.events import (
    DigitPressed,
    IncomingCall,
    LegAnswered,
    LegEnded,
    LegId,
    MediaActive,
    PlaybackFinished,
    SipEvent,
    SoundDeviceLost,
)
from sip.headset import Headset, Levels, names
from sip.mixer import RELEASE_AFTER_S
from sip.options import AgentOptions
from sip.statuses import SipStatus

ORDER_HOLDS_S = 1.5
"""An order to answer may overtake the INVITE that it is about, by no more than this."""

State = Literal["idle", "ringing", "talking"]


@dataclass(frozen=True, slots=True)
class Audio:
    """Where sound comes from and goes to: an ALSA device, files (one said on and on, one recorded), or nothing.

    `ring` is a tone for the headset; with `wait` a device that is not there yet is waited for, and looked for only
    while `plugged` says so: the library tries every device of the machine each time it looks.
    """

    alsa: str | None = None
    say: Path | None = None
    record: Path | None = None
    ring: Path | None = None
    cancel_echo: bool = True
    wait: bool = False
    plugged: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class Habits:
    """What the softphone does by itself.

    `accepts` says of an IP address and the user part that is called whether such a call may come; others get a 403.
    """

    answer_after_s: float | None = None
    accepts: Callable[[str, str], bool] = lambda _address, _called: True


class Softphone:
    """One line.

    `notice` is told `ringing`, `talking`, `ended`, each digit, and what becomes of the headset; `changed` whenever
    `state`, `muted` or `headset` is another.
    """

    def __init__(
        self,
        options: AgentOptions,
        audio: Audio,
        habits: Habits,
        *,
        notice: Callable[[str], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._agent = SipAgent(options, self._on_event)
        self._clock_rate = options.clock_rate
        self._audio = audio
        self._habits = habits
        self._notice = notice
        self._changed = changed
        self._leg: LegId | None = None
        self._headset: Headset | None = None
        self._ordered_until = 0.0
        self.state: State = "idle"
        self.muted = False

    def start(self) -> str:
        """Open the line; returns its host:port, of TLS if it has that.

        Raises `SipError`, or `LookupError` for a sound device that is not there and not waited for.
        """
        self._agent.start()
        if self._audio.alsa is not None:
            self._open_headset(self._audio.alsa)
        return self._agent.tls_address or self._agent.address

    @property
    def headset(self) -> bool:
        """Whether there is something to speak through: always, but for a sound device that is gone."""
        return self._headset is None or self._headset.present

    @property
    def levels(self) -> Levels | None:
        """`None` without a sound device."""
        return self._headset.levels() if self._headset is not None and self._headset.present else None

    def devices(self) -> list[str]:
        """The sound devices that were found when one was last looked for; none if none was wanted."""
        return names(self._agent.sound_devices())

    def look_for_devices(self) -> list[str]:
        """Try every sound device of this workstation; those that work."""
        self._agent.sound_devices().refreshDevs()
        return self.devices()

    def answer(self) -> None:
        if self._leg is not None and self.state == "ringing":
            self._agent.answer(self._leg)

    def pick_up(self) -> None:
        """Answer the call that rings or is about to ring: the server's order and its INVITE come by different ways."""
        self._ordered_until = asyncio.get_running_loop().time() + ORDER_HOLDS_S
        self.answer()

    def call(self, uri: str) -> None:
        """Dial out, if the line is free. Raises `SipError` for an address that cannot be called."""
        if self._leg is None:
            self._leg = self._agent.call(uri)

    def hang_up(self) -> None:
        """Refuse a ringing call, end a running one."""
        if self._leg is not None:
            self._agent.hang_up(self._leg, SipStatus.DECLINE)

    def mute(self, muted: bool) -> None:
        """Whether the far end hears us."""
        if muted == self.muted:
            return
        self.muted = muted
        if self._headset is not None:
            self._headset.mute(muted)
        elif self._leg is not None:
            self._say_or_not(self._leg)
        self._changed()

    def know_server(self, fingerprint: str) -> None:
        """The only certificate (SHA-256, hexadecimal) that we say anything to over TLS; empty: to nobody."""
        if self._agent.tls_peers is not None:
            self._agent.tls_peers.pin_anywhere([fingerprint] if fingerprint else [])

    def press(self, digits: str) -> None:
        if self._leg is not None:
            self._agent.send_digits(self._leg, digits)

    async def close(self) -> None:
        self.hang_up()
        if self._headset is not None:
            await self._headset.close()
        await self._agent.close()

    def _open_headset(self, name: str) -> None:
        there = self.look_for_devices()
        if not any(name in each for each in there):
            listed = ", ".join(there) or "none"
            if not self._audio.wait:
                raise LookupError(f"no sound device is named like {name!r}; there are: {listed}")
            self._notice(f"waiting for a sound device that is named like {name!r}; there are: {listed}")
        self._headset = Headset(
            name,
            self._agent.sound_devices(),
            self._clock_rate,
            cancel_echo=self._audio.cancel_echo,
            plugged=self._audio.plugged,
            changed=self._headset_changed,
        )
        self._headset.look()

    def _headset_changed(self) -> None:
        self._notice("headset is there" if self.headset else "headset is gone")
        self._changed()

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg=leg, source=source, called=called):
                self._ring(leg, source, called)
            case MediaActive(leg) if leg == self._leg:
                self._open_audio(leg)
            case LegAnswered(leg) if leg == self._leg:
                self._ordered_until = 0.0
                self._now("talking")
                self._notice("talking")
            case PlaybackFinished(leg) if leg == self._leg:
                self._say_or_not(leg)
            case DigitPressed(leg, digit) if leg == self._leg:
                self._notice(f"digit {digit}")
            case LegEnded(leg) if leg == self._leg:
                self._leg = None
                self.mute(False)
                self._now("idle")
                asyncio.get_running_loop().call_later(RELEASE_AFTER_S, self._notice, "ended")
            case SoundDeviceLost() if self._headset is not None:
                self._headset.lost()
            case _:
                pass

    def _ring(self, leg: LegId, source: str, called: str) -> None:
        if not self._habits.accepts(source, called):
            self._notice("a call that is not the server's was refused")
            self._agent.hang_up(leg, SipStatus.FORBIDDEN)
            return
        if self._leg is not None:
            self._agent.hang_up(leg, SipStatus.BUSY_HERE)
            return
        self._leg = leg
        self._agent.ring(leg)
        self._now("ringing")
        self._notice("ringing")
        loop = asyncio.get_running_loop()
        if loop.time() < self._ordered_until:
            self.answer()
        elif self._habits.answer_after_s is not None:
            loop.call_later(self._habits.answer_after_s, self._agent.answer, leg)

    def _now(self, state: State) -> None:
        self.state = state
        if self._headset is not None and self._audio.ring is not None:
            if state == "ringing":
                self._headset.ring(self._audio.ring)
            else:
                self._headset.stop_ringing()
        self._changed()

    def _open_audio(self, leg: LegId) -> None:
        if self._headset is not None:
            self._agent.mixer.use_sound_device(leg)
        if self._audio.record is not None and not self._agent.mixer.is_recording(leg):
            self._agent.mixer.record(leg, self._audio.record)
        self._say_or_not(leg)

    def _say_or_not(self, leg: LegId) -> None:
        mixer = self._agent.mixer
        if self.muted:
            mixer.stop_playing(leg)
        elif self._audio.say is not None and not mixer.is_playing(leg):
            mixer.play(leg, [self._audio.say], 1)
