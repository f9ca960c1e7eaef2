"""A caller without a telephone: one real SIP call that presses keys, says a file and records what it hears."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sip.agent import SipAgent
from sip.events import LegAnswered, LegEnded, LegId, MediaActive, PlaybackFinished, SipEvent
from sip.mixer import RELEASE_AFTER_S
from sip.options import AgentOptions

KEY_EVERY_S = 2.0
SETUP_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What the caller does. In `keys` a comma waits `KEY_EVERY_S` longer; `seconds` is from answer to hang-up."""

    uri: str
    heard: Path
    keys: str = ""
    say: Sequence[Path] = ()
    seconds: float = 30.0


@dataclass(slots=True)
class CallOutcome:
    """How it went. Times are seconds from the INVITE; `status` is the final SIP status of the call."""

    answered_after_s: float | None = None
    ended_after_s: float | None = None
    ended_by_us: bool = False
    status: int = 0
    reason: str = ""
    keys_sent: list[str] = field(default_factory=list)


class TestCaller:
    """Places one call by a plan. `notice` is told each turn of it as it happens, in the words of SIP."""

    __test__ = False  # a user agent, not a test case

    def __init__(self, options: AgentOptions) -> None:
        self._agent = SipAgent(options, self._on_event)
        self._leg: LegId | None = None
        self._answered = asyncio.Event()
        self._ended = asyncio.Event()
        self._plan: CallPlan | None = None
        self._placed_at = 0.0
        self.outcome = CallOutcome()

    @property
    def answered(self) -> asyncio.Event:
        return self._answered

    async def place(self, plan: CallPlan) -> CallOutcome:
        """Run the whole call; always ends within the set-up limit plus the plan's seconds. Raises `SipError`."""
        self._agent.start()
        try:
            self._plan = plan
            self._placed_at = self._now()
            self._leg = self._agent.call(plan.uri)
            if await self._happens(self._answered, SETUP_LIMIT_S):
                await self._talk(self._leg, plan)
            self._agent.hang_up(self._leg)
            await self._happens(self._ended, 5)
            await asyncio.sleep(RELEASE_AFTER_S)
        finally:
            await self._agent.close()
        return self.outcome

    def hang_up(self) -> None:
        """End the call early; `place` then returns."""
        if self._leg is not None:
            self._agent.hang_up(self._leg)

    async def _talk(self, leg: LegId, plan: CallPlan) -> None:
        keys = asyncio.create_task(self._press(leg, plan.keys))
        await self._happens(self._ended, plan.seconds)
        keys.cancel()
        await asyncio.gather(keys, return_exceptions=True)

    async def _press(self, leg: LegId, keys: str) -> None:
        for key in keys:
            await asyncio.sleep(KEY_EVERY_S)
            if key != ",":
                self._agent.send_digits(leg, key)
                self.outcome.keys_sent.append(key)

    async def _happens(self, event: asyncio.Event, within_s: float) -> bool:
        """Wait for `event`, or for the end of the call."""
        waits = [asyncio.create_task(each.wait()) for each in {event, self._ended}]
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        return event.is_set()

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case MediaActive(leg) if self._plan is not None and not self._agent.mixer.is_recording(leg):
                self._agent.mixer.record(leg, self._plan.heard)  # once: early media and the answer both tell of it
                self._say(leg)
            case PlaybackFinished(leg):
                self._say(leg)
            case LegAnswered():
                self.outcome.answered_after_s = self._now() - self._placed_at
                self._answered.set()
            case LegEnded(status=status, reason=reason, by_us=by_us):
                self.outcome.ended_after_s = self._now() - self._placed_at
                self.outcome.status, self.outcome.reason, self.outcome.ended_by_us = status, reason, by_us
                self._ended.set()
            case _:
                pass

    def _say(self, leg: LegId) -> None:
        if self._plan is not None and self._plan.say:
            self._agent.mixer.play(leg, self._plan.say, 1)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
