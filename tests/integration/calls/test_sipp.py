"""Foreign callers and phones (sipp) against the hotline: what a network does to a call at every turn."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.integration.hotline import STRAIGHT_FLOW, Hotline, Person, hotline, next_message
from tests.integration.sip_tools import call, free_port, sipp

MANY_RULES = """
queues:
  - name: utama
    label: {id: Antrean uji, en: Test queue}
    ring_s: 10
    wrap_up_s: 0
    max_wait_s: 300
"""


async def until(person: Person, holds: Any, within_s: float = 20) -> Any:
    """Poll the live picture until it is as wanted; returns it."""
    async with asyncio.timeout(within_s):
        while not holds(live := await person.get("/live")):
            await asyncio.sleep(0.05)
        return live


def presence_of(live: Any, operator: str) -> Any:
    return next(each for each in live["operators"] if each["operator"] == operator)


async def test_options_is_answered(house: Hotline, tmp_path: Path) -> None:
    assert (await call(tmp_path, "caller_options.xml", house.sip)).passed


async def test_an_offer_without_audio_or_common_codec_is_refused_with_488(house: Hotline, tmp_path: Path) -> None:
    for scenario in ("caller_no_common_codec.xml", "caller_no_audio.xml"):
        result = await call(tmp_path, scenario, house.sip)
        assert result.passed, (scenario, result)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_foreign_caller_is_answered_and_may_hang_up(house: Hotline, tmp_path: Path, transport: str) -> None:
    result = await call(tmp_path, "caller.xml", house.sip, transport=transport, milliseconds=500)
    assert result.passed, result


@pytest.mark.parametrize("milliseconds", [0, 5, 50])
async def test_a_cancel_at_any_moment_leaves_no_call(house: Hotline, tmp_path: Path, milliseconds: int) -> None:
    supervisor = await house.sign_in("supervisor")
    result = await call(tmp_path, "caller_cancel.xml", house.sip, milliseconds=milliseconds)
    assert result.passed, result
    await until(supervisor, lambda live: live["calls"] == [])


async def test_hold_by_the_address_0_0_0_0_is_answered_as_hold_and_ends(house: Hotline, tmp_path: Path) -> None:
    result = await call(tmp_path, "caller_old_hold.xml", house.sip, milliseconds=300)
    assert result.passed, result


async def test_reinvite_and_update_are_answered_in_a_call(house: Hotline, tmp_path: Path) -> None:
    result = await call(tmp_path, "caller_reinvite.xml", house.sip, milliseconds=300)
    assert result.passed, result


async def test_keys_by_sip_info_choose_from_the_menu(house: Hotline, tmp_path: Path) -> None:
    supervisor = await house.sign_in("supervisor")
    async with sipp(tmp_path, "caller_info_dtmf.xml", house.sip, milliseconds=3000, keys={"digit": "1"}) as caller:
        live = await until(supervisor, lambda live: any(each["queue"] for each in live["calls"]))
        assert live["calls"][0]["kind"] == "informasi"
        assert (await caller.result()).passed


async def owed_calls(person: Person) -> list[dict[str, Any]]:
    """The tickets to call back; the page may hear of a caller who left before that is stored."""
    async with asyncio.timeout(10):
        while not (owed := (await person.get("/tickets", callback="true"))["items"]):
            await asyncio.sleep(0.05)
    return list(owed)


async def test_a_caller_who_goes_while_the_phone_rings_stops_it_and_is_to_be_called_back(
    straight: Hotline, tmp_path: Path
) -> None:
    operator = await straight.sign_in("operator1")
    async with sipp(tmp_path, "phone_noanswer.xml") as phone:
        await operator.ready(phone.uri)
        socket = await operator.socket()
        result = await call(tmp_path, "caller.xml", straight.sip, milliseconds=1500)
        assert result.passed, result
        assert (await phone.result(10)).passed, "the phone got a CANCEL and answered 487"
        notice = await next_message(socket, "notice")
        assert notice["code"] == "caller_left"
        await socket.close()
    assert [ticket["callback"]["reason"] for ticket in await owed_calls(operator)] == ["missed"]
    live = await until(operator, lambda live: presence_of(live, "operator1")["state"] == "ready")
    assert live["today"]["abandoned"] == 1 and live["today"]["non_responses"] == 0


async def test_an_operator_who_does_not_answer_is_paused_after_the_second_time_and_the_caller_keeps_the_place(
    straight: Hotline, tmp_path: Path
) -> None:
    operator = await straight.sign_in("operator1")
    async with sipp(tmp_path, "phone_noanswer.xml", calls=2) as phone:
        await operator.ready(phone.uri)
        async with sipp(tmp_path, "caller.xml", straight.sip, milliseconds=25_000) as first:
            await until(operator, lambda live: presence_of(live, "operator1")["state"] == "ringing")
            async with sipp(tmp_path, "caller.xml", straight.sip, numbers=["+6281300000002"], milliseconds=25_000):
                live = await until(operator, lambda live: presence_of(live, "operator1")["state"] == "paused", 30)
                assert presence_of(live, "operator1")["reason"] == "non_response"
                callers = live["queues"][0]["callers"]
                assert [each["position"] for each in callers] == [1, 2]
                supervisor = await straight.sign_in("supervisor")
                numbers = [each["number"] for each in (await supervisor.get("/live"))["queues"][0]["callers"]]
                assert numbers == ["+6281234567890", "+6281300000002"], "the first caller is still the first"
            assert first


async def test_a_busy_phone_pauses_its_operator_and_the_next_one_is_rung(straight: Hotline, tmp_path: Path) -> None:
    busy, free = await straight.sign_in("operator1"), await straight.sign_in("operator2")
    async with sipp(tmp_path, "phone_busy.xml") as busy_phone, sipp(tmp_path, "phone_answer.xml") as phone:
        await busy.ready(busy_phone.uri)
        await free.ready(phone.uri)
        result = await call(tmp_path, "caller.xml", straight.sip, milliseconds=4000)
        assert result.passed, result
        assert (await phone.result()).passed
    live = await busy.get("/live")
    assert presence_of(live, "operator1")["reason"] == "phone_unreachable"
    assert live["today"]["answered"] == 1


async def test_a_phone_that_forwards_its_calls_is_told_as_such_and_the_next_one_is_rung(
    straight: Hotline, tmp_path: Path
) -> None:
    away, free = await straight.sign_in("operator1"), await straight.sign_in("operator2")
    forwards = {"answer": "302 Moved Temporarily", "header": f"Contact: <sip:elsewhere@127.0.0.1:{free_port()}>"}
    async with (
        sipp(tmp_path, "phone_refuses.xml", keys=forwards) as forwarded,
        sipp(tmp_path, "phone_answer.xml") as phone,
    ):
        await away.ready(forwarded.uri)
        await free.ready(phone.uri)
        socket = await away.socket()
        result = await call(tmp_path, "caller.xml", straight.sip, milliseconds=4000)
        assert result.passed, result
        assert (await phone.result()).passed
        assert (await next_message(socket, "notice"))["code"] == "phone_forwarded"
    live = await away.get("/live")
    presence = presence_of(live, "operator1")
    assert (presence["state"], presence["reason"]) == ("paused", "phone_forwarded")
    assert (live["today"]["answered"], live["today"]["non_responses"]) == (1, 0)


async def test_a_phone_that_is_not_there_pauses_its_operator(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    await operator.ready("sip:nobody@127.0.0.1:9;transport=tcp")
    async with sipp(tmp_path, "caller.xml", straight.sip, milliseconds=3000):
        live = await until(operator, lambda live: presence_of(live, "operator1")["state"] == "paused")
        assert presence_of(live, "operator1")["reason"] == "phone_unreachable"


async def test_an_operator_who_hangs_up_ends_the_callers_call_and_is_told_apart(
    straight: Hotline, tmp_path: Path
) -> None:
    operator = await straight.sign_in("operator1")
    async with sipp(tmp_path, "phone_answer_then_bye.xml", milliseconds=300) as phone:
        await operator.ready(phone.uri)
        result = await call(tmp_path, "caller_waits_for_bye.xml", straight.sip, milliseconds=10_000)
        assert result.passed, result
        assert (await phone.result()).passed
    ended = (await operator.get("/calls"))["items"][0]
    assert (ended["ended_by"], ended["end_reason"]) == ("operator", "hang_up")


async def test_the_button_on_the_page_hangs_up(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    async with sipp(tmp_path, "phone_answer.xml") as phone:
        await operator.ready(phone.uri)
        async with sipp(tmp_path, "caller_waits_for_bye.xml", straight.sip, milliseconds=20_000) as caller:
            live = await until(operator, lambda live: presence_of(live, "operator1")["state"] == "talking")
            call_id = live["calls"][0]["id"]
            other = await straight.sign_in("operator2")
            assert (await other.send("POST", f"/calls/{call_id}/hangup"))[0] == 403
            assert (await operator.send("POST", f"/calls/{call_id}/hangup"))[0] == 200
            assert (await caller.result(10)).passed
            assert (await phone.result(10)).passed


async def test_a_stranger_is_refused_with_403(tmp_path: Path, spoken_prompts: Path) -> None:
    async with hotline(tmp_path, spoken_prompts) as house:
        settings = tmp_path / "config" / "settings.yaml"
        await house.stop()
        settings.write_text("trunks:\n  - name: elsewhere\n    peers: [192.0.2.0/24]\n")
        await house.start()
        result = await call(tmp_path, "caller.xml", house.sip)
        assert "SIP/2.0 403" in result.messages
        supervisor = await house.sign_in("supervisor")
        assert (await supervisor.get("/live"))["today"]["blocked"] == 0, (
            "a stranger is no caller, and in no figure of the day"
        )


async def test_a_hundred_callers_on_three_operators_are_all_served(tmp_path: Path, spoken_prompts: Path) -> None:
    async with hotline(
        tmp_path, spoken_prompts, files={"queues.yaml": MANY_RULES, "flow.yaml": STRAIGHT_FLOW}
    ) as house:
        async with sipp(tmp_path, "phone_answer_then_bye.xml", calls=100, milliseconds=200) as phone:
            for name in ("operator1", "operator2", "operator3"):
                await (await house.sign_in(name)).ready(phone.uri)
            result = await call(
                tmp_path,
                "caller_waits_for_bye.xml",
                house.sip,
                numbers=[f"+62812000{n:05d}" for n in range(100)],
                calls=100,
                per_second=20,
                milliseconds=120_000,
                timeout_s=150,
            )
            assert result.passed, result
        supervisor = await house.sign_in("supervisor")
        live = await until(supervisor, lambda live: live["calls"] == [])
        assert live["today"]["answered"] == live["today"]["offered"] == 100
        tickets = await supervisor.get("/tickets", limit="1")
        assert tickets["total"] == 100
