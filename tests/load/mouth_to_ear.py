"""How much later one hears the other through the hotline than when the same two phones call each other directly.

Both phones are one pjsua2 user agent in this process, so that one clock measures. It says bursts of a tone into two
calls at the same moment, one through the hotline and one to itself, and records what arrives at the other ends.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from sip.agent import SipAgent
from sip.events import IncomingCall, LegAnswered, LegId, SipEvent
from sip.mixer import RELEASE_AFTER_S
from sip.options import AgentOptions
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import open_pages
from tests.load.subjects import hotline, operators

TARGET_MS = 60
RATE = 8000
RTP_PORTS = (17_000, 17_999)
BURST_HZ, BURST_S, EVERY_S = 1000, 0.03, 0.5
BURSTS, QUICK_BURSTS = 40, 10
SETTLE_S = 3.0  # prompts are over, jitter buffers have found their depth
KEY_AFTER_S = 0.5
CODECS = ("PCMA", "opus")


class Phones:
    """A user agent that answers every call; legs are known by whom they called."""

    def __init__(self, codec: str) -> None:
        self.agent = SipAgent(AgentOptions(port=0, rtp_ports=RTP_PORTS, codecs=(codec,)), self._on_event)
        self._answered: set[LegId] = set()
        self._incoming: dict[str, LegId] = {}
        self._news = asyncio.Event()

    async def call(self, uri: str) -> LegId:
        """A leg that has been answered."""
        leg = self.agent.call(uri)
        await self._until(lambda: leg in self._answered)
        return leg

    async def rung(self, user: str) -> LegId:
        """The leg that called `user` here, answered."""
        await self._until(lambda: self._incoming.get(user) in self._answered)
        return self._incoming[user]

    async def _until(self, holds: Callable[[], bool], within_s: float = 30) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg=leg, called=called):
                self._incoming[called] = leg
                self.agent.answer(leg)
            case LegAnswered(leg):
                self._answered.add(leg)
            case _:
                return
        self._news.set()


async def run(report: Report, folder: Path, quick: bool) -> None:
    for codec in CODECS[:1] if quick else CODECS:
        there, back = await _measure(folder, codec, QUICK_BURSTS if quick else BURSTS)
        for way, extra in (("caller to operator", there), ("operator to caller", back)):
            note = f"{len(extra)} bursts, {codec}, p95 {np.percentile(extra, 95):.0f} ms"
            value = float(np.median(extra))
            report.add(Figure("mouth to ear", f"{way}, more than direct", value, "ms", at_most(TARGET_MS), None, note))


async def _measure(folder: Path, codec: str, bursts: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Milliseconds more than direct of each burst, from the caller to the operator and back."""
    people = operators(1)
    phones = Phones(codec)
    phones.agent.start()
    try:
        async with hotline(folder, people, phones.agent.address) as subject, open_pages(subject, people):
            caller = await phones.call(f"sip:hotline@{subject.sip}")
            await asyncio.sleep(KEY_AFTER_S)
            phones.agent.send_digits(caller, "1")
            operator = await phones.rung(people[0].username)
            mouth = await phones.call(f"sip:direct@{phones.agent.address}")
            ear = await phones.rung("direct")
            await asyncio.sleep(SETTLE_S)
            there = await _later_ms(phones.agent, (caller, mouth), (operator, ear), folder, bursts)
            back = await _later_ms(phones.agent, (operator, ear), (caller, mouth), folder, bursts)
            return there, back
    finally:
        await phones.agent.close()


async def _later_ms(
    agent: SipAgent, mouths: Sequence[LegId], ears: Sequence[LegId], folder: Path, bursts: int
) -> NDArray[np.float64]:
    """How much later each burst comes out at the first ear than at the second, milliseconds."""
    said, heard = _bursts(folder / "bursts.wav", bursts), [folder / f"ear{n}.wav" for n in range(len(ears))]
    # No await below this line until both calls are spoken into and recorded: the bridge takes all of it in one frame.
    for ear, file in zip(ears, heard, strict=True):
        agent.mixer.record(ear, file)
    for number, mouth in enumerate(mouths):
        agent.mixer.play(mouth, [said], number)
    await asyncio.sleep((bursts + 2) * EVERY_S)
    for ear in ears:
        agent.mixer.stop_recording(ear)
    await asyncio.sleep(2 * RELEASE_AFTER_S)
    through, direct = (_onsets(file) for file in heard)
    return _matched(through, direct) * 1000


def _matched(through: NDArray[np.float64], direct: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds from each burst of the direct call to the same one through the hotline; a lost one is left out."""
    later = through[None, :] - direct[:, None]
    nearest = later[np.arange(len(direct)), np.abs(later).argmin(axis=1)]
    return np.asarray(nearest[np.abs(nearest) < EVERY_S / 2])


def _bursts(file: Path, count: int) -> Path:
    seconds = np.arange(round(EVERY_S * RATE)) / RATE
    one = np.where(seconds < BURST_S, 0.3 * np.sin(2 * np.pi * BURST_HZ * seconds), 0.0)
    soundfile.write(file, np.concatenate([np.zeros_like(one), np.tile(one, count)]), RATE, subtype="PCM_16")
    return file


def _onsets(file: Path) -> NDArray[np.float64]:
    """When each burst begins, seconds from the beginning of the file."""
    samples, rate = soundfile.read(file)
    level = np.abs(samples)
    loud = np.flatnonzero(level > 0.3 * level.max()) / rate
    first = np.diff(loud, prepend=-np.inf) > EVERY_S / 2
    return np.asarray(loud[first])
