"""Floods, with the limits as delivered: what running calls, a trunk's new callers and the pages notice of each.

The calls are bridged and recorded, as everywhere here; the pages are over HTTPS. The flooder is a process of its own on
the same two cores, so a part of what is measured is its own share of them: the rate that it reached is told.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.integration.calls.test_secure import self_signed
from tests.integration.sip.raw_sip import Transport
from tests.load.capture import Capture, rtp_capture
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import cookie, open_pages
from tests.load.probes import Seen, Waits, probing
from tests.load.processes import busy_share, machine_cpu, running
from tests.load.sipp import Callers, callers, phones
from tests.load.subjects import ROOT, RTP_PORTS, SUPERVISOR, Person, Subject, hotline, operators
from tests.load.timing import steadiness

NAME = "floods"
AT_ONCE = 20
RATE = 10
SETTLE_S = 6.0
LASTS_S, QUICK_S = 10.0, 3.0
SLOW_LASTS_S = 20.0  # of connections that hold on: the time-outs of both ports are 10 and 20 s
AFTER_S = 1.0  # probed on, when the flood is over
BACK_WITHIN_S = 75.0  # who never acknowledges is sent 200 for 32 s, and then told goodbye for 32 s
GAP_MS, ANSWER_TARGET_S, PAGE_S = 60, 1.0, 1.0
FLAT_MB = 20.0  # as in bench_churn: what the allocator may keep
MORE_FILES = 8  # connections to the database and to who reads the figures

TRUNK, OTHER_TRUNK = "127.0.0.1", "127.0.0.2"
STRANGER = "127.0.1.1"
STRANGERS = tuple(f"127.0.2.{n}" for n in range(1, 201))
SETTINGS = f"""
trunks:
  - {{name: provider, peers: ["{TRUNK}/32"]}}
  - {{name: other, peers: ["{OTHER_TRUNK}/32"]}}
phone_networks: ["{TRUNK}/32"]
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """One flood. `port` names which of the service's it is aimed at; callers come over `transport` meanwhile."""

    name: str
    kind: str
    port: str
    rate: float
    sources: Sequence[str]
    count: int = 0
    lasts_s: float = LASTS_S
    transport: Transport = "udp"
    callers_served: bool = True
    """Whether the callers beside it are of somebody else than the flood."""


PLANS = (
    Plan("1,000 INVITE/s, one stranger", "invite", "sip", 1000, [STRANGER]),
    Plan("1,000 INVITE/s, 200 strangers", "invite", "sip", 1000, STRANGERS),
    Plan("1,000 INVITE/s, another trunk's address", "invite", "sip", 1000, [OTHER_TRUNK]),
    Plan("1,000 INVITE/s, the trunk's own address", "invite", "sip", 1000, [TRUNK], callers_served=False),
    Plan("5,000 OPTIONS/s, one stranger", "options", "sip", 5000, [STRANGER]),
    Plan("5,000 OPTIONS/s, the trunk's own address", "options", "sip", 5000, [TRUNK]),
    Plan("64 kB datagrams at SIP, 1,000/s", "large", "sip", 1000, STRANGERS),
    Plan("64 kB datagrams at SIP, 1,000/s, another trunk's address", "large", "sip", 1000, [OTHER_TRUNK]),
    Plan("64 kB datagrams at a call's RTP port, 1,000/s", "large", "rtp", 1000, [STRANGER]),
    Plan("RTP at a port in use, 20,000/s", "rtp", "rtp", 20_000, [STRANGER]),
    Plan("TLS handshakes at SIP, strangers", "tls", "sips", 1000, STRANGERS),
    Plan("TLS handshakes at SIP, another trunk's address", "tls", "sips", 1000, [OTHER_TRUNK]),
    Plan("TLS handshakes at the pages", "tls", "http", 1000, STRANGERS),
    Plan("2,000 slow connections at SIP", "slow-sip", "sip", 1000, STRANGERS, 2000, SLOW_LASTS_S, "tcp"),
    Plan("2,000 slow connections at the pages", "slow-https", "http", 1000, STRANGERS, 2000, SLOW_LASTS_S),
    Plan("500 WebSockets that never read", "websockets", "http", 1000, [TRUNK], 500, SLOW_LASTS_S),
)


@dataclass(frozen=True, slots=True)
class State:
    """What the service holds."""

    rss_mb: float
    files: int
    legs: int


@dataclass(frozen=True, slots=True)
class Flooded:
    """What was seen of one flood, between two moments (Unix seconds)."""

    plan: Plan
    began: float
    ended: float
    reached: dict[str, float]
    seen: Seen
    before: State
    after: State
    back_after_s: float
    service_cpu: float
    machine_busy: float


async def run(report: Report, folder: Path, quick: bool) -> None:
    people = operators(AT_ONCE)
    certificate, key = map(str, self_signed(folder))
    settings = {
        "SAMBUT_CALLS_PER_SOURCE_S": "60",
        "SAMBUT_SIP_TLS_PORT": "0",
        "SAMBUT_TLS_CERTIFICATE": certificate,
        "SAMBUT_TLS_KEY": key,
        "SAMBUT_HTTP_CERTIFICATE": certificate,
        "SAMBUT_HTTP_KEY": key,
    }
    async with (
        phones(folder) as address,
        hotline(
            folder, [*people, SUPERVISOR], address, settings=settings, files={"settings.yaml": SETTINGS}
        ) as subject,
        open_pages(subject, people),
        rtp_capture(folder, RTP_PORTS) as capture,
    ):
        floods = await _beside_calls(report, subject, people, folder, quick)
    for flood in floods:
        _tell(report, flood, capture)


async def _beside_calls(
    report: Report, subject: Subject, people: Sequence[Person], folder: Path, quick: bool
) -> list[Flooded]:
    talking = Callers(RATE, AT_ONCE, key_after_s=0.5, hold_s=3600, speaks=True)
    async with callers(talking, subject.sip, folder):
        await asyncio.sleep(AT_ONCE / RATE + SETTLE_S)
        floods = [await _one(subject, people, folder, Plan("no flood", "", "", 0, []), quick)]
        for plan in PLANS:
            report.say(plan.name)
            floods.append(await _one(subject, people, folder, plan, quick))
        return floods


async def _one(subject: Subject, people: Sequence[Person], folder: Path, plan: Plan, quick: bool) -> Flooded:
    before, mine = await _state(subject), cookie(subject.base, SUPERVISOR)
    cpu, machine, began = subject.process.cpu_s(), machine_cpu(), time.time()
    async with probing(subject.sip, subject.base, mine, source=TRUNK, transport=plan.transport) as seen:
        reached = await _flood(subject, people, folder, plan, min(plan.lasts_s, QUICK_S) if quick else plan.lasts_s)
        ended = time.time()
        await asyncio.sleep(AFTER_S)
    share = (subject.process.cpu_s() - cpu) / (time.time() - began)
    busy = busy_share(machine, machine_cpu())
    after, back_after_s = await _back(subject, before)
    return Flooded(plan, began, ended, reached, seen, before, after, back_after_s, share, busy)


async def _flood(
    subject: Subject, people: Sequence[Person], folder: Path, plan: Plan, seconds: float
) -> dict[str, float]:
    """Returns what the flooder says that it reached."""
    if not plan.kind:
        await asyncio.sleep(seconds)
        return {}
    targets = {"sip": subject.sip, "sips": subject.sips, "http": subject.http, "rtp": f"127.0.0.1:{_a_port_in_use()}"}
    command = [sys.executable, "-m", "tests.load.flooder", plan.kind, targets[plan.port]]
    command += ["--rate", f"{plan.rate}", "--seconds", f"{seconds}", "--count", f"{plan.count}"]
    command += ["--sources", *plan.sources, "--cookies", *(cookie(subject.base, person) for person in people)]
    async with running(command, folder / "flooder.log", cwd=ROOT, apart=True) as process:
        await process.wait(seconds + 60)
        reached: dict[str, float] = json.loads(process.tail(1))
        return reached


def _a_port_in_use() -> int:
    """The even port of one of the running calls (proc(5), /proc/net/udp)."""
    lines = Path("/proc/net/udp").read_text().splitlines()[1:]
    ports = {int(line.split()[1].rpartition(":")[2], 16) for line in lines}
    return min(port for port in ports if RTP_PORTS[0] <= port <= RTP_PORTS[1] and port % 2 == 0)


async def _state(subject: Subject) -> State:
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(subject.base, connector=connector) as http, http.get("/metrics") as answer:
        text = await answer.text()
    legs = next(line.split()[1] for line in text.splitlines() if line.startswith("sambut_legs "))
    return State(subject.process.rss_mb(), subject.process.files(), round(float(legs)))


async def _back(subject: Subject, before: State) -> tuple[State, float]:
    """The state once it is as before, but for memory, and how long that took; or what it is after the longest wait."""
    began = time.monotonic()
    while True:
        state = await _state(subject)
        waited = time.monotonic() - began
        if (state.legs <= before.legs and state.files <= before.files + MORE_FILES) or waited > BACK_WITHIN_S:
            return state, waited
        await asyncio.sleep(0.5)


def _tell(report: Report, flood: Flooded, capture: Capture) -> None:
    name, seen = flood.plan.name, flood.seen
    sound = steadiness(capture.rtp(), flood.began, flood.ended)
    legs, memory = flood.after.legs - flood.before.legs, flood.after.rss_mb - flood.before.rss_mb
    files, back = flood.after.files - flood.before.files, f"{flood.back_after_s:.0f} s later"
    heard = f"{sound.streams} streams, {sound.lost} lost; {_text(flood.reached)}"
    busy = f"service {flood.service_cpu:.0%} of a core, machine {flood.machine_busy:.0%} busy"
    answered = at_most(ANSWER_TARGET_S) if flood.plan.callers_served else None
    report.add(
        Figure(NAME, f"{name}: longest gap of running calls", sound.max_gap_ms, "ms", at_most(GAP_MS), note=heard),
        Figure(NAME, f"{name}: new caller, longest", seen.callers.longest, "s", answered, note=_served(seen.callers)),
        Figure(NAME, f"{name}: API, p99", seen.kept.percentile(0.99), "s", at_most(PAGE_S), note=_served(seen.kept)),
        Figure(NAME, f"{name}: page anew, p99", seen.new.percentile(0.99), "s", None, note=_served(seen.new)),
        Figure(NAME, f"{name}: legs left", legs, "legs", at_most(0), note=f"{back}; {busy}"),
        Figure(NAME, f"{name}: files left", files, "files", at_most(MORE_FILES), note=back),
        Figure(NAME, f"{name}: memory grown", memory, "MB", at_most(FLAT_MB), note=f"{flood.after.rss_mb:.0f} MB"),
    )


def _served(waits: Waits) -> str:
    longest = waits.longest
    return f"{len(waits.seconds)} served, {waits.refused} not" + (f", longest {longest:.2f} s" if longest else "")


def _text(reached: dict[str, float]) -> str:
    """A flooder's own figures, those a second where they are counts of what was sent."""
    seconds = reached.get("seconds", 0) or 1
    rates = [f"{reached[key] / seconds:.0f} {key}/s" for key in ("sent", "tried", "done") if key in reached]
    counts = [f"{reached[key]:.0f} {key}" for key in ("opened", "at_once", "held_at_the_end") if key in reached]
    return ", ".join([*rates, *counts, f"flooder {reached.get('cpu_s', 0) / seconds:.0%} of a core"]).replace("_", " ")
