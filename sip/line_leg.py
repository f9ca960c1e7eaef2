"""The leg of a browser headset."""

import pjsua2 as pj

from sip.events import LegEnded
from sip.leg import Leg

# Frames of the jitter buffer in milliseconds. The defaults once let the delay drift to 200 ms (shared/BROWSER.md).
JITTER_BUFFER = {"jbInit": 0, "jbMinPre": 20, "jbMaxPre": 80, "jbMax": 120}


class LineLeg(Leg):
    """`why` goes before what SIP says of its end: status and reason of the program's own decision.

    `offered` are the codecs that the page may choose from.
    """

    offered: tuple[str, ...] = ()
    why: tuple[int, str] | None = None

    def onStreamPreCreate(self, prm: pj.OnStreamPreCreateParam) -> None:  # noqa: N802  # pjsua2's name
        for name, value in JITTER_BUFFER.items():
            setattr(prm.streamInfo, name, value)

    def _over(self, status: int, reason: str, cause: int = 0) -> None:
        if self.why is None:
            super()._over(status, reason, cause)
            return
        self.ended = True
        self.let_go()
        self._emit(LegEnded(self.number, *self.why, self.hung_up_by_us))
