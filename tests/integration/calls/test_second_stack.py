"""baresip, a second SIP stack, as an operator's phone and as a caller."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.audio import has_tone, longest_gap_s, read, sine, tone
from tests.integration.hotline import Hotline, next_message
from tests.integration.phones import caller, softphone
from tests.integration.sip_tools import baresip

CALLER_HZ, OPERATOR_HZ = 1300, 700


@pytest.mark.parametrize("codec", ["PCMU/8000/1", "PCMA/8000/1", "G722/16000/1", "opus/48000/2"])
async def test_a_whole_call_with_baresip_as_the_operators_phone(straight: Hotline, tmp_path: Path, codec: str) -> None:
    operator = await straight.sign_in("operator1")
    said = tone(tmp_path / "caller.wav", CALLER_HZ, 3, 8000)
    heard = tmp_path / "heard.wav"
    async with baresip(tmp_path, _for_codec(tmp_path / "operator.wav", codec), codecs=codec) as phone:
        await operator.ready(phone.uri)
        async with caller(straight.uri, say=said, save=heard, seconds=8) as call:
            await phone.wait_for("CALL_ESTABLISHED")
            assert await call.ended() == 0
        await phone.wait_for("CALL_CLOSED")
        samples, rate = read(phone.heard())
        left = samples if samples.ndim == 1 else samples[:, 0]
        assert has_tone(left[rate:-rate], rate, CALLER_HZ), "the operator hears the caller"
    samples, rate = read(heard)
    assert has_tone(samples[-2 * rate :], rate, OPERATOR_HZ), "the caller hears the operator"


def _for_codec(path: Path, codec: str) -> Path:
    """A tone in a file as baresip wants it: at the codec's own rate and with its channels."""
    _, rate, channels = codec.split("/")
    mono = sine(OPERATOR_HZ, 20, int(rate))
    soundfile.write(path, np.column_stack([mono] * int(channels)), int(rate), subtype="PCM_16")
    return path


async def test_baresip_as_the_caller_hears_the_operator_without_a_gap(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    answer = tone(tmp_path / "operator.wav", OPERATOR_HZ, 30, 8000)
    async with softphone(audio=f"file:{answer},") as (_, uri):
        await operator.ready(uri)
        async with baresip(tmp_path, tone(tmp_path / "caller.wav", CALLER_HZ, 30, 8000)) as phone:
            await phone.dial(straight.uri)
            await phone.wait_for("CALL_ESTABLISHED")
            await asyncio.sleep(6)
            await phone.hang_up()
            await phone.wait_for("CALL_CLOSED")
            samples, rate = read(phone.heard())
    assert longest_gap_s(samples[-2 * rate :], rate, OPERATOR_HZ) < 0.1


async def test_keys_cross_the_bridge_both_ways(straight: Hotline, tmp_path: Path) -> None:
    """RFC 4733 from the caller to the operator's phone, and back."""
    operator = await straight.sign_in("operator1")
    socket = await operator.socket()
    async with baresip(tmp_path, tone(tmp_path / "operator.wav", OPERATOR_HZ, 30, 8000)) as phone:
        await operator.ready(phone.uri)
        async with softphone("caller", auto_answer=False) as (other, _):
            other.type(f"call {straight.uri}")
            await next_message(socket, "screen_pop")
            await phone.wait_for("CALL_ESTABLISHED")
            await other.says("talking")
            other.type("5")
            assert (await phone.wait_for("CALL_DTMF_START"))["param"] == "5"
            await phone.press("7")
            await other.says("digit 7")
    await socket.close()
