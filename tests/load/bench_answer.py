"""From the click on "answer" until both hear each other, for each kind of phone."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storage import PhoneKind
from tests.load.capture import sound_capture
from tests.load.desks import STATIONS, Station
from tests.load.figures import Figure, Report, at_most
from tests.load.hearing import Heard
from tests.load.subjects import RTP_PORTS, hotline, operators
from tests.load.talkers import FIRST_HZ, Talkers, talkers

CALLS, QUICK_CALLS = 50, 10
TARGET_MS = 150
RINGS_S = (0.3, 0.5)  # at random: the bridge takes a frame every 20 ms, and a click comes at any moment of it
TALKS_S = 0.8
PAUSE_S = 0.4
NAMES = {PhoneKind.BROWSER: "browser headset", PhoneKind.SOFTPHONE: "softphone", PhoneKind.SIP: "SIP phone"}
# What is on the wire can be read: G.711 in the clear.
READABLE = {"SAMBUT_CODECS": "PCMA,PCMU", "SAMBUT_SRTP": "off", "SAMBUT_HEADSET_BIND": "127.0.0.1"}


class NothingHeardError(Exception):
    """In a call that was answered one did not hear the other; the text says who."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Of every call, milliseconds from the click until the caller, and the operator, heard the other."""

    caller: NDArray[np.float64]
    operator: NDArray[np.float64]
    remark: str

    @property
    def both(self) -> NDArray[np.float64]:
        return np.maximum(self.caller, self.operator)


async def run(report: Report, folder: Path, quick: bool) -> None:
    for kind, name in NAMES.items():
        mine = folder / kind.value
        mine.mkdir()
        _tell(report, name, await _measure(mine, kind, QUICK_CALLS if quick else CALLS))


def _tell(report: Report, name: str, delays: Delays) -> None:
    caller, operator = (np.percentile(each, 50) for each in (delays.caller, delays.operator))
    halves = f"p50: caller hears after {caller:.0f} ms, operator after {operator:.0f} ms"
    note = f"{len(delays.both)} calls; {halves}{delays.remark}"
    report.add(
        Figure("answer", f"{name}: click → both hear, p50", float(np.percentile(delays.both, 50)), "ms", note=note),
        Figure(
            "answer",
            f"{name}: click → both hear, p99",
            float(np.percentile(delays.both, 99)),
            "ms",
            at_most(TARGET_MS),
            note=note,
        ),
    )


async def _measure(folder: Path, kind: PhoneKind, calls: int) -> Delays:
    people = operators(1, kind, auto_answer=kind is PhoneKind.SIP)
    async with (
        talkers(folder, {people[0].username: FIRST_HZ}) as phones,
        hotline(folder, people, phones.agent.address, straight=True, settings=READABLE) as subject,
        STATIONS[kind](subject, people[0], folder) as station,
    ):
        async with sound_capture(folder, RTP_PORTS) as capture:
            clicks = [await _call(phones, f"sip:hotline@{subject.sip}", station, number) for number in range(calls)]
        return await _delays(clicks, Heard(capture.packets()), station)


async def _call(phones: Talkers, uri: str, station: Station, number: int) -> float:
    """One call from its beginning to its end; when it was answered, Unix seconds."""
    leg = await phones.call(uri)
    pop = await station.offered(number)
    await asyncio.sleep(random.uniform(*RINGS_S))
    clicked = await station.answer(pop)
    await asyncio.sleep(TALKS_S)
    phones.agent.hang_up(leg)
    await phones.gone()
    await asyncio.sleep(PAUSE_S)
    return clicked


async def _delays(clicks: Sequence[float], wire: Heard, station: Station) -> Delays:
    caller: list[float] = []
    operator: list[float] = []
    for number, clicked in enumerate(clicks, 1):
        # From a little before: what is heard too soon is no answer, and must not look like a good one.
        begin, end = clicked - RINGS_S[0], clicked + TALKS_S
        heard = wire.since(FIRST_HZ, begin, end), await station.heard_since(wire, begin, end)
        for who, at, delays in zip(("caller", "operator"), heard, (caller, operator), strict=True):
            if at is None:
                raise NothingHeardError(f"call {number}: the {who} heard nothing")
            if at < clicked:
                raise NothingHeardError(f"call {number}: the {who} heard it {clicked - at:.3f} s before the click")
            delays.append((at - clicked) * 1000)
    return Delays(np.array(caller), np.array(operator), await station.remark())
