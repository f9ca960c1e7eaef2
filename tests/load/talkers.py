"""Callers and operators' phones that say a tone each, all in one pjsua2 user agent of this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from sip.errors import SipError
from sip.events import IncomingCall, LegId, MediaActive, SipEvent
from tests.audio import tone
from tests.load.hearing import RATE
from tests.load.mouth_to_ear import Phones

CALLER_HZ, FIRST_HZ, SECOND_HZ = 650.0, 2850.0, 3150.0
"""What is said, at frequencies where music has little."""
TONE_S = 30
GONE_WITHIN_S = 10


class Talkers(Phones):
    """Answers every call at once. Whoever calls from here says one tone; who is called says that of their name."""

    def __init__(self, mine: Path, voices: Mapping[str, Path]) -> None:
        super().__init__("PCMA")
        self._mine = mine
        self._voices = voices
        self._says: dict[LegId, Path] = {}

    async def gone(self) -> None:
        """Wait until no call is left. Raises `TimeoutError`."""
        async with asyncio.timeout(GONE_WITHIN_S):
            while self.agent.legs:
                await asyncio.sleep(0.02)

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg=leg, called=called):
                self._says[leg] = self._voices[called]
            case MediaActive(leg) if not self.agent.mixer.is_playing(leg):
                self._speak(leg)
            case _:
                pass
        super()._on_event(event)

    def _speak(self, leg: LegId) -> None:
        try:
            self.agent.mixer.play(leg, [self._says.get(leg, self._mine)], 1)
        except SipError as error:
            raise RuntimeError("a talker cannot speak") from error


@asynccontextmanager
async def talkers(folder: Path, hz: Mapping[str, float]) -> AsyncIterator[Talkers]:
    """Callers say `CALLER_HZ`; a phone that is called under one of these names says its own tone."""
    mine = tone(folder / "caller.wav", CALLER_HZ, TONE_S, RATE)
    voices = {name: tone(folder / f"{name}.wav", each, TONE_S, RATE) for name, each in hz.items()}
    made = Talkers(mine, voices)
    made.agent.start()
    try:
        yield made
    finally:
        await made.agent.close()
