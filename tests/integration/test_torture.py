"""The torture messages are what they claim to be, and an agent on the bare engine survives them."""

import re
from pathlib import Path
from typing import Literal

import pytest

from sip.options import AgentOptions
from tests.integration.sip.an_agent import watched
from tests.integration.sip_tools import call
from tests.integration.torture import torture
from tests.integration.torture_ipv6 import IPV6
from tests.integration.torture_messages import ALL, VALID, Torture, write
from tests.integration.uas_process import trivial_uas


@pytest.mark.parametrize("message", VALID, ids=lambda message: message.name)
def test_a_valid_message_has_its_true_length(message: Torture) -> None:
    head, _, body = message.encoded("127.0.0.1:5061").partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length\s*: (\d+)", head)
    assert length is not None
    assert int(length[1]) == (0 if message.name == "dblreq" else len(body))


def test_names_are_unique_and_each_becomes_a_file_without_gaps_to_fill(tmp_path: Path) -> None:
    write(tmp_path)
    files = list(tmp_path.glob("*.dat"))
    assert {path.stem for path in files} == {message.name for message in ALL}
    assert len(files) == len(ALL)
    assert not any(
        word in path.read_bytes() for path in files for word in (b"{via}", b"{transport}", b"{target}", b"{length}")
    )


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_an_agent_on_the_bare_engine_answers_the_valid_ones_and_lives_on(
    tmp_path: Path, transport: Literal["udp", "tcp"]
) -> None:
    async with trivial_uas() as uas:
        answers = await torture(uas.target, ALL, transport)
        for_a_phone = [message.name for message in VALID if message.method in ("INVITE", "OPTIONS")]
        assert {name for name in for_a_phone if not answers[name]} == set()
        assert (await call(tmp_path, "caller_options.xml", uas.target)).passed
        assert uas.is_running


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_addresses_of_ipv6_are_understood_or_refused_as_rfc_5118_wants(transport: Literal["udp", "tcp"]) -> None:
    async with watched(AgentOptions(port=0, rtp_ports=(41000, 41999)), answers=True) as ours:
        answers = await torture(ours.agent.address, [case.message for case in IPV6], transport)
        final = {name: {status for status in statuses if status >= 200} for name, statuses in answers.items()}
        assert final == {case.message.name: set(case.statuses) for case in IPV6}
        assert not ours.agent.legs
