"""RFC 4475's and RFC 5118's messages against the running hotline: no crash, no hang, no call that stays."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from tests.integration.hotline import Hotline
from tests.integration.sip_tools import call
from tests.integration.torture import torture
from tests.integration.torture_ipv6 import IPV6
from tests.integration.torture_messages import ALL

NO_ACK_S = 45  # an answered INVITE whose ACK never comes is given up after 64 × T1 = 32 s (RFC 3261 section 13.3.1.4)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_the_hotline_survives_torture_and_serves_the_next_caller(
    house: Hotline, tmp_path: Path, transport: Literal["udp", "tcp"]
) -> None:
    await torture(house.sip, [*ALL, *(case.message for case in IPV6)], transport)
    result = await call(tmp_path, "caller.xml", house.sip, milliseconds=500)
    assert result.passed, result
    supervisor = await house.sign_in("supervisor")
    async with asyncio.timeout(NO_ACK_S):
        while (await supervisor.get("/live"))["calls"]:
            await asyncio.sleep(0.2)
    assert "Traceback" not in house.log_text
    assert await house.stop() == 0
