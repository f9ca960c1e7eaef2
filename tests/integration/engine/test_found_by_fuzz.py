"""What `make fuzz` has found: each message ended the engine once."""

import asyncio

import pytest

from sip.door import Admission
from sip.options import AgentOptions
from tests.integration.sip.an_agent import watched
from tests.integration.sip.raw_sip import OFFER, Dialog, RawSip, call

SDP = "Content-Type: application/sdp\r\n"


@pytest.mark.parametrize("name", ["ptime", "maxptime", "rtcp", "rtpmap", "crypto", "candidate", "fmtp", "fingerprint"])
@pytest.mark.parametrize("value", [":", "", ": "])
async def test_an_attribute_without_a_value(name: str, value: str) -> None:
    await is_survived(OFFER + f"a={name}{value}\r\n")


@pytest.mark.parametrize("blank", ["\r\n", "\n", "\r"])
async def test_empty_lines_that_go_on_behind_the_body(blank: str) -> None:
    async with watched(options()) as agent:
        with RawSip(agent.agent.address) as raw:
            message = raw.request("INVITE", Dialog(), headers=SDP, body=blank * 2)
            for _ in range(3):
                raw.send(message + blank.encode() * 40)
            await is_alive(raw)


NO_ADDRESS = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"


@pytest.mark.parametrize("port", [0, 40000])
@pytest.mark.parametrize("in_a_call", [False, True])
async def test_a_media_line_without_any_address(port: int, in_a_call: bool) -> None:
    async with watched(options(), answers=True) as agent:
        with RawSip(agent.agent.address) as raw:
            dialog = await asyncio.to_thread(call, raw) if in_a_call else Dialog()
            raw.send(raw.request("INVITE", dialog, headers=SDP, body=NO_ADDRESS.format(port=port)))
            answer = await asyncio.to_thread(raw.final, 2)
            assert answer is not None and answer.status in (200, 400, 415, 488)
            await is_alive(raw)


async def test_a_call_id_that_is_no_text() -> None:
    async with watched(options(), answers=True) as agent:
        with RawSip(agent.agent.address) as raw:
            message = raw.request("INVITE", Dialog(), headers=SDP, body=OFFER)
            raw.send(message.replace(b"Call-ID: raw-", b"Call-ID: \xff\xfe"))
            answer = await asyncio.to_thread(raw.final, 3)
            assert answer is not None and answer.status == 200
            for leg in agent.agent.legs:
                agent.agent.hang_up(leg)


def options() -> AgentOptions:
    return AgentOptions(port=0, rtp_ports=(41000, 41999), admission=Admission())


async def is_survived(body: str) -> None:
    async with watched(options()) as agent:
        with RawSip(agent.agent.address) as raw:
            raw.send(raw.request("INVITE", Dialog(), headers=SDP, body=body))
            await asyncio.to_thread(raw.final, 0.1)
            await is_alive(raw)


async def is_alive(raw: RawSip) -> None:
    with RawSip(":".join(map(str, raw._socket.getpeername()))) as asking:
        asking.send(asking.request("OPTIONS", Dialog()))
        answer = await asyncio.to_thread(asking.final, 3)
    assert answer is not None and answer.status == 200
