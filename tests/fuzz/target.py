"""The engine that is shot at, a process of its own: answers every call, hangs up on the oldest above some, opens lines.

`python -m tests.fuzz.target open|limits FOLDER`: with `open` the door lets everything through that is no stranger's, so
that the library's own parsers are met; with `limits` it stands as delivered, but for its rates. FOLDER has the
certificate for TLS. Both sides talk in lines of JSON: it tells its addresses, lines' offers and ends; it is told what
pages say (`page`, `raw`), and asked what reached it (`count`). It ends when its standard input does.
"""

import asyncio
import json
import logging
import sys
from collections import Counter, deque
from pathlib import Path
from typing import Any

import structlog

from desk.desks import HeadsetAnswer, parsed
from sip import door
from sip.agent import SipAgent
from sip.door import Admission
from sip.errors import SipError
from sip.events import IncomingCall, LegEnded, LegId, LineOffer, SipEvent
from sip.options import AgentOptions, Tls

MOST_CALLS, MOST_LINES, LINES_WAITING = 40, 12, 6


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


class House:
    """The calls and lines of one agent."""

    def __init__(self, folder: Path) -> None:
        tls = Tls(certificate=folder / "certificate.pem", key=folder / "key.pem")
        options = AgentOptions(
            port=0, rtp_ports=(46000, 48999), admission=Admission(calls_per_s=0), tls=tls, line_bind="127.0.0.1"
        )
        self.agent = SipAgent(options, self._on_event)
        self.counts: Counter[str] = Counter()
        self._calls: deque[LegId] = deque()
        self._lines: deque[LegId] = deque()
        self._waiting: set[LegId] = set()
        self._closes = False

    def start(self) -> None:
        self.agent.start()
        tell(address=self.agent.address, tls=self.agent.tls_address)
        for _ in range(LINES_WAITING):
            self._open_line()

    async def close(self) -> None:
        self._closes = True
        await self.agent.close()

    def hear(self, line: str) -> None:
        """What the other side says."""
        match json.loads(line):
            case {"page": text}:
                self._page(text)
            case {"raw": leg, "sdp": sdp}:
                # Behind the check of sip/line_sdp.py, at the library's own parser.
                if self.agent._lines._end.answer(leg, sdp):
                    self._taken(leg)
            case {"count": _}:
                self._count()

    def _page(self, text: str) -> None:
        match parsed(text):
            case HeadsetAnswer(line=leg, sdp=sdp):
                try:
                    self.agent.answer_line(leg, sdp, peer="127.0.0.1")
                except SipError:
                    self.counts["lines refused"] += 1
                else:
                    self._taken(leg)
            case _:
                self.counts["pages not understood"] += 1

    def _taken(self, leg: LegId) -> None:
        if leg not in self._waiting:
            return
        self.counts["lines answered"] += 1
        self._waiting.remove(leg)
        tell(answered=leg)
        self._lines.append(leg)
        self._open_line()
        if len(self._lines) > MOST_LINES:
            self._hang_up(self._lines.popleft())

    def _open_line(self) -> None:
        try:
            self._waiting.add(self.agent.open_line("operator"))
        except SipError:  # as many calls as it can have: a line more when some have ended
            self.counts["lines too many"] += 1
            asyncio.get_running_loop().call_later(0.5, self._open_line)

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg):
                self.counts["calls"] += 1
                self.agent.answer(leg)
                self._calls.append(leg)
                if len(self._calls) > MOST_CALLS:
                    self._hang_up(self._calls.popleft())
            case LineOffer(leg, sdp):
                tell(offer=leg, sdp=sdp)
            case LegEnded(leg):
                self._ended(leg)

    def _ended(self, leg: LegId) -> None:
        for legs in (self._calls, self._lines):
            if leg in legs:
                legs.remove(leg)
        tell(ended=leg)
        if leg in self._waiting and not self._closes:
            self._waiting.remove(leg)
            self._open_line()

    def _hang_up(self, leg: LegId) -> None:
        self._count_sound(leg)
        self.agent.hang_up(leg)

    def _count_sound(self, leg: LegId) -> None:
        """How many packets of sound its stream has taken, and reports on it."""
        found = self.agent._legs.get(leg)
        statistics: Any = None if found is None else found._statistics()
        if statistics is not None:
            self.counts["sound heard"] += statistics.rtcp.rxStat.pkt
            self.counts["reports read"] += statistics.rtcp.txStat.updateCount

    def _count(self) -> None:
        for leg in (*self._calls, *self._lines):
            self._count_sound(leg)
        refusals = self.agent.refusals()
        told = {"passed the door": refusals.get("passed", 0), "sound of strangers": self.agent.rtp_strangers}
        tell(counts={**self.counts, **told})


async def main(how: str, folder: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    door.MESSAGES_PER_S = door.POLLS_PER_S = door.REFUSALS_PER_S = door.REFUSALS_PER_S_IN_ALL = 0  # no limit
    door.CONNECTIONS_PER_S = door.CONNECTIONS_PER_S_IN_ALL = 0
    if how == "open":
        door.LIMITS.update(dict.fromkeys(door.LIMITS, 1_000_000))
    house = House(folder)
    house.start()
    said = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(said), sys.stdin)
    while line := await said.readline():  # until whoever started us is gone
        house.hear(line.decode())
    await house.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
