"""One SIP agent after another in the same process."""

import gc

from sip.events import LineOffer
from sip.options import AgentOptions
from tests.integration.sip.an_agent import Watched, watched

OPTIONS = AgentOptions(port=0, line_bind="127.0.0.1")


async def opens_a_line(agent: Watched) -> None:
    leg = agent.agent.open_line("operator1")
    await agent.tells(lambda: any(offer.leg == leg for offer in agent.told(LineOffer)))


async def test_what_python_kept_of_a_closed_agent_does_not_harm_the_next() -> None:
    """Python destroys what is left of the first when it likes: here, in the midst of the second."""
    async with watched(OPTIONS) as first:
        await opens_a_line(first)
    gc.disable()
    try:
        async with watched(OPTIONS) as second:
            await opens_a_line(second)
            del first
            gc.collect()
            await opens_a_line(second)
    finally:
        gc.enable()
