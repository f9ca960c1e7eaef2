"""From the click on "complete" of an attended transfer until the caller hears the colleague."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.load.bench_answer import PAUSE_S, READABLE, NothingHeardError
from tests.load.capture import sound_capture
from tests.load.figures import Figure, Report
from tests.load.hearing import Heard
from tests.load.pages import Pages, open_pages
from tests.load.subjects import RTP_PORTS, Person, hotline, operators
from tests.load.talkers import FIRST_HZ, SECOND_HZ, Talkers, talkers

TRANSFERS, QUICK_TRANSFERS = 20, 5
TURN_S = 0.8


@dataclass(frozen=True, slots=True)
class Transfer:
    """`first_hz` is what the operator says, `second_hz` the colleague; both moments are Unix seconds."""

    first_hz: float
    second_hz: float
    consulted_at: float
    completed_at: float


async def run(report: Report, folder: Path, quick: bool) -> None:
    people = operators(2)
    hz = dict(zip((each.username for each in people), (FIRST_HZ, SECOND_HZ), strict=True))
    async with (
        talkers(folder, hz) as phones,
        hotline(folder, people, phones.agent.address, straight=True, settings=READABLE) as subject,
        open_pages(subject, people) as pages,
    ):
        uri = f"sip:hotline@{subject.sip}"
        async with sound_capture(folder, RTP_PORTS) as capture:
            done = [
                await _transfer(phones, uri, pages, people, hz) for _ in range(QUICK_TRANSFERS if quick else TRANSFERS)
            ]
    wire = Heard(capture.packets())
    delays = np.array([_delay_ms(each, wire) for each in done])
    note = f"{len(delays)} attended transfers, SIP phones"
    for percentile in (50, 99):
        value = float(np.percentile(delays, percentile))
        report.add(
            Figure("transfer", f"complete → caller hears the colleague, p{percentile}", value, "ms", note=note),
        )


async def _transfer(phones: Talkers, uri: str, pages: Pages, people: list[Person], hz: dict[str, float]) -> Transfer:
    """A call that one operator takes and the other gets, to its end."""
    before = len(pages.pops)
    leg = await phones.call(uri)
    pop = await pages.pop_after(before)
    first, second = sorted(people, key=lambda person: person.username != pop.operator)
    await phones.rung(first.username)
    await asyncio.sleep(TURN_S)
    to = {"to": {"kind": "operator", "id": second.username}}
    consulted_at = time.time()
    await pages.ask(first, "POST", f"/calls/{pop.call}/consult", to)
    await asyncio.sleep(TURN_S)
    completed_at = time.time()
    await pages.ask(first, "POST", f"/calls/{pop.call}/complete")
    await asyncio.sleep(TURN_S)
    phones.agent.hang_up(leg)
    await phones.gone()
    await asyncio.sleep(PAUSE_S)
    return Transfer(hz[first.username], hz[second.username], consulted_at, completed_at)


def _delay_ms(transfer: Transfer, wire: Heard) -> float:
    """The caller's port is the one that carried the first operator's tone before the colleague was asked."""
    before = transfer.consulted_at - TURN_S / 2
    caller = wire.port_with(transfer.first_hz, before, transfer.consulted_at)
    begin, end = transfer.consulted_at, transfer.completed_at + TURN_S
    heard = None if caller is None else wire.since(transfer.second_hz, begin, end, port=caller)
    if heard is None or heard < transfer.completed_at:
        raise NothingHeardError(f"the caller heard the colleague {'never' if heard is None else 'too soon'}")
    return (heard - transfer.completed_at) * 1000
