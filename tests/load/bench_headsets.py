"""Operators with browser headsets talk with SIP callers and are recorded: packets both ways, and what it costs.

The operators are signed in each with a WebSocket and a session of their own, as their pages would be; all their WebRTC
connections are in one page of a real Chromium, because so many windows would measure Chromium.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page

from storage import PhoneKind
from tests.integration.sip.browser import Headsets, chromium, headsets, served
from tests.load.capture import rtp_capture
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import Pages, open_pages
from tests.load.processes import Running, busy_share, machine_cpu
from tests.load.sipp import Callers, callers
from tests.load.subjects import RTP_PORTS, Person, Subject, hotline, operators
from tests.load.timing import Steadiness, steadiness

AT_ONCE, QUICK_AT_ONCE = 40, 10
SECONDS, QUICK_SECONDS = 30, 10
RATE = 4  # callers a second
SETTLE_S = 6.0
UP_WITHIN_S = 60
AT_REST_S = 10.0
OPERATOR_HZ = 440.0
# Payload types (RFC 3551 section 6) of callers' legs, and of browsers' lines: PCMU, or G.722 on a bridge of 16 kHz.
OF_CALLERS, OF_BROWSERS = (8,), (0, 9)
TARGET_CPU_MS, TARGET_LINE_PERCENT = 4.0, 0.5

COUNTERS = """async () => {
  const sum = {received: 0, lost: 0, sent_lost: 0, concealed: 0, samples: 0};
  for (const {connection} of lines.values())
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp") {
        sum.received += report.packetsReceived;
        sum.lost += report.packetsLost;
        sum.concealed += report.concealedSamples - report.silentConcealedSamples;
        sum.samples += report.totalSamplesReceived;
      }
      if (report.type === "remote-inbound-rtp") sum.sent_lost += report.packetsLost;
    }
  return sum;
}"""
"""Chromium's own count over all lines; `sent_lost` is what the hotline reports to have missed (RTCP)."""

Counters = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Load:
    """What was seen while everybody talked. `line_percent` of one core is what a line costs that only stands."""

    calls: int
    line_percent: float
    to_callers: Steadiness
    to_browsers: Steadiness
    browsers: Counters
    cpu_ms: float
    machine_busy: float


class Lines:
    """Answers the offers of everybody's line in one page."""

    def __init__(self, pages: Pages, page: Headsets) -> None:
        self._pages = pages
        self._page = page
        self._up: set[str] = set()
        self._changed = asyncio.Event()
        self._answers: set[asyncio.Task[None]] = set()
        pages.listener = self._hear

    async def put_on(self, people: Sequence[Person]) -> None:
        """Everybody's desk is here, with a microphone; wait until all are heard. Raises `TimeoutError`."""
        for person in people:
            await self._pages.say(person, {"type": "desk", "claim": True})
            await self._pages.say(person, {"type": "headset", "state": "ready"})
        async with asyncio.timeout(UP_WITHIN_S):
            while len(self._up) < len(people):
                self._changed.clear()
                await self._changed.wait()

    def _hear(self, person: Person, message: Mapping[str, Any]) -> None:
        if message["type"] == "headset_offer":
            answer = asyncio.create_task(self._answer(person, message["line"], message["sdp"]))
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)
        elif message["type"] == "headset":
            (self._up.add if message["state"] == "up" else self._up.discard)(person.username)
            self._changed.set()

    async def _answer(self, person: Person, line: int, offer: str) -> None:
        sdp = await self._page.answer(line, offer, OPERATOR_HZ)
        await self._pages.say(person, {"type": "headset_answer", "line": line, "sdp": sdp})


async def run(report: Report, folder: Path, quick: bool) -> None:
    calls, seconds = (QUICK_AT_ONCE, QUICK_SECONDS) if quick else (AT_ONCE, SECONDS)
    people = operators(calls, PhoneKind.BROWSER)
    async with (
        hotline(folder, people, settings={"SAMBUT_HEADSET_BIND": "127.0.0.1"}) as subject,
        open_pages(subject, people, ready=False) as pages,
        served() as address,
        chromium() as browser,
        headsets(browser, address) as page,
    ):
        line_percent = await _standing(subject.process, Lines(pages, page), people)
        for person in people:
            await pages.ready(person)
        _tell(report, await _loaded(subject, pages, page.page, folder, line_percent, calls, seconds))


async def _standing(process: Running, lines: Lines, people: Sequence[Person]) -> float:
    """Put everybody's headset on; per cent of a core that each line costs while nobody calls."""
    before = await _percent_of_core(process)
    await lines.put_on(people)
    await asyncio.sleep(SETTLE_S)
    return (await _percent_of_core(process) - before) / len(people)


async def _percent_of_core(process: Running) -> float:
    loop = asyncio.get_running_loop()
    began, cpu = loop.time(), process.cpu_s()
    await asyncio.sleep(AT_REST_S)
    return 100 * (process.cpu_s() - cpu) / (loop.time() - began)


async def _loaded(
    subject: Subject, pages: Pages, page: Page, folder: Path, line_percent: float, calls: int, seconds: int
) -> Load:
    build_up_s = calls / RATE
    plan = Callers(RATE, calls, key_after_s=0.5, hold_s=build_up_s + SETTLE_S + seconds + 5, speaks=True)
    answering = asyncio.create_task(_answer_all(pages, calls))
    async with callers(plan, subject.sip, folder) as sipp:
        await asyncio.wait_for(answering, build_up_s + 20)
        await asyncio.sleep(SETTLE_S)
        async with rtp_capture(folder, RTP_PORTS) as capture:
            loop = asyncio.get_running_loop()
            counted, machine = await page.evaluate(COUNTERS), machine_cpu()
            began, cpu = loop.time(), subject.process.cpu_s()
            await asyncio.sleep(seconds)
            spent, lasted, busy = subject.process.cpu_s() - cpu, loop.time() - began, machine_cpu()
            after = await page.evaluate(COUNTERS)
        await sipp.finish(build_up_s + seconds + 90)
    to_callers, to_browsers = _steadiness(capture.records(), seconds)
    counters = {name: after[name] - counted[name] for name in after}
    cpu_ms = 1000 * spent / (calls * lasted)
    return Load(calls, line_percent, to_callers, to_browsers, counters, cpu_ms, busy_share(machine, busy))


async def _answer_all(pages: Pages, calls: int) -> None:
    """Every operator answers as soon as the pop is there."""
    people = {person.username: person for person in operators(calls)}
    for number in range(calls):
        pop = await pages.pop_after(number, within_s=60)
        await pages.ask(people[pop.operator], "POST", f"/calls/{pop.call}/answer")


def _steadiness(records: NDArray[np.void], seconds: int) -> tuple[Steadiness, Steadiness]:
    """Towards the callers and towards the browsers, without the STUN and DTLS that share their ports (RFC 7983)."""
    rtp = records[records["flags"] >> 6 == 2]
    until = float(rtp["seconds"][-1]) - 1 if len(rtp) else 0.0
    kind = rtp["payload"] & 0x7F
    to_callers, to_browsers = (
        steadiness(rtp[np.isin(kind, each)], until - seconds + 2, until) for each in (OF_CALLERS, OF_BROWSERS)
    )
    return to_callers, to_browsers


def _tell(report: Report, load: Load) -> None:
    name, nothing = f"{load.calls} at once", at_most(0)
    callers_, browsers, counted = load.to_callers, load.to_browsers, load.browsers
    heard = f"{callers_.streams} callers, {callers_.packets} packets, longest gap {callers_.max_gap_ms:.0f} ms"
    sent = f"{browsers.streams} browsers, {browsers.packets} packets, longest gap {browsers.max_gap_ms:.0f} ms"
    concealed = f"{100 * counted['concealed'] / max(1, counted['samples']):.2f} % of the samples concealed"
    service = f"machine {load.machine_busy:.0%} busy, with Chromium and the callers"
    standing, core = "a standing line, nobody calls", "% of a core"
    line = Figure("headsets", standing, load.line_percent, core, at_most(TARGET_LINE_PERCENT))
    cpu = Figure("headsets", f"{name}: CPU per call-second", load.cpu_ms, "ms", at_most(TARGET_CPU_MS), note=service)
    report.add(
        line,
        Figure("headsets", f"{name}: calls bridged", min(callers_.streams, browsers.streams), "calls", note=heard),
        Figure("headsets", f"{name}: lost to callers", callers_.lost, "packets", nothing, note=heard),
        Figure("headsets", f"{name}: gaps over 40 ms to callers", callers_.late, "packets", nothing, note=heard),
        Figure("headsets", f"{name}: gaps over 40 ms to browsers", browsers.late, "packets", nothing, note=sent),
        Figure("headsets", f"{name}: lost to browsers", counted["lost"], "packets", nothing, note=concealed),
        Figure("headsets", f"{name}: lost from browsers", counted["sent_lost"], "packets", nothing, note="by RTCP"),
        cpu,
    )
