"""Calls out: back to a caller from their ticket, and the place-holder of who does not want to wait (PEERS.md 9)."""

import asyncio
from pathlib import Path

import pytest

from tests.audio import has_tone, read, tone
from tests.integration.calling import NUMBER, a_missed_caller, calling_house, outside_phone, owed
from tests.integration.hotline import next_message
from tests.integration.phones import caller, softphone
from tests.integration.sip_tools import sipp

WIDE_HZ = 5000  # no telephone line in narrow band carries that


async def test_an_operator_calls_a_missed_caller_back_from_the_ticket(tmp_path: Path, spoken_prompts: Path) -> None:
    said = tone(tmp_path / "outside-says.wav", WIDE_HZ, 30, 16000)
    heard = tmp_path / "operator.wav"
    async with (
        outside_phone(tmp_path, answers=True, say=said) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1", audio=f"file:,{heard}") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        await operator.ready(uri)
        socket = await operator.socket()
        status, call = await operator.send("POST", f"/tickets/{ticket}/call")
        assert status == 200, call
        pop = await next_message(socket, "screen_pop")
        assert (pop["call"]["direction"], pop["ticket"]["number"]) == ("out", ticket)
        await outside.says("talking")
        await asyncio.sleep(2)
        live = (await operator.get("/live"))["calls"][0]
        assert (live["direction"], live["state"], live["number"]) == ("out", "talking", NUMBER)
        assert (await operator.send("POST", f"/calls/{call['id']}/hangup"))[0] == 200
        await phone.says("ended")
        assert await owed(operator) == []
        stored = await operator.get(f"/tickets/{ticket}")
        assert stored["operator"] == "operator1" and stored["callback"]["last_result"] == "answered"
        assert any(each["direction"] == "out" for each in stored["calls"])
        today = (await operator.get("/live"))["today"]
        assert (today["offered"], today["answered"], today["abandoned"]) == (1, 0, 1), "calls out are no queue calls"
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, WIDE_HZ)


async def test_a_machine_that_answered_is_said_afterwards_and_the_call_is_planned_again(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with (
        outside_phone(tmp_path, answers=True) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        async with caller(house.uri, number=NUMBER, seconds=2) as again:
            await again.ended()
        async with asyncio.timeout(10):
            while (both := (await operator.get("/tickets"))["items"])[0]["callback"] is None or len(both) < 2:
                await asyncio.sleep(0.1)
        await operator.ready(uri)
        _, call = await operator.send("POST", f"/tickets/{ticket}/call")
        await outside.says("talking")
        assert (await operator.send("POST", f"/calls/{call['id']}/hangup"))[0] == 200
        await phone.says("ended")
        assert await owed(operator) == []
        said = await operator.send("POST", f"/calls/{call['id']}/outcome", {"code": "kotak_suara"})
        assert said[0] == 200, said
        async with asyncio.timeout(5):
            while not (entries := await owed(operator)):
                await asyncio.sleep(0.1)
        assert [each["result"] for each in entries[0]["tries"]] == ["voicemail"]
        tickets = [await operator.get(f"/tickets/{each['number']}") for each in both]
        assert [each["callback"]["last_result"] for each in tickets] == ["voicemail", "voicemail"], "it was for both"
        stored = await operator.get(f"/calls/{call['id']}")
        assert stored["outcome"] == "kotak_suara"


async def test_a_call_back_in_vain_is_noted_and_planned_again(tmp_path: Path, spoken_prompts: Path) -> None:
    async with (
        outside_phone(tmp_path, answers=False) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        await operator.ready(uri)
        socket = await operator.socket()
        assert (await operator.send("POST", f"/tickets/{ticket}/call"))[0] == 200
        await outside.says("ringing")
        notice = await next_message(socket, "notice")
        assert (notice["code"], notice["reason"]) == ("callback_failed", "no_answer")
        await phone.says("ended")
        (entry,) = await owed(operator)
        assert [each["result"] for each in entry["tries"]] == ["no_answer"]
        assert entry["due_at"] > entry["since"] and entry["tries_left"] == 2


@pytest.mark.parametrize(
    ("answer", "header", "reason", "result"),
    [
        ("503 Service Unavailable", "Reason: Q.850;cause=1", "no_such_number", "failed"),
        ("480 Temporarily Unavailable", "Reason: Q.850;cause=17", "busy", "busy"),
        ("500 Server Internal Error", "Reason: Q.850;cause=19", "no_answer", "no_answer"),
    ],
)
async def test_why_a_call_out_was_in_vain_is_what_the_telephone_network_says(
    tmp_path: Path, spoken_prompts: Path, answer: str, header: str, reason: str, result: str
) -> None:
    async with (
        sipp(tmp_path, "phone_refuses.xml", keys={"answer": answer, "header": header}) as network,
        calling_house(tmp_path, spoken_prompts, f"127.0.0.1:{network.port}") as house,
        softphone("operator1") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        await operator.ready(uri)
        socket = await operator.socket()
        _, call = await operator.send("POST", f"/tickets/{ticket}/call")
        notice = await next_message(socket, "notice")
        assert (notice["code"], notice["reason"]) == ("callback_failed", reason)
        await phone.says("ended")
        (entry,) = await owed(operator)
        assert [each["result"] for each in entry["tries"]] == [result]
        assert (await operator.get(f"/calls/{call['id']}"))["end_reason"] == reason


async def test_a_trunk_gets_the_number_as_it_wants_it_and_the_credentials_that_it_asks_for(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    check = '<ereg regexp="username=.1500." search_in="hdr" header="Proxy-Authorization:" assign_to="valid"/>'
    keys = {"answer": "407 Proxy Authentication Required", "challenge": "Proxy-Authenticate", "check": check}
    more = ', username: "1500", password: rahasia-trunk, number_format: national, prefix: "9", user_phone: true'
    async with (
        sipp(tmp_path, "trunk_challenge.xml", keys=keys) as network,
        calling_house(tmp_path, spoken_prompts, f"127.0.0.1:{network.port}", more=more) as house,
        softphone("operator1") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        await operator.ready(uri)
        _, call = await operator.send("POST", f"/tickets/{ticket}/call")
        async with asyncio.timeout(15):
            while (await operator.get("/live"))["calls"][0]["state"] != "talking":
                await asyncio.sleep(0.1)
        assert (await operator.send("POST", f"/calls/{call['id']}/hangup"))[0] == 200
        await phone.says("ended")
        assert (await network.result()).passed
        assert f"INVITE sip:9081234567890@127.0.0.1:{network.port};user=phone SIP/2.0" in network.messages()
        assert (await operator.get(f"/calls/{call['id']}"))["number"] == NUMBER, "on record it is one number"
        assert "rahasia-trunk" not in house.log_text + network.messages()


@pytest.mark.parametrize(("number", "code"), [("+18005551234", "number_not_allowed"), ("12", "number_not_allowed")])
async def test_numbers_outside_of_the_rules_are_refused(
    tmp_path: Path, spoken_prompts: Path, number: str, code: str
) -> None:
    async with (
        outside_phone(tmp_path, answers=True) as (_, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1") as (_phone, uri),
    ):
        operator = await house.sign_in("operator1")
        ticket = await a_missed_caller(house, operator)
        await operator.ready(uri)
        status, answer = await operator.send("POST", f"/tickets/{ticket}/call", {"number": number})
        assert (status, answer["code"]) == (409, code)
        assert (await operator.get("/session"))["presence"]["state"] == "ready"


async def test_a_caller_who_will_not_wait_keeps_the_place_and_is_called_when_the_turn_comes(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with (
        outside_phone(tmp_path, answers=True) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1") as (_phone, uri),
    ):
        operator = await house.sign_in("operator1")
        async with caller(house.uri, number=NUMBER, keys=",1,,,,1", seconds=60) as call:
            assert await call.ended() == 0
        live = await operator.get("/live")
        assert [(each["direction"], each["state"]) for each in live["calls"]] == [("out", "waiting")]
        async with caller(house.uri, number="+6281111111111", seconds=60) as later:
            await asyncio.sleep(1)
            await operator.ready(uri)
            await outside.says("talking", 20)
            assert (await operator.get("/live"))["calls"][0]["number"] == NUMBER, "before who came later"
            later.hang_up()
            await later.ended()
        today = (await operator.get("/live"))["today"]
        assert (today["flow_out"], today["answered"]) == (1, 0)


async def test_a_place_holder_who_does_not_answer_is_tried_once_more_and_then_stays_on_the_list(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    async with (
        outside_phone(tmp_path, answers=False) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1") as (_phone, uri),
    ):
        operator = await house.sign_in("operator1")
        async with caller(house.uri, number=NUMBER, keys=",1,,,,1", seconds=60) as call:
            await call.ended()
        await operator.ready(uri)
        for _ in range(2):
            await outside.says("ringing", 30)
            await outside.says("ended", 30)
            outside.lines.clear()
        await asyncio.sleep(12)
        assert outside.lines == [], "two calls, not three"
        (entry,) = await owed(operator)
        assert [each["result"] for each in entry["tries"]] == ["no_answer", "no_answer"]
