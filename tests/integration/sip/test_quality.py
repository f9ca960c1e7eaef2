"""Silence and quality of real legs: a phone is frozen, thawed, put on hold and hung up under the agent's eyes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sip.agent import SipAgent
from sip.events import IncomingCall, LegAnswered, LegEnded, LegHeard, LegSilent, Quality, SipEvent
from sip.options import AgentOptions
from tests.integration.phones import UserAgent, softphone
from tests.integration.sip_tools import call, free_port

TIMEOUT_S = 1.0


@dataclass(slots=True)
class Line:
    """An agent of ours and all it has told."""

    events: list[SipEvent] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def on_event(self, event: SipEvent) -> None:
        self.events.append(event)
        self._news.set()

    def told[E](self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def tells(self, holds: Callable[[], object], within_s: float = 10) -> None:
        async with asyncio.timeout(within_s):
            while not holds():
                self._news.clear()
                await self._news.wait()
