"""INVITE to 200 OK, and 200 OK to the first sound, for callers who send nothing; the bare engine beside it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.load.capture import rtp_capture, signalling_capture
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import open_pages
from tests.load.sipp import Callers, Tally, callers, phones
from tests.load.subjects import RTP_PORTS, SUPERVISOR, Subject, bare_engine, hotline, operators
from tests.load.timing import answer_ms, first_sound_ms, setups

RATE, SECONDS, QUICK_SECONDS = 50, 20, 5
HOLD_S = 1.0
BESIDE, BESIDE_RATE, SETTLE_S = 200, 10, 5.0
ANSWER_TARGET_MS, SOUND_TARGET_MS = 20, 40


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one subject: milliseconds of each call, and how the calls went."""

    answer: NDArray[np.float64]
    sound: NDArray[np.float64]
    tally: Tally


async def run(report: Report, folder: Path, quick: bool) -> None:
    seconds = QUICK_SECONDS if quick else SECONDS
    async with hotline(folder, [SUPERVISOR]) as subject:
        ours = await _watch(subject, folder, seconds)
    async with bare_engine(folder) as subject:
        bare = await _watch(subject, folder, seconds)
    note = f"{len(ours.answer)} calls, {RATE}/s"
    answer, sound = at_most(ANSWER_TARGET_MS), at_most(SOUND_TARGET_MS)
    report.add(
        Figure("invite", "INVITE → 200, p50", _at(ours.answer, 50), "ms", None, _at(bare.answer, 50), note),
        Figure("invite", "INVITE → 200, p99", _at(ours.answer, 99), "ms", answer, _at(bare.answer, 99), note),
        Figure("invite", "200 → first sound, p50", _at(ours.sound, 50), "ms", None, _at(bare.sound, 50), note),
        Figure("invite", "200 → first sound, p99", _at(ours.sound, 99), "ms", sound, _at(bare.sound, 99), note),
        Figure("invite", "failed calls", ours.tally.failed, "calls", at_most(0), bare.tally.failed, note),
    )
    if not quick:
        await _beside(report, folder, seconds)


async def _beside(report: Report, folder: Path, seconds: int) -> None:
    """The same while other callers talk with operators and are recorded."""
    people, build_up_s = operators(BESIDE), BESIDE / BESIDE_RATE
    talking = Callers(BESIDE_RATE, BESIDE, 0.5, build_up_s + SETTLE_S + seconds + 10, speaks=True)
    async with (
        phones(folder) as address,
        hotline(folder, people, address) as subject,
        open_pages(subject, people),
        callers(talking, subject.sip, folder, "talking"),
    ):
        await asyncio.sleep(build_up_s + SETTLE_S)
        seen = await _watch(subject, folder, seconds)
    note = f"{len(seen.answer)} calls, {RATE}/s, beside {BESIDE} bridged and recorded"
    answer, sound = at_most(ANSWER_TARGET_MS), at_most(SOUND_TARGET_MS)
    report.add(
        Figure("invite", "busy: INVITE → 200, p50", _at(seen.answer, 50), "ms", None, None, note),
        Figure("invite", "busy: INVITE → 200, p99", _at(seen.answer, 99), "ms", answer, None, note),
        Figure("invite", "busy: 200 → first sound, p99", _at(seen.sound, 99), "ms", sound, None, note),
    )


async def _watch(subject: Subject, folder: Path, seconds: int) -> Seen:
    plan = Callers(rate=RATE, total=RATE * seconds, key_after_s=HOLD_S / 2, hold_s=HOLD_S / 2, speaks=False)
    async with rtp_capture(folder, RTP_PORTS) as sound, signalling_capture(folder, subject.sip_port) as signalling:
        await asyncio.sleep(1)
        async with callers(plan, subject.sip, folder) as sipp:
            tally = await sipp.finish(seconds + 60)
    calls = list(setups(signalling.packets(), subject.sip_port).values())
    return Seen(answer_ms(calls), first_sound_ms(calls, sound.rtp()), tally)


def _at(values: NDArray[np.float64], percentile: float) -> float | None:
    return float(np.percentile(values, percentile)) if len(values) else None
