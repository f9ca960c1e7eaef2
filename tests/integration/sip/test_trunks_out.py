"""Trunks that ask for credentials, or will not have our keys, at calls out."""

import re
from pathlib import Path

import pytest

from sip.events import LegAnswered, LegEnded, MediaActive
from sip.options import AgentOptions, Credentials, SrtpUse
from tests.integration.sip.an_agent import watched
from tests.integration.sip_tools import Sipp, sipp

RTP = (33200, 33299)
KEY = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw"


ORIGIN = {
    "answer": "401 Unauthorized",
    "challenge": "WWW-Authenticate",
    "check": '<verifyauth assign_to="valid" username="1500" password="rahasia-trunk"/>',
}
PROXY = {  # sipp checks the answer to a 401 alone
    "answer": "407 Proxy Authentication Required",
    "challenge": "Proxy-Authenticate",
    "check": '<ereg regexp="username=.1500." search_in="hdr" header="Proxy-Authorization:" assign_to="valid"/>',
}


def options(trunk: Sipp, password: str = "rahasia-trunk") -> AgentOptions:
    credentials = Credentials("provider", f"127.0.0.1:{trunk.port}", "1500", password)
    return AgentOptions(port=0, rtp_ports=RTP, legs=4, credentials=(credentials,))


@pytest.mark.parametrize("keys", [ORIGIN, PROXY], ids=["401", "407"])
async def test_a_trunk_that_asks_for_credentials_gets_them_without_a_registration(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    async with sipp(tmp_path, "trunk_challenge.xml", keys=keys) as trunk, watched(options(trunk)) as us:
        own = f"sip:+62221234567@127.0.0.1:{trunk.port}"
        leg = us.agent.call(trunk.uri, trunk="provider", identity=own)
        await us.tells(lambda: us.told(LegAnswered) or us.told(LegEnded))
        assert us.told(LegAnswered), us.told(LegEnded)
        us.agent.hang_up(leg)
        assert (await trunk.result()).passed
        assert re.search(r"\nFrom: <?sip:\+62221234567@", trunk.messages()), "our number, not the account"
        assert "\nREGISTER " not in trunk.messages()


@pytest.mark.parametrize(("password", "name"), [("bukan-itu", "provider"), ("rahasia-trunk", "another")])
async def test_wrong_credentials_or_those_of_another_trunk_open_nothing(
    tmp_path: Path, password: str, name: str
) -> None:
    async with sipp(tmp_path, "trunk_challenge.xml", keys=ORIGIN) as trunk, watched(options(trunk, password)) as us:
        us.agent.call(trunk.uri, trunk=name)
        await us.tells(lambda: us.told(LegEnded))
        assert us.told(LegEnded)[0].status == (403 if name == "provider" else 401)
        assert ("username=" in trunk.messages()) is (name == "provider"), "a password is for its own trunk"


@pytest.mark.parametrize("profile", ["RTP/SAVP", "RTP/AVP"])
async def test_keys_are_used_however_the_answer_names_them(tmp_path: Path, profile: str) -> None:
    keys = {"profile": profile, "attribute": KEY}
    async with (
        sipp(tmp_path, "phone_answers.xml", keys=keys) as phone,
        watched(AgentOptions(port=0, rtp_ports=RTP, legs=4)) as us,
    ):
        leg = us.agent.call(phone.uri)
        await us.tells(lambda: us.told(MediaActive) or us.told(LegEnded))
        assert us.told(MediaActive), us.told(LegEnded)
        assert re.search(r"m=audio \d+ RTP/AVP ", phone.messages()), "offered so that everybody understands it"
        us.agent.hang_up(leg)
        assert (await phone.result()).passed


async def test_a_trunk_that_refuses_our_keys_is_called_once_more_without(tmp_path: Path) -> None:
    async with (
        sipp(tmp_path, "trunk_refuses_keys.xml", calls=2) as trunk,
        watched(AgentOptions(port=0, rtp_ports=RTP, legs=4)) as us,
    ):
        leg = us.agent.call(trunk.uri, {"X-About": "this call"})
        await us.tells(lambda: us.told(LegAnswered) or us.told(LegEnded))
        assert us.told(LegAnswered) == [LegAnswered(leg)] and us.told(LegEnded) == [], "nobody is told of the first try"
        us.agent.hang_up(leg)
        await us.tells(lambda: us.told(LegEnded))
        assert us.told(LegEnded)[0].by_us and us.agent.legs == []
        assert (await trunk.result()).passed
        assert trunk.messages().count("X-About: this call") == 2


@pytest.mark.parametrize(("srtp", "tries"), [("required", 1), ("off", 1), ("optional", 2)])
async def test_a_refusal_that_stays_is_told(tmp_path: Path, srtp: SrtpUse, tries: int) -> None:
    keys = {"answer": "488 Not Acceptable Here", "header": "Warning: 399 t no"}
    async with (
        sipp(tmp_path, "phone_refuses.xml", keys=keys, calls=tries) as trunk,
        watched(AgentOptions(port=0, rtp_ports=RTP, legs=4, srtp=srtp)) as us,
    ):
        us.agent.call(trunk.uri)
        await us.tells(lambda: us.told(LegEnded))
        assert [each.status for each in us.told(LegEnded)] == [488]
        assert (await trunk.result()).passed
        assert len(set(re.findall(r"Call-ID: (\S+)", trunk.messages()))) == tries
