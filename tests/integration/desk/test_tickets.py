"""Tickets over HTTP: saved as typed, merged, refused with reasons, moved to their end, found again."""

import asyncio
from typing import Any

import pytest

from storage import StoreUnavailable
from storage.audit import AuditLog
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

CALLER = "+6281234567890"
TICKET = "/api/v1/tickets/{}"


@pytest.fixture
async def operator(arrive: Arrive) -> Person:
    return await arrive("operator1")


@pytest.fixture
async def number(built: House, operator: Person) -> str:
    """The ticket of a call that operator1 is talking on."""
    await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})
    call = await built.switchboard.incoming(CALLER)
    await built.switchboard.offer(call, "operator1")
    await built.switchboard.answer(call)
    return built.switchboard.calls[call].ticket.number


async def save(person: Person, number: str, version: int, **fields: Any) -> Any:
    return await person.ask("PATCH", TICKET.format(number), {"version": version, **fields})


async def move(person: Person, number: str, version: int, action: str, **fields: Any) -> Any:
    path = TICKET.format(number) + f"/actions/{action}"
    return await person.ask("POST", path, {"version": version, **fields})


async def version_of(person: Person, number: str) -> int:
    return int((await person.get(TICKET.format(number))).body["version"])


async def test_a_saved_field_is_stored_normalised_and_logged_with_who_and_when(operator: Person, number: str) -> None:
    before = await version_of(operator, number)
    reply = await save(operator, number, before, plate="d1234abc", caller_name="  Siti   Aminah ")
    assert reply.status == 200
    assert (reply.body["plate"], reply.body["caller"]) == ("D 1234 ABC", {"number": CALLER, "name": "Siti Aminah"})
    assert reply.body["version"] == before + 1
    page = (await operator.get(TICKET.format(number))).body
    assert page["plate"] == "D 1234 ABC"
    plate = next(change for change in page["changes"] if change["field"] == "plate")
    assert (plate["by"], plate["before"], plate["after"]) == ("operator1", None, "D 1234 ABC")
    assert plate["at"].endswith("+07:00")


async def test_an_unacceptable_field_is_refused_with_help_in_both_languages(operator: Person, number: str) -> None:
    version = await version_of(operator, number)
    reply = await save(operator, number, version, plate="12 XX", region="bukan-kantor", answer="tetap")
    assert (reply.status, reply.code) == (422, "invalid")
    assert {error["field"] for error in reply.body["errors"]} == {"plate", "region"}
    assert all(set(error["message"]) == {"id", "en"} for error in reply.body["errors"])
    assert await version_of(operator, number) == version


async def test_a_save_that_stands_is_not_denied_because_the_look_could_not_be_noted(
    operator: Person, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("connection refused")

    version = await version_of(operator, number)
    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, "saw", away)
        reply = await save(operator, number, version, caller_name="Siti Aminah")
    assert (reply.status, reply.body["version"]) == (200, version + 1)
    assert (await operator.get(TICKET.format(number))).body["caller"]["name"] == "Siti Aminah"


async def test_an_unknown_field_is_refused_by_name(operator: Person, number: str) -> None:
    reply = await save(operator, number, 1, nomor="D 1 A")
    assert [error["field"] for error in reply.body["errors"]] == ["nomor"]


async def test_saves_of_different_fields_against_the_same_version_are_both_kept(
    operator: Person, arrive: Arrive, number: str
) -> None:
    coordinator, version = await arrive("coordinator"), await version_of(operator, number)
    replies = await asyncio.gather(
        save(operator, number, version, description="STNK hilang"), save(coordinator, number, version, plate="D 1 A")
    )
    assert [reply.status for reply in replies] == [200, 200]
    page = (await operator.get(TICKET.format(number))).body
    assert (page["description"], page["plate"], page["version"]) == ("STNK hilang", "D 1 A", version + 2)


async def test_the_same_field_changed_by_somebody_else_is_a_conflict_that_shows_theirs(
    operator: Person, arrive: Arrive, number: str
) -> None:
    coordinator, version = await arrive("coordinator"), await version_of(operator, number)
    assert (await save(coordinator, number, version, answer="Bayar di Samsat", plate="D 2 B")).status == 200
    reply = await save(operator, number, version, answer="Bayar lewat Sambara", caller_name="Siti")
    assert (reply.status, reply.code) == (409, "conflict")
    theirs = reply.body["theirs"]
    assert set(theirs) == {"answer"}
    assert (theirs["answer"]["value"], theirs["answer"]["by"]) == ("Bayar di Samsat", "coordinator")
    assert reply.body["current"]["version"] == version + 1
    page = (await operator.get(TICKET.format(number))).body
    assert (page["answer"], page["caller"]["name"]) == ("Bayar di Samsat", "")
    kept = await save(operator, number, version + 1, answer="Bayar lewat Sambara", caller_name="Siti")
    assert kept.body["answer"] == "Bayar lewat Sambara"


async def test_two_people_who_write_the_same_thing_agree(operator: Person, arrive: Arrive, number: str) -> None:
    coordinator, version = await arrive("coordinator"), await version_of(operator, number)
    assert (await save(coordinator, number, version, plate="D 1234 ABC")).status == 200
    assert (await save(operator, number, version, plate="d1234abc")).status == 200


async def test_many_saves_at_once_lose_nothing(operator: Person, number: str) -> None:
    version = await version_of(operator, number)
    fields = {
        "caller_name": "Siti",
        "plate": "D 1 A",
        "description": "Pajak",
        "answer": "Sudah",
        "kind": "pengaduan",
    }
    replies = await asyncio.gather(*(save(operator, number, version, **{k: v}) for k, v in fields.items()))
    assert {reply.status for reply in replies} == {200}
    page = (await operator.get(TICKET.format(number))).body
    shown = {**page, "caller_name": page["caller"]["name"]}
    assert {name: shown[name] for name in fields} == fields
    assert page["version"] == version + len(fields)


async def test_of_many_who_answer_at_once_one_is_kept_and_every_other_is_shown_it(
    operator: Person, number: str
) -> None:
    version = await version_of(operator, number)
    words = [f"Jawaban {each}" for each in range(12)]
    replies = await asyncio.gather(*(save(operator, number, version, answer=each) for each in words))
    assert sorted(reply.status for reply in replies) == [200] + 11 * [409]
    kept = next(reply.body["answer"] for reply in replies if reply.status == 200)
    assert {reply.body["theirs"]["answer"]["value"] for reply in replies if reply.status == 409} == {kept}


async def test_a_version_that_does_not_exist_yet_is_a_conflict(operator: Person, number: str) -> None:
    assert (await save(operator, number, 999, answer="x")).code == "conflict"


async def test_an_action_out_of_turn_says_what_is_allowed(operator: Person, number: str) -> None:
    reply = await move(operator, number, await version_of(operator, number), "close")
    assert (reply.status, reply.code) == (409, "not_allowed")
    assert reply.body["allowed"] == ["greet"]


async def test_an_action_without_its_fields_says_which_are_missing_and_changes_nothing(
    operator: Person, number: str
) -> None:
    greeted = await move(operator, number, await version_of(operator, number), "greet")
    assert greeted.body["missing"] == {"identify": ["caller_name", "plate", "region"]}
    reply = await move(operator, number, greeted.body["version"], "identify", caller_name="Siti")
    assert (reply.code, reply.body["missing"]) == ("not_allowed", ["plate", "region"])
    assert reply.body["current"]["caller"]["name"] == ""


async def test_an_action_on_a_step_that_is_over_is_a_conflict(operator: Person, number: str) -> None:
    version = await version_of(operator, number)
    assert (await move(operator, number, version, "greet")).status == 200
    again = await move(operator, number, version, "greet")
    assert (again.status, again.code) == (409, "conflict")
    assert again.body["theirs"]["step"]["value"] == "identity"


async def test_an_action_on_an_older_version_goes_through_when_nothing_it_needs_has_changed(
    operator: Person, arrive: Arrive, number: str
) -> None:
    version = await version_of(operator, number)
    await save(await arrive("coordinator"), number, version, answer="Bayar di Samsat")
    reply = await move(operator, number, version, "greet")
    assert (reply.status, reply.body["step"], reply.body["answer"]) == (200, "identity", "Bayar di Samsat")


async def test_an_unknown_action_and_an_unknown_ticket_are_not_found(operator: Person, number: str) -> None:
    assert (await move(operator, number, 1, "explode")).code == "not_found"
    assert (await move(operator, "HTL-1999-000001", 1, "greet")).code == "not_found"
    assert (await operator.get(TICKET.format("HTL-1999-000001"))).code == "not_found"


async def test_a_ticket_walks_the_procedure_from_the_greeting_to_its_end(
    built: House, operator: Person, number: str, clock: TestClock
) -> None:
    category = next(c for c in built.installation.matrix.categories if c.kind == "pengaduan")
    office = built.installation.offices[0].code
    steps: list[tuple[str, dict[str, str]]] = [
        ("greet", {}),
        ("identify", {"caller_name": "Siti", "plate": "D 1234 ABC", "region": office}),
        ("record", {"kind": "pengaduan", "description": "Antre lama"}),
        ("classify", {"category": category.code}),
        ("close", {"answer": "Disampaikan ke kantor"}),
    ]
    version = await version_of(operator, number)
    for action, fields in steps:
        clock.ahead += 20
        reply = await move(operator, number, version, action, **fields)
        assert reply.status == 200, reply.body
        version = reply.body["version"]
    ticket = reply.body
    assert (ticket["step"], ticket["closed_as"], ticket["allowed"]) == ("closed", "answered", ["reopen"])
    assert [step["step"] for step in ticket["steps"]] == ["greeting", "identity", "record", "classify", "answer"]
    assert [step["overdue"] for step in ticket["steps"]] == [True, False, False, False, False]
    assert all(a["ended_at"] == b["started_at"] for a, b in zip(ticket["steps"], ticket["steps"][1:], strict=False))
    assert ticket["escalation"] is None


async def test_a_ticket_can_be_opened_by_hand_for_a_walk_in(arrive: Arrive) -> None:
    operator = await arrive("operator2")
    body = {"caller_number": "0812 3456 7890", "caller_name": "Budi", "plate": "D 7 X"}
    reply = await operator.ask("POST", "/api/v1/tickets", body)
    assert reply.status == 201
    assert reply.body["caller"] == {"number": CALLER, "name": "Budi"}
    assert (reply.body["operator"], reply.body["step"], reply.body["plate"]) == ("operator2", "greeting", "D 7 X")
    assert reply.body["call_id"] is None
    wrong = await operator.ask("POST", "/api/v1/tickets", {"plate": "??"})
    assert (wrong.status, wrong.body["errors"][0]["field"]) == (422, "plate")


async def test_tickets_are_found_by_text_step_and_whose_they_are(operator: Person, arrive: Arrive, number: str) -> None:
    other = await arrive("operator2")
    await other.ask("POST", "/api/v1/tickets", {"caller_name": "Budi", "description": "Blokir kendaraan"})

    async def found(query: str) -> list[str]:
        reply = await operator.get("/api/v1/tickets" + query)
        assert reply.status == 200, reply.body
        return [ticket["caller"]["name"] for ticket in reply.body["items"]]

    assert await found("") == ["Budi", ""]
    assert await found("?q=BLOKIR") == ["Budi"]
    assert await found("?mine=true") == [""]
    assert await found("?operator=operator2&step=greeting") == ["Budi"]
    assert await found("?number=081234567890") == [""]
    assert await found("?step=closed") == []
    assert await found("?from=2020-01-01&to=2020-12-31") == []
    assert await found("?callback=true") == []


async def test_a_long_list_comes_in_pages(operator: Person) -> None:
    for n in range(5):
        await operator.ask("POST", "/api/v1/tickets", {"caller_name": f"Penelepon {n}"})
    first = (await operator.get("/api/v1/tickets?limit=3")).body
    second = (await operator.get(f"/api/v1/tickets?limit=3&cursor={first['next']}")).body
    names = [ticket["caller"]["name"] for ticket in first["items"] + second["items"]]
    assert names == [f"Penelepon {n}" for n in (4, 3, 2, 1, 0)]
    assert (first["total"], second["next"]) == (5, None)
    assert (await operator.get("/api/v1/tickets?cursor=rusak")).code == "bad_request"


async def test_a_ticket_page_shows_the_callers_history_and_calls(built: House, operator: Person, number: str) -> None:
    await built.switchboard.end(next(iter(built.switchboard.calls)), "caller")
    again = await built.switchboard.incoming(CALLER)
    page = (await operator.get(TICKET.format(built.switchboard.calls[again].ticket.number))).body
    assert [old["number"] for old in page["history"]] == [number]
    assert [call["id"] for call in page["calls"]] == [again]


async def test_a_missed_caller_is_on_the_list_to_call_back(built: House, operator: Person) -> None:
    call = await built.switchboard.incoming(CALLER)
    await built.switchboard.offer(call, "operator1")
    await built.switchboard.end(call, "caller")
    (ticket,) = (await operator.get("/api/v1/tickets?callback=true")).body["items"]
    assert ticket["callback"]["reason"] == "missed"
    assert "take" in ticket["allowed"]


async def test_the_list_is_narrowed_by_origin_and_region(operator: Person, number: str) -> None:
    by_hand = await operator.ask("POST", "/api/v1/tickets", {"caller_name": "Ratna"})
    assert by_hand.status == 201

    async def found(query: str) -> set[str]:
        return {each["number"] for each in (await operator.get(f"/api/v1/tickets?{query}")).body["items"]}

    assert await found("origin=desk") == {by_hand.body["number"]}
    assert number in await found("origin=call")
    assert await found("origin=open311") == set()
    assert await found("region=cimahi") == set()
    assert (await operator.get("/api/v1/tickets?origin=fax")).status == 422
