"""A SIP agent of ours in the test's own process, and all it has told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sip.agent import SipAgent
from sip.events import IncomingCall, SipEvent
from sip.options import AgentOptions

Event = TypeVar("Event")


class Told:
    """What an agent has told so far."""

    def __init__(self) -> None:
        self.events: list[SipEvent] = []
        self._news = asyncio.Event()

    def tell(self, event: SipEvent) -> None:
        self.events.append(event)
        self._news.set()

    def told(self, kind: type[Event]) -> list[Event]:
        """All events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

    async def tells(self, holds: Callable[[], object], within_s: float = 15) -> None:
        """Wait until `holds` does. Raises `TimeoutError`."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._news.clear()
                await self._news.wait()


class Watched(Told):
    """With `answers` it takes whatever call comes."""

    def __init__(self, options: AgentOptions, *, answers: bool) -> None:
        super().__init__()
        self.agent = SipAgent(options, self._on_event)
        self._answers = answers

    def _on_event(self, event: SipEvent) -> None:
        self.tell(event)
        if self._answers and isinstance(event, IncomingCall):
            self.agent.answer(event.leg)


@asynccontextmanager
async def watched(options: AgentOptions, *, answers: bool = False) -> AsyncIterator[Watched]:
    made = Watched(options, answers=answers)
    made.agent.start()
    try:
        yield made
    finally:
        await made.agent.close()
