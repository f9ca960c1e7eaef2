"""Those who want something during a flood: a trunk's new callers, and somebody at the pages."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from tests.integration.sip.raw_sip import OFFER, Answer, Dialog, RawSip, Transport

T1_S = 0.5  # RFC 3261 section 17.1.1.1: an INVITE over UDP is sent again after so long, then after twice as long
GIVES_UP_S = 8.0
CALL_EVERY_S, PAGE_EVERY_S, NEW_PAGE_EVERY_S = 0.2, 0.05, 0.25


@dataclass(slots=True)
class Waits:
    """Seconds of each that was served, and how many were not."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def longest(self) -> float | None:
        """None where nobody was served."""
        return max(self.seconds, default=None)

    def percentile(self, share: float) -> float | None:
        found = sorted(self.seconds)
        return found[min(len(found) - 1, round(share * len(found)))] if found else None

    def note(self, seconds: float | None) -> None:
        if seconds is None:
            self.refused += 1
        else:
            self.seconds.append(seconds)


@dataclass(frozen=True, slots=True)
class Seen:
    """`kept` are requests on a connection that is open already, `new` are pages on one of their own."""

    callers: Waits = field(default_factory=Waits)
    kept: Waits = field(default_factory=Waits)
    new: Waits = field(default_factory=Waits)


@asynccontextmanager
async def probing(
    sip: str, base: str, cookie: str, *, source: str = "127.0.0.1", transport: Transport = "udp"
) -> AsyncIterator[Seen]:
    """One new caller after the other, and one request after the other, as long as the block lasts."""
    seen = Seen()
    async with aiohttp.ClientSession(
        base, headers={"Cookie": cookie}, connector=aiohttp.TCPConnector(ssl=False)
    ) as http:
        people = [
            asyncio.create_task(_calls(seen.callers, sip, source, transport)),
            asyncio.create_task(_reads(seen.kept, http)),
            asyncio.create_task(_opens(seen.new, base)),
        ]
        try:
            yield seen
        finally:
            for each in people:
                each.cancel()
            await asyncio.gather(*people, return_exceptions=True)


async def _calls(waits: Waits, sip: str, source: str, transport: Transport) -> None:
    while True:
        waits.note(await asyncio.to_thread(wait_for_answer, sip, source, transport))
        await asyncio.sleep(CALL_EVERY_S)


def wait_for_answer(sip: str, source: str = "127.0.0.1", transport: Transport = "udp") -> float | None:
    """Seconds from the first INVITE to 200; then the caller hangs up. None for who is refused, or waits too long."""
    began = time.monotonic()
    try:
        with RawSip(sip, source, transport) as raw:
            dialog = Dialog()
            invite = raw.request("INVITE", dialog, headers="Content-Type: application/sdp\r\n", body=OFFER)
            answer = _ask(raw, invite)
            waited = time.monotonic() - began
            if answer is None or answer.status != 200:
                return None
            dialog.to_tag = answer.header("To").rpartition("tag=")[2]
            raw.send(raw.request("ACK", dialog, cseq=dialog.cseq))
            _ask(raw, raw.request("BYE", dialog))
            return waited
    except OSError:
        return None


def _ask(raw: RawSip, message: bytes) -> Answer | None:
    """The final answer, asked for again as often as RFC 3261 says."""
    again_s, waited_s = T1_S, 0.0
    raw.send(message)
    while waited_s < GIVES_UP_S:
        answer = raw.receive(within_s=again_s)
        if answer is not None:
            if answer.status >= 200:
                return answer
            continue
        waited_s += again_s
        again_s *= 2
        if raw.transport == "udp":
            raw.send(message)
    return None


async def _reads(waits: Waits, http: aiohttp.ClientSession) -> None:
    while True:
        waits.note(await _request(http, "/api/v1/tickets?limit=50"))
        await asyncio.sleep(PAGE_EVERY_S)


async def _opens(waits: Waits, base: str) -> None:
    while True:
        async with aiohttp.ClientSession(base, connector=aiohttp.TCPConnector(ssl=False, force_close=True)) as http:
            waits.note(await _request(http, "/"))
        await asyncio.sleep(NEW_PAGE_EVERY_S)


async def _request(http: aiohttp.ClientSession, path: str) -> float | None:
    """Seconds to the last byte of the answer."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(GIVES_UP_S), http.get(path) as answer:
            await answer.read()
            return time.monotonic() - began if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None
