"""Browser headsets: a line stands from the moment an operator's page may use the microphone until the page goes.

Answering is then only a bridge; a microphone that does not work shows before the shift; and a page that is gone is
noticed between calls too, because its sound stops (docs/decisions/0004-browser-line.md).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import structlog

from sip.events import LegEnded, LegId, LegSilent, LineOffer, LineUp
from sip.ports import Agent

log = structlog.get_logger(__name__)

TRY_AGAIN_S = (0.5, 2.0, 5.0)
"""A line that did not come up is offered again after so long, then every last one."""

Send = Callable[[str, Mapping[str, Any]], None]
"""To the one page that has the headset: message type and payload. Never waits, never fails."""


class Watcher(Protocol):
    """Who is told of headsets that come and go."""

    def headset_up(self, operator: str, leg: LegId) -> None: ...
    def headset_down(self, operator: str, leg: LegId) -> None: ...
    def headset_moved(self, old: LegId, new: LegId) -> None: ...


@dataclass(slots=True, eq=False)
class _Page:
    """An operator's page that has the headset. `coming` is being set up; `leg` is up.

    `wide`: the newer of the two is for wide band.
    """

    operator: str
    send: Send
    peer: str
    wide: bool = False
    coming: LegId | None = None
    leg: LegId | None = None
    failures: int = 0
    again: asyncio.TimerHandle | None = None


class Headsets:
    """One line per operator. A new page takes the headset over: the old line is up until the new one is."""

    def __init__(self, agent: Agent, watcher: Watcher) -> None:
        self._agent = agent
        self._watcher = watcher
        self._pages: dict[str, _Page] = {}
        self._by_leg: dict[LegId, _Page] = {}

    def owns(self, leg: LegId) -> bool:
        return leg in self._by_leg

    def leg_of(self, operator: str) -> LegId | None:
        """The operator's line, if it is up."""
        page = self._pages.get(operator)
        return None if page is None else page.leg

    def state(self, operator: str) -> Literal["off", "connecting", "up"]:
        page = self._pages.get(operator)
        if page is None:
            return "off"
        return "connecting" if page.leg is None else "up"

    # --- what the page tells --------------------------------------------------------------------------------------

    def ready(self, operator: str, send: Send, peer: str) -> None:
        """The page at address `peer` has the microphone: offer it a line."""
        before = self._pages.get(operator)
        page = _Page(operator, send, peer)
        if before is not None:
            page.wide, page.leg = before.wide, before.leg
            self._forget_timer(before)
            if before.coming is not None:
                self._drop(before.coming)
        if page.leg is not None:
            self._by_leg[page.leg] = page
        self._pages[operator] = page
        self._offer(page)

    def answered(self, operator: str, line: LegId, sdp: str) -> None:
        """The page's answer to the offer of `line`; one for an older line is ignored."""
        page = self._pages.get(operator)
        if page is None or page.coming != line:
            return
        self._agent.answer_line(line, sdp, peer=page.peer)

    def off(self, operator: str, send: Send | None = None) -> None:
        """The page has no microphone any more, or is gone (`send` says which page; none: whichever)."""
        page = self._pages.get(operator)
        if page is None or send not in (None, page.send):
            return
        del self._pages[operator]
        self._forget_timer(page)
        for leg in (page.coming, page.leg):
            if leg is not None:
                self._drop(leg)
        if page.leg is not None:
            self._watcher.headset_down(operator, page.leg)

    def tune(self, operator: str, *, wide: bool) -> None:
        """Whom the operator is about to talk with speaks wide band, or does not: a line that differs is renewed.

        A wideband line is several times the work, so it is not kept for narrowband callers. The renewal takes a tenth
        of a second while the headset rings; a call that is answered meanwhile is moved (`Watcher.headset_moved`).
        """
        page = self._pages.get(operator)
        if page is None or not self._agent.has_wide_lines:
            return
        if page.leg is not None and page.coming is None and page.wide != wide:
            page.wide = wide
            self._offer(page)

    # --- what the telephone side tells ----------------------------------------------------------------------------

    def on_event(self, event: LineOffer | LineUp | LegSilent | LegEnded) -> None:
        page = self._by_leg.get(event.leg)
        if page is None:
            return
        match event:
            case LineOffer(leg=leg, sdp=sdp) if leg == page.coming:
                page.send("headset_offer", {"line": leg, "sdp": sdp})
                if page.leg is None:
                    page.send("headset", {"state": "connecting", "line": leg, "reason": None})
            case LineUp(leg=leg) if leg == page.coming:
                self._came_up(page, leg)
            case LegSilent(leg=leg) if leg == page.leg:
                log.warning("headset_silent", operator=page.operator)
                self._agent.hang_up(leg)
                self._lost(page, leg, "no_sound")
            case LegEnded(leg=leg, reason=reason):
                self._by_leg.pop(leg, None)
                self._lost(page, leg, reason)
            case _:
                pass

    def _came_up(self, page: _Page, leg: LegId) -> None:
        old, page.leg, page.coming, page.failures = page.leg, leg, None, 0
        page.send("headset", {"state": "up", "line": leg, "reason": None})
        log.info("headset_up", operator=page.operator)
        if old is not None:
            self._agent.renewed(old, leg)
            self._watcher.headset_moved(old, leg)
            self._drop(old)  # only now: a call on it has been moved to the new one
        self._watcher.headset_up(page.operator, leg)

    def _lost(self, page: _Page, leg: LegId, reason: str) -> None:
        if leg not in (page.leg, page.coming):
            return
        was_up = leg == page.leg
        if was_up:
            page.leg = None
        else:
            page.coming = None
            page.failures += 1
        page.send("headset", {"state": "down", "line": leg, "reason": reason})
        if was_up:
            self._watcher.headset_down(page.operator, leg)
        self._offer_later(page)

    def _offer_later(self, page: _Page) -> None:
        if self._pages.get(page.operator) is not page or page.coming is not None or page.again is not None:
            return
        wait_s = TRY_AGAIN_S[min(page.failures, len(TRY_AGAIN_S) - 1)]
        page.again = asyncio.get_running_loop().call_later(wait_s, self._offer, page)

    def _offer(self, page: _Page) -> None:
        page.again = None
        page.coming = self._agent.open_line(page.operator, wide=page.wide)
        self._by_leg[page.coming] = page

    def _drop(self, leg: LegId) -> None:
        self._by_leg.pop(leg, None)
        self._agent.hang_up(leg)

    def _forget_timer(self, page: _Page) -> None:
        if page.again is not None:
            page.again.cancel()
            page.again = None
