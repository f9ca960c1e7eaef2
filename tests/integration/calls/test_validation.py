"""SOP step 5b with real calls: the caller is held and told, or called back and told."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.audio import has_tone, read, rms_db, tone
from tests.integration.calling import NUMBER, calling_house, outside_phone, owed
from tests.integration.hotline import Hotline, Person, next_message
from tests.integration.phones import caller, softphone

OPERATOR_HZ, OUTSIDE_HZ = 700, 1300
TURN_S = 3.0
UNIT = "kota-bandung-i-pajajaran"
HANDED_OVER_WITHIN_S = 0.5
"""The hand-over is to be on the other's screen within 0.2 s (p99); a test machine is shared."""


async def act(person: Person, number: str, action: str, /, **said: Any) -> dict[str, Any]:
    """The action on the ticket as it stands, which must be allowed."""
    ticket = await person.get(f"/tickets/{number}")
    body = {"version": ticket["version"], **said}
    status, answer = await person.send("POST", f"/tickets/{number}/actions/{action}", body)
    assert status == 200, answer
    return dict(answer)


async def to_step_5(operator: Person, number: str) -> None:
    await act(operator, number, "greet")
    await act(operator, number, "identify", caller_name="Siti Aminah", plate="D 1234 ABC", region=UNIT)
    await act(operator, number, "record", kind="pengaduan", description="Data kendaraan salah")
    await act(operator, number, "classify", category="pengaduan-data")


async def by_coordinator_and_pic(house: Hotline, number: str) -> None:
    """The coordinator asks the PIC and gives the answer to the operator. Each sees the hand-over without asking."""
    coordinator, pic = await house.sign_in("coordinator"), await house.sign_in("pic")
    desk, phone = await coordinator.socket(), await pic.socket()
    await act(coordinator, number, "accept")
    began = perf_counter()
    await act(coordinator, number, "ask_pic", unit=UNIT, text="Mohon dicek.")
    pushed = await next_message(phone, "inbox")
    assert perf_counter() - began < HANDED_OVER_WITHIN_S
    assert (pushed["what"], pushed["item"]["ticket"]["number"]) == ("new", number)
    assert NUMBER[4:] not in str(pushed), "a PIC does not see whose matter it is"
    await act(pic, number, "pic_answer", text="Sudah diperbaiki.")
    while (await next_message(desk, "inbox"))["what"] != "new":
        continue
    await act(coordinator, number, "answer_operator", text="Datanya sudah diperbaiki.")
    for socket in (desk, phone):
        await socket.close()


async def test_a_caller_on_hold_is_told_what_coordinator_and_pic_found_out(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    said, heard = tone(tmp_path / "operator.wav", OPERATOR_HZ, 90, 8000), tmp_path / "heard.wav"
    async with softphone(audio=f"file:{said},") as (phone, uri):
        await operator.ready(uri)
        socket = await operator.socket()
        async with caller(straight.uri, number=NUMBER, save=heard, seconds=120) as call:
            await phone.says("talking")
            live = (await operator.get("/live"))["calls"][0]
            number = live["ticket"]
            await to_step_5(operator, number)
            asked = await act(operator, number, "escalate", question="Sudah diperbaiki?", way="wait")
            assert asked["callback"] is None
            assert (await operator.send("POST", f"/calls/{live['id']}/hold"))[0] == 200
            await by_coordinator_and_pic(straight, number)
            notice = await next_message(socket, "notice")
            assert (notice["code"], notice["call_id"], notice["held"]) == ("validation_answered", live["id"], True)
            assert (await operator.get("/live"))["calls"][0]["state"] == "hold", "the caller waits on the line"
            await asyncio.sleep(TURN_S)
            assert (await operator.send("POST", f"/calls/{live['id']}/resume"))[0] == 200
            await asyncio.sleep(TURN_S)
            await act(operator, number, "told")
            closed = await act(operator, number, "close")
            call.hang_up()
            await call.ended()
        await socket.close()
    assert (closed["step"], closed["answer"]) == ("closed", "Datanya sudah diperbaiki.")
    assert closed["callback"] is None
    samples, rate = read(heard)
    held, again = samples[-int(1.75 * TURN_S * rate) : -int(1.25 * TURN_S * rate)], samples[-int(TURN_S / 2 * rate) :]
    assert not has_tone(held, rate, OPERATOR_HZ)
    assert rms_db(held) > -45, "music, not silence"
    assert has_tone(again, rate, OPERATOR_HZ)


async def test_a_caller_who_went_is_called_back_with_the_answer_from_the_ticket(
    tmp_path: Path, spoken_prompts: Path
) -> None:
    says = tone(tmp_path / "outside-says.wav", OUTSIDE_HZ, 60, 8000)
    heard = tmp_path / "operator.wav"
    async with (
        outside_phone(tmp_path, answers=True, say=says) as (outside, address),
        calling_house(tmp_path, spoken_prompts, address) as house,
        softphone("operator1", audio=f"file:,{heard}") as (phone, uri),
    ):
        operator = await house.sign_in("operator1")
        await operator.ready(uri)
        async with caller(house.uri, number=NUMBER, seconds=60) as call:
            await phone.says("talking")
            number = (await operator.get("/live"))["calls"][0]["ticket"]
            await to_step_5(operator, number)
            promised = datetime.now(UTC) + timedelta(hours=1)
            said = {"question": "Sudah diperbaiki?", "way": "call_back", "promised_at": promised.isoformat()}
            await act(operator, number, "escalate", **said)
            call.hang_up()
            await call.ended()
        await phone.says("ended")
        [waiting] = await owed(operator)
        assert (waiting["reason"], waiting["number"], waiting["overdue"]) == ("validation", NUMBER, False)

        await by_coordinator_and_pic(house, number)
        [due] = await owed(operator)
        assert datetime.fromisoformat(due["due_at"]) <= datetime.now(UTC)

        status, second = await operator.send("POST", f"/tickets/{number}/call")
        assert status == 200, second
        await outside.says("talking")
        await phone.says("talking")
        await asyncio.sleep(2)
        ticket = await operator.get(f"/tickets/{number}")
        assert (ticket["step"], ticket["operator"]) == ("answer", "operator1"), "not from the greeting on again"
        assert ticket["callback"]["last_result"] == "answered"
        await act(operator, number, "told")
        closed = await act(operator, number, "close")
        assert (await operator.send("POST", f"/calls/{second['id']}/hangup"))[0] == 200
        assert await owed(operator) == []
        stored = await operator.get(f"/tickets/{number}")
    assert (closed["step"], closed["closed_as"]) == ("closed", "answered")
    assert {each["direction"] for each in stored["calls"]} == {"in", "out"}
    samples, rate = read(heard)
    assert has_tone(samples[-rate:], rate, OUTSIDE_HZ)


async def test_a_caller_who_hangs_up_on_hold_is_owed_the_answer_by_a_call(straight: Hotline) -> None:
    operator = await straight.sign_in("operator1")
    async with softphone() as (phone, uri):
        await operator.ready(uri)
        async with caller(straight.uri, number=NUMBER, seconds=60) as call:
            await phone.says("talking")
            number = (await operator.get("/live"))["calls"][0]["ticket"]
            await to_step_5(operator, number)
            await act(operator, number, "escalate", question="Sudah diperbaiki?", way="wait")
            call.hang_up()
            await call.ended()
        await phone.says("ended")
        await by_coordinator_and_pic(straight, number)
        [due] = await owed(operator)
        assert (due["ticket"]["number"], due["reason"]) == (number, "validation")
        assert (await operator.get(f"/tickets/{number}"))["escalation"]["way"] == "call_back"
