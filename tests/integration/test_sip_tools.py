"""The tools call each other: sipp's callers reach sipp's phones, and baresip reaches baresip."""

import asyncio
import socket
from pathlib import Path

import pytest

from tests import audio
from tests.integration.sip_tools import HOST, Baresip, baresip, call, sipp


def target_of(port: int) -> str:
    return f"{HOST}:{port}"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_caller_reaches_a_phone_and_hangs_up(tmp_path: Path, transport: str) -> None:
    async with sipp(tmp_path, "phone_answer.xml", milliseconds=200, transport=transport) as phone:
        target = target_of(phone.port)
        caller = await call(tmp_path, "caller.xml", target, numbers=["+62811"], milliseconds=300, transport=transport)
        assert caller.passed, caller
        assert (await phone.result()).passed
        assert "From: <sip:+62811@" in phone.messages()


async def test_many_callers_come_from_numbers_in_turn(tmp_path: Path) -> None:
    async with sipp(tmp_path, "phone_answer.xml", calls=10, milliseconds=50) as phone:
        numbers = [f"+62812{n}" for n in range(5)]
        caller = await call(
            tmp_path, "caller.xml", target_of(phone.port), numbers=numbers, calls=10, per_second=50, milliseconds=200
        )
        assert caller.passed, caller
        assert (await phone.result()).passed
        assert all(f"<sip:{number}@" in caller.messages for number in numbers)


async def test_a_phone_that_hangs_up_ends_the_call_of_a_caller_who_waits(tmp_path: Path) -> None:
    async with sipp(tmp_path, "phone_answer_then_bye.xml", milliseconds=200) as phone:
        caller = await call(tmp_path, "caller_waits_for_bye.xml", target_of(phone.port), milliseconds=5000)
        assert caller.passed, caller
        assert (await phone.result()).passed


async def test_a_caller_who_waits_in_vain_for_a_hang_up_fails(tmp_path: Path) -> None:
    async with sipp(tmp_path, "phone_answer.xml", milliseconds=50) as phone:
        caller = await call(tmp_path, "caller_waits_for_bye.xml", target_of(phone.port), milliseconds=500)
        assert not caller.passed


@pytest.mark.parametrize("phone_scenario", ["phone_noanswer.xml", "phone_answer.xml"])
async def test_a_caller_cancels_while_a_phone_rings(tmp_path: Path, phone_scenario: str) -> None:
    async with sipp(tmp_path, phone_scenario, milliseconds=3000) as phone:
        caller = await call(tmp_path, "caller_cancel.xml", target_of(phone.port), milliseconds=300)
        assert caller.passed, caller
        assert "SIP/2.0 487" in caller.messages
        result = await phone.result()
        assert result.passed, result


@pytest.mark.parametrize("answer_ms", [0, 300])
async def test_a_caller_who_wants_to_cancel_and_is_answered_first_hangs_up(tmp_path: Path, answer_ms: int) -> None:
    async with sipp(tmp_path, "phone_answer.xml", milliseconds=answer_ms or 1) as phone:
        caller = await call(tmp_path, "caller_cancel.xml", target_of(phone.port), milliseconds=500)
        assert caller.passed, caller
        assert "BYE sip:" in caller.messages
        result = await phone.result()
        assert result.passed, result


async def test_cancels_that_cross_the_answer_end_cleanly_either_way(tmp_path: Path) -> None:
    async with sipp(tmp_path, "phone_answer.xml", calls=20, milliseconds=200) as phone:
        caller = await call(
            tmp_path, "caller_cancel.xml", target_of(phone.port), calls=20, per_second=100, milliseconds=200
        )
        assert caller.passed, caller
        result = await phone.result()
        assert result.passed, result


async def test_a_busy_phone_fails_the_caller(tmp_path: Path) -> None:
    async with sipp(tmp_path, "phone_busy.xml") as phone:
        caller = await call(tmp_path, "caller.xml", target_of(phone.port))
        assert not caller.passed
        assert "SIP/2.0 486" in caller.messages
        assert (await phone.result()).passed


async def test_a_phone_nobody_calls_is_gone_when_it_is_no_longer_needed(tmp_path: Path) -> None:
    async with sipp(tmp_path, "phone_answer.xml") as phone:
        with pytest.raises(TimeoutError):
            await phone.result(0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, phone.port))  # raises while someone still has it


async def test_a_scenario_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await call(tmp_path, "no_such_scenario.xml", target_of(5060))


async def established(phone: Baresip, uri: str) -> None:
    await phone.dial(uri)
    await phone.wait_for("CALL_ESTABLISHED")


async def test_two_baresips_hear_each_other_and_a_digit(tmp_path: Path) -> None:
    low, high = audio.tone(tmp_path / "low.wav", 440, 20), audio.tone(tmp_path / "high.wav", 1000, 20)
    async with baresip(tmp_path, low) as caller, baresip(tmp_path, high) as callee:
        await established(caller, callee.uri)
        await caller.press("5")
        assert (await callee.wait_for("CALL_DTMF_START"))["param"] == "5"
        await asyncio.sleep(1.5)  # real time must pass: they talk
        await caller.hang_up()
        await callee.wait_for("CALL_CLOSED")
        for phone, hz in ((caller, 1000), (callee, 440)):
            samples, rate = audio.read(phone.heard())
            assert audio.sounding_s(samples, rate, hz) > 1


async def test_baresip_hears_itself_through_a_sipp_phone_that_echoes(tmp_path: Path) -> None:
    tone = audio.tone(tmp_path / "tone.wav", 700, 20)
    async with (
        sipp(tmp_path, "phone_answer.xml", milliseconds=50, echo=True) as phone,
        baresip(tmp_path, tone) as caller,
    ):
        await established(caller, phone.uri)
        await asyncio.sleep(1)  # real time must pass: it talks
        await caller.hang_up()
        assert (await phone.result()).passed
        samples, rate = audio.read(caller.heard())
        assert audio.has_tone(samples[rate // 2 :], rate, 700)
