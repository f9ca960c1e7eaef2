"""The headset softphone of a workstation: rings, answers, talks through a sound device, a file or nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sip.agent import SipAgent
from sip.events import DigitPressed, IncomingCall, LegAnswered, LegEnded, LegId, MediaActive, PlaybackFinished, SipEvent
from sip.mixer import RELEASE_AFTER_S
from sip.options import AgentOptions

BUSY_HERE = 486
DECLINE = 603


@dataclass(frozen=True, slots=True)
class Audio:
    """Where sound comes from and goes to: an ALSA device, files (one said on and on, one recorded), or nothing."""

    alsa: str | None = None
    say: Path | None = None
    record: Path | None = None


class Softphone:
    """One line. `notice` is told `ringing`, `talking`, `ended` and each digit as it happens."""

    def __init__(
        self, options: AgentOptions, audio: Audio, *, answer_after_s: float | None, notice: Callable[[str], None]
    ) -> None:
        self._agent = SipAgent(options, self._on_event)
        self._audio = audio
        self._answer_after_s = answer_after_s
        self._notice = notice
        self._leg: LegId | None = None
        self.talking = False

    def start(self) -> str:
        """Open the line; returns its host:port. Raises `SipError` or `LookupError` (no such sound device)."""
        self._agent.start()
        return self._agent.address

    def answer(self) -> None:
        if self._leg is not None:
            self._agent.answer(self._leg)

    def call(self, uri: str) -> None:
        """Dial out, if the line is free. Raises `SipError` for an address that cannot be called."""
        if self._leg is None:
            self._leg = self._agent.call(uri)

    def hang_up(self) -> None:
        """Refuse a ringing call, end a running one."""
        if self._leg is not None:
            self._agent.hang_up(self._leg, DECLINE)

    def press(self, digits: str) -> None:
        if self._leg is not None:
            self._agent.send_digits(self._leg, digits)

    async def close(self) -> None:
        await self._agent.close()

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg=leg):
                self._ring(leg)
            case MediaActive(leg) if leg == self._leg:
                self._open_audio(leg)
            case LegAnswered(leg) if leg == self._leg:
                self.talking = True
                self._notice("talking")
            case PlaybackFinished(leg) if leg == self._leg:
                self._say(leg)
            case DigitPressed(leg, digit) if leg == self._leg:
                self._notice(f"digit {digit}")
            case LegEnded(leg) if leg == self._leg:
                self._leg, self.talking = None, False
                asyncio.get_running_loop().call_later(RELEASE_AFTER_S, self._notice, "ended")
            case _:
                pass

    def _ring(self, leg: LegId) -> None:
        if self._leg is not None:
            self._agent.hang_up(leg, BUSY_HERE)
            return
        self._leg = leg
        self._agent.ring(leg)
        self._notice("ringing")
        if self._answer_after_s is not None:
            asyncio.get_running_loop().call_later(self._answer_after_s, self._agent.answer, leg)

    def _open_audio(self, leg: LegId) -> None:
        if self._audio.alsa is not None:
            self._agent.mixer.use_sound_device(leg)
        if self._audio.record is not None and not self._agent.mixer.is_recording(leg):
            self._agent.mixer.record(leg, self._audio.record)
        self._say(leg)

    def _say(self, leg: LegId) -> None:
        if self._audio.say is not None and not self._agent.mixer.is_playing(leg):
            self._agent.mixer.play(leg, [self._audio.say], 1)
