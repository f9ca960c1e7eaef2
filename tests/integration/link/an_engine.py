"""A remote agent of the test's own, with real engine processes behind it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sip.events import IncomingCall, SipEvent
from sip.link.remote import RemoteAgent
from sip.link.supervisor import EngineState
from sip.options import AgentOptions
from tests.integration.sip.an_agent import Told

OPTIONS = AgentOptions(port=0, rtp_ports=(33300, 33399), legs=16, line_bind="127.0.0.1")


class Remote(Told):
    """Takes whatever call comes."""

    def __init__(self, options: AgentOptions = OPTIONS) -> None:
        super().__init__()
        self.states: list[EngineState] = []
        self.agent = RemoteAgent(options, self._on_event, form="json", changed=self._changed)

    @property
    def pid(self) -> int:
        found = self.agent.engine.pid
        assert found is not None
        return found

    def kill(self, number: int) -> None:
        os.kill(self.pid, number)

    async def is_up(self, within_s: float = 15) -> None:
        """Wait until an engine takes commands (again)."""
        async with asyncio.timeout(within_s):
            while not self.agent.engine.up:
                await asyncio.sleep(0.01)

    def _changed(self, state: EngineState) -> None:
        self.states.append(state)

    def _on_event(self, event: SipEvent) -> None:
        self.tell(event)
        if isinstance(event, IncomingCall):
            self.agent.answer(event.leg)


@asynccontextmanager
async def remote(options: AgentOptions = OPTIONS) -> AsyncIterator[Remote]:
    made = Remote(options)
    await made.agent.open()
    try:
        yield made
    finally:
        await made.agent.close()


def is_gone(pid: int) -> bool:
    """Whether the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
