"""SOP step 5b over HTTP: operator, coordinator and PIC pass a question on, each by what their role may do."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config import Hours
from hotline.facts import EventName
from hotline.working_time import WorkingTime
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import PIC_UNIT, House
from tests.integration.desk.people import Person, Reply

CALLER = "+6281234567890"
TICKET = "/api/v1/tickets/{}"
FIELDS = {
    "caller_name": "Siti Aminah",
    "plate": "D 1234 ABC",
    "region": PIC_UNIT,
    "kind": "pengaduan",
    "description": "Data kendaraan salah.",
    "category": "pengaduan-data",
}
QUESTION = {"question": "Apakah warnanya sudah diubah?", "way": "wait"}


@pytest.fixture
def parts() -> dict[str, Any]:
    """Open day and night: what lies too long is late at whatever time this runs."""
    return {"hours": Hours.always()}


@pytest.fixture
async def operator(arrive: Arrive) -> Person:
    return await arrive("operator1")


@pytest.fixture
async def coordinator(arrive: Arrive) -> Person:
    return await arrive("coordinator")


@pytest.fixture
async def pic(arrive: Arrive) -> Person:
    return await arrive("pic")


@pytest.fixture
async def number(built: House, operator: Person) -> str:
    """The ticket of a call that operator1 is talking on, at step 5."""
    await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})
    call = await built.switchboard.incoming(CALLER)
    await built.switchboard.offer(call, "operator1")
    await built.switchboard.answer(call)
    number = built.switchboard.calls[call].ticket.number
    for action in ("greet", "identify", "record", "classify"):
        assert (await act(operator, number, action, **FIELDS)).status == 200
    return number


async def act(person: Person, number: str, action: str, /, **said: Any) -> Reply:
    """The action on the ticket as it stands."""
    page = await person.get(TICKET.format(number))
    version = page.body.get("version", 1)
    return await person.ask("POST", TICKET.format(number) + f"/actions/{action}", {"version": version, **said})


async def inbox(person: Person) -> list[dict[str, Any]]:
    return list((await person.get("/api/v1/inbox")).body["items"])


async def asked(operator: Person, coordinator: Person, number: str, /, **said: Any) -> None:
    assert (await act(operator, number, "escalate", **{**QUESTION, **said})).status == 200
    assert (await act(coordinator, number, "accept")).status == 200


async def test_the_whole_loop_by_its_people_ends_with_a_closed_ticket_and_every_hand_over_on_record(
    built: House, operator: Person, coordinator: Person, pic: Person, number: str
) -> None:
    reply = await act(operator, number, "escalate", **QUESTION)
    assert reply.body["escalation"]["state"] == "asked"
    assert reply.body["escalation"]["to"] == "coordinators"
    [waiting] = await inbox(coordinator)
    assert (waiting["ticket"]["number"], waiting["wants"]) == (number, ["accept", "reassign"])
    assert await inbox(pic) == []

    assert (await act(coordinator, number, "accept")).status == 200
    assert (await act(coordinator, number, "ask_pic", unit=PIC_UNIT, text="Mohon dicek.")).status == 200
    [waiting] = await inbox(pic)
    assert waiting["wants"] == ["pic_answer"]
    assert waiting["mine"]

    assert (await act(pic, number, "pic_answer", text="Sudah diubah.")).status == 200
    assert await inbox(pic) == []
    [back] = await inbox(coordinator)
    assert back["escalation"]["pic_answer"] == "Sudah diubah."
    assert (await act(coordinator, number, "answer_operator", text="Sudah diubah kemarin.")).status == 200
    [answer] = await inbox(operator)
    assert (answer["escalation"]["state"], answer["wants"]) == ("answered", ["told", "withdraw"])

    told = await act(operator, number, "told")
    assert told.body["answer"] == "Sudah diubah kemarin."
    closed = await act(operator, number, "close")
    assert (closed.body["step"], closed.body["closed_as"]) == ("closed", "answered")
    assert await inbox(operator) == []

    page = (await operator.get(TICKET.format(number))).body
    handovers = [(each["by"], each["action"], each["to"]) for each in page["escalation"]["handovers"]]
    assert handovers == [
        ("operator1", "escalate", "coordinators"),
        ("coordinator", "accept", "coordinator"),
        ("coordinator", "ask_pic", PIC_UNIT),
        ("pic", "pic_answer", "coordinator"),
        ("coordinator", "answer_operator", "operator1"),
        ("operator1", "told", ""),
    ]
    history = [(each["by"], each["after"]) for each in page["changes"] if each["field"] == "escalation"]
    assert history[0] == ("operator1", "asked: coordinators")
    assert history[-1] == ("operator1", "told")
    assert len(history) == len(handovers)
    await built.store.journal.settle()
    logged = [fact async for fact in built.store.events.between(0, time.time() + 60)]
    moves = [(fact.name, fact.operator, fact.data.get("from"), fact.data["to"]) for fact in logged if "to" in fact.data]
    assert moves[0] == (EventName.ESCALATED, "operator1", None, "coordinators")
    assert moves[3] == (EventName.ESCALATION_MOVED, "pic", PIC_UNIT, "coordinator")
    assert len(moves) == len(handovers)


async def test_a_pic_sees_the_matter_but_not_whose_it_is_and_nothing_of_other_units(
    built: House, operator: Person, coordinator: Person, pic: Person, number: str
) -> None:
    assert (await pic.get(TICKET.format(number))).code == "not_found"
    await asked(operator, coordinator, number)
    assert (await act(coordinator, number, "ask_pic", unit="kota-cimahi", text="Mohon dicek.")).status == 200
    assert (await pic.get(TICKET.format(number))).code == "not_found"
    assert (await act(pic, number, "pic_answer", text="Ya.")).code == "not_found"

    assert (await act(coordinator, number, "ask_pic", unit=PIC_UNIT, pic="pic", text="Mohon dicek.")).status == 200
    page = (await pic.get(TICKET.format(number))).body
    [item] = await inbox(pic)
    refused = await pic.ask("POST", TICKET.format(number) + "/actions/pic_answer", {"version": page["version"]})
    assert refused.code == "not_allowed"
    for shown in (page, item["ticket"], refused.body["current"]):
        assert shown["caller"] == {"number": "+62812•••7890", "name": "S. A."}
        assert shown["plate"] == "D 1234 ABC"
        assert shown["description"] == "Data kendaraan salah."
    for asked_of_them in (page["escalation"], item["escalation"], refused.body["current"]["escalation"]):
        assert (asked_of_them["pic_question"], asked_of_them["question"]) == ("Mohon dicek.", "")
        assert {handover["action"] for handover in asked_of_them["handovers"]} == {"ask_pic"}
    assert (page["history"], page["changes"], page["calls"]) == ([], [], [])
    assert (await pic.ask("PATCH", TICKET.format(number), {"version": 1, "answer": "Ya."})).code == "forbidden"
    answered = await act(pic, number, "pic_answer", text="Sudah diubah.")
    assert answered.body["caller"]["name"] == "S. A."
    smuggled = await act(pic, number, "pic_answer", text="Ya.", description="Lain.")
    assert smuggled.code == "invalid"


async def test_each_role_is_refused_what_its_row_does_not_give_it_and_told_what_is_open(
    arrive: Arrive, operator: Person, coordinator: Person, number: str
) -> None:
    assert (await act(coordinator, number, "escalate", **QUESTION)).code == "forbidden"
    refused = await act(operator, number, "told")
    assert (refused.code, "escalate" in refused.body["allowed"]) == ("not_allowed", True)
    await act(operator, number, "escalate", **QUESTION)
    assert (await act(operator, number, "accept")).code == "forbidden"
    refused = await act(coordinator, number, "answer_operator", text="Ya.")
    assert (refused.code, refused.body["allowed"]) == ("not_allowed", ["accept", "reassign", "withdraw"])
    closing = await act(operator, number, "close", answer="Ya.")
    assert closing.code == "not_allowed"
    stored = (await operator.get(TICKET.format(number))).body
    assert (stored["answer"], stored["escalation"]["state"]) == ("", "asked")
    supervisor = await arrive("supervisor")
    assert (await act(supervisor, number, "reassign", to="coordinator")).body["escalation"]["to"] == "coordinator"
    assert (await act(supervisor, number, "withdraw")).body["escalation"]["state"] == "withdrawn"


async def test_what_is_missing_or_nobodys_is_named_and_nothing_is_lost(
    operator: Person, coordinator: Person, number: str
) -> None:
    refused = await act(operator, number, "escalate", way="call_back", question="Apa?")
    assert (refused.code, refused.body["missing"]) == ("not_allowed", ["promised_at"])
    past = datetime.now(UTC) - timedelta(hours=1)
    refused = await act(operator, number, "escalate", way="call_back", question="Apa?", promised_at=past.isoformat())
    assert [error["field"] for error in refused.body["errors"]] == ["promised_at"]
    await asked(operator, coordinator, number)
    for said, field in (
        ({"unit": "di-mana"}, "unit"),
        ({"unit": PIC_UNIT, "pic": "operator1"}, "pic"),
        ({"unit": "kota-cimahi", "pic": "pic"}, "pic"),
    ):
        refused = await act(coordinator, number, "ask_pic", text="Mohon dicek.", **said)
        assert [error["field"] for error in refused.body["errors"]] == [field]
    refused = await act(coordinator, number, "reassign", to="operator2")
    assert [error["field"] for error in refused.body["errors"]] == ["to"]
    refused = await act(operator, number, "close", text="Ya.")
    assert [error["field"] for error in refused.body["errors"]] == ["text"]


async def test_two_who_take_the_same_question_at_once_get_it_once(
    built: House, arrive: Arrive, operator: Person, coordinator: Person, number: str
) -> None:
    admin = await arrive("admin")
    new = {"username": "kiki", "name": "Kiki", "role": "coordinator", "password": "kata-sandi-demo"}
    assert (await admin.ask("POST", "/api/v1/accounts", new)).status == 201
    other = await arrive("kiki")
    change = {"old": "kata-sandi-demo", "new": "tujuh gelas teh manis"}
    assert (await other.ask("POST", "/api/v1/me/password", change)).status == 200
    version = (await act(operator, number, "escalate", **QUESTION)).body["version"]
    path = TICKET.format(number) + "/actions/accept"
    replies = await asyncio.gather(*(each.ask("POST", path, {"version": version}) for each in (coordinator, other)))
    assert sorted(reply.status for reply in replies) == [200, 409]
    late = next(reply for reply in replies if reply.status == 409)
    assert late.code == "conflict"
    assert late.body["theirs"]["escalation"]["value"] == "coordinator"
    assert late.body["current"]["escalation"]["coordinator"] in ("coordinator", "kiki")


async def test_words_typed_while_the_question_moves_are_merged(
    operator: Person, coordinator: Person, number: str
) -> None:
    seen = (await act(operator, number, "escalate", **QUESTION)).body["version"]
    await act(coordinator, number, "accept")
    typed = await operator.ask("PATCH", TICKET.format(number), {"version": seen, "answer": "Jawaban saya."})
    assert typed.status == 200
    await act(coordinator, number, "answer_operator", text="Kata PIC: ya.", answer="Ya, sudah.")
    stored = (await operator.get(TICKET.format(number))).body
    assert stored["answer"] == "Jawaban saya."
    assert stored["escalation"]["answer"] == "Ya, sudah."


async def test_a_hand_over_is_pushed_to_those_it_concerns_and_to_nobody_else(
    operator: Person, coordinator: Person, pic: Person, arrive: Arrive, number: str
) -> None:
    other = await arrive("operator2")
    async with operator.page() as desk, coordinator.page() as koko, pic.page() as phone, other.page() as colleague:
        await act(operator, number, "escalate", **QUESTION)
        push = await koko.next("inbox")
        assert (push["what"], push["ticket"]) == ("new", number)
        assert push["item"]["escalation"]["question"] == QUESTION["question"]
        await act(coordinator, number, "accept")
        push = await koko.next("inbox")
        assert (push["what"], push["item"]["mine"]) == ("changed", True)
        await act(coordinator, number, "ask_pic", unit=PIC_UNIT, text="Mohon dicek.")
        push = await phone.next("inbox")
        assert (push["what"], push["item"]["ticket"]["caller"]["name"]) == ("new", "S. A.")
        await koko.next("inbox")
        await act(pic, number, "pic_answer", text="Sudah.")
        assert (await phone.next("inbox"))["what"] == "gone"
        push = await koko.next("inbox")
        assert (push["what"], push["item"]["escalation"]["state"]) == ("new", "pic_answered")
        await act(coordinator, number, "answer_operator", text="Sudah.")
        assert (await koko.next("inbox"))["what"] == "gone"
        push = await desk.next("inbox")
        assert (push["what"], push["item"]["wants"]) == ("new", ["told", "withdraw"])
        pushed = [message["type"] for message in await colleague.until_answered()]
        assert "inbox" not in pushed
        assert "ticket" in pushed
        assert [message for message in await phone.until_answered() if message["type"] == "ticket"] == []


async def test_the_operator_who_gets_the_answer_is_told_at_once(
    operator: Person, coordinator: Person, number: str
) -> None:
    await asked(operator, coordinator, number)
    async with operator.page() as desk:
        await act(coordinator, number, "answer_operator", text="Sudah.")
        notice = await desk.next("notice")
    assert (notice["code"], notice["ticket"], notice["way"]) == ("validation_answered", number, "wait")


async def test_an_answer_goes_to_all_operators_when_its_own_is_off_duty(
    built: House, arrive: Arrive, operator: Person, coordinator: Person, number: str
) -> None:
    await asked(operator, coordinator, number)
    built.switchboard.calls.clear()
    built.switchboard.presences.pop("operator1")
    reply = await act(coordinator, number, "answer_operator", text="Sudah.")
    assert reply.body["escalation"]["to"] == "operators"
    assert reply.body["callback"]["reason"] == "validation"
    other = await arrive("operator2")
    [item] = await inbox(other)
    assert (item["mine"], item["wants"]) == (True, ["told", "withdraw"])


async def test_a_promised_call_back_is_on_the_list_and_due_as_soon_as_it_is_answered(
    built: House, operator: Person, coordinator: Person, number: str
) -> None:
    promised = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    await asked(
        operator, coordinator, number, way="call_back", promised_at=promised.isoformat(), number="0811-2223-334"
    )
    built.switchboard.calls.clear()
    [due] = (await operator.get("/api/v1/callbacks")).body["items"]
    assert (due["reason"], due["number"], due["overdue"]) == ("validation", "+628112223334", False)
    assert datetime.fromisoformat(due["due_at"]) == promised
    await act(coordinator, number, "answer_operator", text="Sudah.")
    [due] = (await operator.get("/api/v1/callbacks")).body["items"]
    assert datetime.fromisoformat(due["due_at"]) < datetime.now(UTC) + timedelta(seconds=5)
    told = await act(operator, number, "told")
    assert told.body["callback"]["last_result"] == "answered"
    assert (await operator.get("/api/v1/callbacks")).body["items"] == []
    assert (await act(operator, number, "close")).body["step"] == "closed"


async def test_a_question_that_nobody_takes_is_late_and_in_the_supervisors_inbox_too(
    built: House, arrive: Arrive, clock: TestClock, operator: Person, coordinator: Person, number: str
) -> None:
    await act(operator, number, "escalate", **QUESTION)
    assert await inbox(await arrive("supervisor")) == []
    asked_at = clock()
    clock.ahead = (WorkingTime(built.installation.hours).add(asked_at, 61.0) or asked_at) - asked_at
    [late] = await inbox(await arrive("supervisor"))
    assert (late["overdue"], late["standard_s"], late["wants"]) == (True, 60.0, ["reassign", "withdraw"])


async def test_the_likeliest_units_come_first_by_the_matrix_the_region_and_the_plate(
    operator: Person, coordinator: Person, number: str
) -> None:
    path = TICKET.format(number) + "/units"
    first = (await coordinator.get(path)).body
    assert [each["code"] for each in first["items"] if each["proposed"]] == [PIC_UNIT]
    assert first["items"][0]["pics"] == [{"username": "pic", "name": "Pipit PIC"}]
    assert [each["username"] for each in first["coordinators"]] == ["coordinator"]
    await act(operator, number, "escalate", **QUESTION, category="pengaduan-pkb")
    proposed = [each["code"] for each in (await coordinator.get(path)).body["items"] if each["proposed"]]
    assert proposed == ["bidang-pendapatan", PIC_UNIT]
    everybody = (await operator.get("/api/v1/units")).body["items"]
    assert {each["kind"] for each in everybody} == {"office", "division"}


async def test_an_account_is_put_into_a_unit_that_there_is(arrive: Arrive) -> None:
    admin = await arrive("admin")
    path = "/api/v1/accounts/pic"
    assert (await admin.ask("PATCH", path, {"unit": "bidang-pendapatan"})).body["unit"] == "bidang-pendapatan"
    assert (await admin.ask("PATCH", path, {"unit": "di-mana"})).code == "invalid"
