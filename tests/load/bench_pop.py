"""From the match to the pop in a WebSocket client, with 100 calls up; and whether it precedes the phone's INVITE."""

import asyncio
from datetime import datetime
from pathlib import Path

import numpy as np

from tests.load.capture import Packet, signalling_capture
from tests.load.figures import Figure, Report, at_least, at_most
from tests.load.pages import open_pages
from tests.load.sipp import Callers, callers, phones
from tests.load.subjects import hotline, operators

UP = 100
RATE = 10
MEASURED, QUICK_MEASURED = 300, 60
HOLD_S = 10.0  # at RATE a second: UP calls are up all the time
TARGET_MS = 50


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
    waits = np.array([(pop.at - datetime.fromisoformat(pop.queued_at).timestamp()) * 1000 for pop in late])
    before = _share_before_invite(list(capture.packets()), subject.sip_port, pages.ports, subject.http_port)
    target = at_most(TARGET_MS)
    note = f"{len(waits)} pops, {UP} calls up"
    report.add(
        Figure("pop", "match → pop received, p50", float(np.percentile(waits, 50)), "ms", None, None, note),
        Figure("pop", "match → pop received, p99", float(np.percentile(waits, 99)), "ms", target, None, note),
        Figure("pop", "pop on the wire before the INVITE", before, "%", at_least(100), None, "all offers"),
        Figure("pop", "failed calls", tally.failed, "calls", at_most(0)),
    )


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
