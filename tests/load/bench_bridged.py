"""Calls bridged and recorded at once, through IVR and queue: packets, what the service costs, and how many hold."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tests.load.capture import rtp_capture
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import open_pages
from tests.load.processes import busy_share, machine_cpu
from tests.load.sipp import Callers, callers, phones
from tests.load.subjects import RTP_PORTS, Subject, bare_engine, hotline, operators
from tests.load.timing import Steadiness, steadiness

AT_ONCE, QUICK_AT_ONCE = 200, 50
RAMP = (300, 400, 500)
RATE = 10
SECONDS, QUICK_SECONDS = 30, 10
SETTLE_S = 6.0
TARGET_CPU_MS = 2.5


@dataclass(frozen=True, slots=True)
class Load:
    """What was seen while `calls` were up: packets, CPU of the subject per call-second, and of the machine in all."""

    calls: int
    bridged: int
    packets: Steadiness
    cpu_ms: float
    machine_busy: float
    dropped: int

    @property
    def holds(self) -> bool:
        return self.packets.lost == self.packets.late == 0 and self.bridged == self.calls


async def run(report: Report, folder: Path, quick: bool) -> None:
    calls, seconds = (QUICK_AT_ONCE, QUICK_SECONDS) if quick else (AT_ONCE, SECONDS)
    bare = await _bare(folder, calls, seconds)
    ours = await _ours(folder, calls, seconds)
    _tell(report, ours, bare)
    if quick:
        return
    held, limit = calls, "not found: more were not tried"
    for more in RAMP:
        load = await _ours(folder, more, seconds)
        report.add(Figure("bridged", f"{more} at once: lost or late packets", _bad(load), "packets", note=_facts(load)))
        if not load.holds:
            limit = f"at {more}: {_gave_way(load)}"
            break
        held = more
    report.add(Figure("bridged", "at once without a lost or late packet", held, "calls", note=f"limit {limit}"))


def _tell(report: Report, ours: Load, bare: Load) -> None:
    name = f"{ours.calls} at once"
    report.add(
        Figure("bridged", f"{name}: calls bridged", ours.bridged, "calls", None, bare.bridged),
        Figure("bridged", f"{name}: lost packets", ours.packets.lost, "packets", at_most(0), bare.packets.lost),
        Figure("bridged", f"{name}: gaps over 40 ms", ours.packets.late, "packets", at_most(0), bare.packets.late),
        Figure("bridged", f"{name}: p99 gap", ours.packets.p99_gap_ms, "ms", None, bare.packets.p99_gap_ms),
        Figure("bridged", f"{name}: longest gap", ours.packets.max_gap_ms, "ms", None, bare.packets.max_gap_ms),
        Figure(
            "bridged",
            f"{name}: CPU per call-second",
            ours.cpu_ms,
            "ms",
            at_most(TARGET_CPU_MS),
            bare.cpu_ms,
            _facts(ours),
        ),
    )


def _bad(load: Load) -> int:
    return load.packets.lost + load.packets.late


def _gave_way(load: Load) -> str:
    """What was the first to show."""
    if load.bridged != load.calls:
        return f"{load.calls - load.bridged} calls not bridged, machine {load.machine_busy:.0%} busy"
    return f"{load.packets.lost} lost and {load.packets.late} late packets, machine {load.machine_busy:.0%} busy"


def _facts(load: Load) -> str:
    cpu = f"{load.cpu_ms:.2f} ms CPU per call-second, machine {load.machine_busy:.0%} busy"
    dropped = f", {load.dropped} packets not captured" if load.dropped else ""
    return f"{load.bridged} bridged, longest gap {load.packets.max_gap_ms:.0f} ms, {cpu}{dropped}"


async def _ours(folder: Path, calls: int, seconds: int) -> Load:
    people = operators(calls)
    async with (
        phones(folder) as address,
        hotline(folder, people, address) as subject,
        open_pages(subject, people) as pages,
    ):
        load = await _loaded(subject, folder, calls, seconds)
        return Load(calls, len(pages.pops), *load)


async def _bare(folder: Path, calls: int, seconds: int) -> Load:
    async with phones(folder) as address, bare_engine(folder, f"sip:operator@{address}") as subject:
        load = await _loaded(subject, folder, calls, seconds)
        return Load(calls, load[0].streams // 2, *load)


async def _loaded(subject: Subject, folder: Path, calls: int, seconds: int) -> tuple[Steadiness, float, float, int]:
    """Bring the calls up, let them settle, and look for `seconds`; callers speak: they echo what they hear."""
    build_up_s = calls / RATE
    plan = Callers(RATE, calls, key_after_s=0.5, hold_s=build_up_s + SETTLE_S + seconds + 5, speaks=True)
    async with callers(plan, subject.sip, folder) as sipp:
        await asyncio.sleep(build_up_s + SETTLE_S)
        async with rtp_capture(folder, RTP_PORTS) as capture:
            loop = asyncio.get_running_loop()
            began, cpu, busy = loop.time(), subject.process.cpu_s(), machine_cpu()
            await asyncio.sleep(seconds)
            lasted = loop.time() - began
            spent = subject.process.cpu_s() - cpu
            busy_after = machine_cpu()
        await sipp.finish(build_up_s + seconds + 90)
    records = capture.rtp()
    until = float(records["seconds"][-1]) - 1 if len(records) else 0.0
    return (
        steadiness(records, until - seconds + 2, until),
        1000 * spent / (calls * lasted),
        busy_share(busy, busy_after),
        capture.dropped,
    )
