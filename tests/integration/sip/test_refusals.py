"""What a phone or a network says when it refuses or ends a call, through the real engine."""

from pathlib import Path

import pytest

from sip.events import LegEnded
from sip.options import AgentOptions
from sip.statuses import Unanswered, how_ended, why_unanswered
from tests.integration.plain_caller import plain_call
from tests.integration.sip.an_agent import watched
from tests.integration.sip_tools import free_port, sipp

OPTIONS = AgentOptions(port=0, rtp_ports=(33100, 33199), legs=4)


@pytest.mark.parametrize(
    ("answer", "header", "status", "cause", "why"),
    [
        ("302 Moved Temporarily", "Contact: <sip:elsewhere@127.0.0.1:{port}>", 302, 0, Unanswered.FORWARDED),
        ("301 Moved Permanently", "Contact: <sip:elsewhere@127.0.0.1:{port}>", 301, 0, Unanswered.FORWARDED),
        ("480 Unavailable", 'Reason: Q.850;cause=17;text="User busy"', 480, 17, Unanswered.BUSY),
        ("503 Unavailable", "Reason: SIP;cause=503, Q.850;cause=1", 503, 1, Unanswered.NO_SUCH_NUMBER),
        ("486 Busy Here", "Reason: SIP;cause=486", 486, 0, Unanswered.BUSY),
    ],
)
async def test_a_refusal_is_told_with_what_the_network_says_of_it(
    tmp_path: Path, answer: str, header: str, status: int, cause: int, why: Unanswered
) -> None:
    keys = {"answer": answer, "header": header.format(port=free_port())}
    async with sipp(tmp_path, "phone_refuses.xml", keys=keys) as phone, watched(OPTIONS) as us:
        us.agent.call(phone.uri)
        await us.tells(lambda: us.told(LegEnded))
        (end,) = us.told(LegEnded)
        assert (end.status, end.cause, end.by_us) == (status, cause, False)
        assert why_unanswered(end.status, end.cause) is why
        assert (await phone.result()).passed
        assert us.agent.legs == [], "nobody is called who was not asked for"


async def test_a_hang_up_carries_the_telephone_networks_cause() -> None:
    async with watched(OPTIONS, answers=True) as us:
        lines, farewell = ["From: <sip:0812@t>;tag=1"], ['Reason: Q.850;cause=38;text="Network out of order"']
        assert await plain_call(us.agent.address, lines, farewell=farewell) == 200
        await us.tells(lambda: us.told(LegEnded))
        (end,) = us.told(LegEnded)
        assert (end.status, end.cause, end.by_us) == (200, 38, False)
        assert how_ended(end.status, end.cause) == "q850_38"
