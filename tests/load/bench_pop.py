"""From the match to the pop in a WebSocket client, with 100 calls up; and whether it precedes the phone's INVITE."""

import asyncio
import re
from datetime import datetime
from pathlib import Path

import numpy as np

from tests.load.capture import Packet, signalling_capture
from tests.load.figures import Figure, Report, at_least, at_most
from tests.load.pages import Pop, open_pages
from tests.load.sipp import Callers, callers, phones
from tests.load.subjects import hotline, operators

UP = 100
RATE = 5
MEASURED, QUICK_MEASURED = 300, 60
HOLD_S = 20.0  # at RATE a second: UP calls are up all the time
TARGET_MS = 50
_POP = re.compile(rb'"type":"screen_pop".{0,120}?"id":"([0-9a-f]{32})"')


async def run(report: Report, folder: Path, quick: bool) -> None:
    people = operators(UP + 4 * RATE)
    total = UP + (QUICK_MEASURED if quick else MEASURED)
    async with (
        phones(folder) as address,
        hotline(folder, people, address) as subject,
        open_pages(subject, people) as pages,
        signalling_capture(folder, subject.sip_port, subject.http_port) as capture,
    ):
        plan = Callers(rate=RATE, total=total, key_after_s=0.5, hold_s=HOLD_S, speaks=False)
        async with callers(plan, subject.sip, folder) as sipp:
            tally = await sipp.finish(total / RATE + 90)
        await asyncio.sleep(1)
    late = pages.pops[UP:]  # the first ones find fewer calls up
    # An operator is free in this benchmark, so a caller is matched the moment it enters the queue.
    waits = np.array([(pop.at - _matched_at(pop)) * 1000 for pop in late])
    packets = list(capture.packets())
    before = _share_before_invite(packets, subject.sip_port, pages.ports, subject.http_port)
    sent = _sent_at(packets, subject.http_port)
    written = np.array([(sent[pop.call] - _matched_at(pop)) * 1000 for pop in late if pop.call in sent])
    target = at_most(TARGET_MS)
    note = f"{len(waits)} pops, {RATE}/s, {UP} calls up, {len(people)} pages"
    report.add(
        Figure("pop", "match → pop received, p50", float(np.percentile(waits, 50)), "ms", None, None, note),
        Figure("pop", "match → pop received, p99", float(np.percentile(waits, 99)), "ms", target, None, note),
        Figure("pop", "match → pop on the wire, p99", float(np.percentile(written, 99)), "ms", None, None, note),
        Figure("pop", "pop on the wire before the INVITE", before, "%", at_least(100), None, "all offers"),
        Figure("pop", "failed calls", tally.failed, "calls", at_most(0)),
    )


def _matched_at(pop: Pop) -> float:
    return datetime.fromisoformat(pop.queued_at).timestamp()


def _sent_at(packets: list[Packet], http_port: int) -> dict[str, float]:
    """When each call's pop was on the wire."""
    found: dict[str, float] = {}
    for packet in packets:
        if packet.from_port == http_port:
            for pop in _POP.finditer(packet.payload):
                found.setdefault(pop[1].decode(), packet.at)
    return found


def _share_before_invite(packets: list[Packet], sip_port: int, ports: dict[str, int], http_port: int) -> float:
    """Per cent of INVITEs to an operator that a pop to that operator's page preceded, each pop counted once."""
    names = {port: name for name, port in ports.items()}
    popped: dict[str, int] = {}
    invited = before = 0
    seen: set[bytes] = set()
    for packet in packets:
        if packet.from_port == http_port and b'"type":"screen_pop"' in packet.payload:
            name = names.get(packet.to_port, "")
            popped[name] = popped.get(name, 0) + packet.payload.count(b'"type":"screen_pop"')
        elif packet.from_port == sip_port and packet.payload.startswith(b"INVITE sip:operator"):
            branch = packet.payload.partition(b"branch=")[2].partition(b"\r\n")[0]
            if branch in seen:
                continue  # a retransmission
            seen.add(branch)
            name = packet.payload.split(b"@", 1)[0].removeprefix(b"INVITE sip:").decode()
            invited += 1
            if popped.get(name, 0) > 0:
                popped[name] -= 1
                before += 1
    return 100 * before / invited if invited else 0.0
