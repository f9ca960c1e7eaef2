"""The engine that is shot at, a process of its own: answers every call, and hangs up on the oldest above some.

`python -m tests.fuzz.target open|limits`: with `open` the door lets everything through that is no stranger's, so that
the library's own parsers are met; with `limits` it stands as delivered, but for its rates.
"""

import asyncio
import sys

from sip import door
from sip.agent import SipAgent
from sip.door import Admission
from sip.events import IncomingCall, LegEnded, LegId, SipEvent
from sip.options import AgentOptions

MOST_CALLS = 40


async def main(how: str) -> None:
    door.MESSAGES_PER_S = door.POLLS_PER_S = door.REFUSALS_PER_S = door.REFUSALS_PER_S_IN_ALL = 0  # no limit
    if how == "open":
        door.LIMITS.update(dict.fromkeys(door.LIMITS, 1_000_000))
    legs: list[LegId] = []

    def on_event(event: SipEvent) -> None:
        match event:
            case IncomingCall(leg):
                agent.answer(leg)
                legs.append(leg)
                if len(legs) > MOST_CALLS:
                    agent.hang_up(legs.pop(0))
            case LegEnded(leg) if leg in legs:
                legs.remove(leg)

    agent = SipAgent(AgentOptions(port=0, rtp_ports=(46000, 48999), admission=Admission(calls_per_s=0)), on_event)
    agent.start()
    print(agent.address, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until whoever started us is gone
    await agent.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
