"""Every look at personal data is in the audit log; one person's data are taken out and erased on request."""

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hotline.sop import Action
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

CALLER = "+6281234567890"


@pytest.fixture
async def ticket(built: House) -> str:
    """The ticket of a recorded call that operator1 has had."""
    switchboard = built.switchboard
    call = await switchboard.incoming(CALLER)
    await switchboard.offer(call, "operator1")
    await switchboard.answer(call)
    number = switchboard.calls[call].ticket.number
    await switchboard.end(call, "caller")
    await built.store.contacts.catch_up()
    return number


async def log(admin: Person, **query: str) -> list[dict]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return [look for look in (await admin.get(f"/api/v1/audit?{asked}")).body["items"] if look["what"] != "audit"]


async def test_looks_at_a_ticket_a_call_a_recording_and_a_contact_are_logged(arrive: Arrive, ticket: str) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    page = (await operator.get(f"/api/v1/tickets/{ticket}", Referer=f"{operator.base}/tickets/{ticket}?q=rahasia")).body
    (call,) = page["calls"]
    await operator.get(f"/api/v1/calls/{call['id']}")
    await operator.get(call["recording"]["url"])
    await operator.get(call["recording"]["url"], Range="bytes=0-99")
    beside = await operator.get(f"/api/v1/tickets/{ticket}/beside", Referer=f"{operator.base}/tickets/{ticket}")
    contact = beside.body["contact"]
    await operator.get(f"/api/v1/contacts/{contact}")

    looks = await log(admin, by="operator1")

    assert [(look["what"], look["about"]) for look in reversed(looks)] == [
        ("ticket", ticket),
        ("call", call["id"]),
        ("recording", call["recording"]["id"]),
        ("contact", contact),
    ]
    assert (looks[-1]["page"], looks[-1]["role"]) == (f"/tickets/{ticket}", "operator")


async def test_what_stands_beside_a_ticket_is_a_look_at_it(arrive: Arrive, ticket: str) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    await operator.get(f"/api/v1/tickets/{ticket}/beside")
    assert [(look["what"], look["about"]) for look in await log(admin, by="operator1")] == [("ticket", ticket)]


async def saved(person: Person, ticket: str, **body: Any) -> str | None:
    return (await person.ask("PATCH", f"/api/v1/tickets/{ticket}", body)).code


async def acted(person: Person, ticket: str, **body: Any) -> str | None:
    return (await person.ask("POST", f"/api/v1/tickets/{ticket}/actions/close", body)).code


@pytest.mark.parametrize(
    ("asked", "body", "code"),
    [
        pytest.param(saved, {"version": 1}, None, id="saves nothing"),
        pytest.param(saved, {"version": 99, "description": "Lain."}, "conflict", id="is refused by a conflict"),
        pytest.param(acted, {"version": 2}, "not_allowed", id="may not do this now"),
    ],
)
async def test_whoever_is_answered_with_a_ticket_has_seen_it(
    arrive: Arrive, ticket: str, asked: Callable[..., Awaitable[str | None]], body: dict[str, Any], code: str | None
) -> None:
    operator, admin = await arrive("operator2"), await arrive("admin")

    assert await asked(operator, ticket, **body) == code

    assert [(look["what"], look["about"]) for look in await log(admin, by="operator2")] == [("ticket", ticket)]


async def test_a_ticket_that_is_not_there_was_not_seen(arrive: Arrive) -> None:
    operator, admin = await arrive("operator2"), await arrive("admin")
    assert await saved(operator, "HTL-1999-000001", version=1) == "not_found"
    assert await acted(operator, "HTL-1999-000001", version=1) == "not_found"
    assert await log(admin, by="operator2") == []


async def test_whoever_merges_people_or_takes_them_apart_has_seen_them(
    built: House, arrive: Arrive, ticket: str
) -> None:
    call = await built.switchboard.incoming("+6281399998888")
    await built.switchboard.end(call, "caller")
    await built.store.contacts.catch_up()
    supervisor, admin = await arrive("supervisor"), await arrive("admin")
    one, other = [contact.id for contact in (await built.store.contacts.search("", 2)).items]

    merged = await supervisor.ask("POST", f"/api/v1/contacts/{one}/merge", {"other": other})

    (look,) = await log(admin, by="supervisor")
    assert (look["what"], look["about"]) == ("contact", merged.body["id"])


@pytest.mark.parametrize(
    ("username", "path", "note"),
    [
        ("supervisor", "tickets?step=answer", "tickets"),
        ("supervisor", "calls", "calls"),
        ("operator1", "contacts", "contacts"),
        ("operator1", "callbacks", "callbacks"),
        ("coordinator", "inbox", "inbox"),
        ("supervisor", "live", "live"),
    ],
)
async def test_a_list_of_people_is_a_look_at_that_list(arrive: Arrive, username: str, path: str, note: str) -> None:
    person, admin = await arrive(username), await arrive("admin")
    for _ in range(2):
        assert (await person.get(f"/api/v1/{path}")).status == 200

    looks = await log(admin, by=username)

    assert [(look["what"], look["about"], look["note"]) for look in looks] == [("list", "", note)]


async def test_a_page_that_is_told_what_goes_on_is_a_look_and_a_pics_page_is_told_of_nobody(arrive: Arrive) -> None:
    admin = await arrive("admin")
    for username in ("operator1", "pic"):
        async with (await arrive(username)).page():
            pass

    assert [(look["what"], look["note"]) for look in await log(admin, by="operator1")] == [("list", "live")]
    assert await log(admin, by="pic") == []


async def test_a_search_by_number_is_logged_with_the_number_masked(arrive: Arrive) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    await operator.get("/api/v1/tickets?number=081234567890")
    await operator.get("/api/v1/calls?number=081234567890", Referer=f"{operator.base}/calls")
    await operator.get("/api/v1/contacts?q=Ratna")
    await operator.get("/api/v1/tickets?step=answer")

    looks = await log(admin, by="operator1", what="search")

    assert len(await log(admin, by="operator1")) == 4, "one of them looked for nobody: a list"
    assert [(look["page"], look["note"]) for look in looks] == [
        ("", "•••••"),
        ("/calls", "+62812•••7890"),
        ("", "+62812•••7890"),
    ]


async def test_the_log_is_searched_by_whom_what_and_about_whom(arrive: Arrive, ticket: str) -> None:
    admin = await arrive("admin")
    for name in ("operator1", "operator2", "supervisor"):
        await (await arrive(name)).get(f"/api/v1/tickets/{ticket}")

    assert {look["by"] for look in await log(admin, about=ticket)} == {"operator1", "operator2", "supervisor"}
    assert len(await log(admin, about=ticket, by="operator2", what="ticket")) == 1
    assert await log(admin, about="HTL-1999-000001") == []
    assert await log(admin, to="2020-01-01") == []


@pytest.mark.parametrize("username", ["operator1", "coordinator", "supervisor", "pic"])
async def test_only_the_admin_reads_the_log_and_carries_out_requests(arrive: Arrive, username: str) -> None:
    person = await arrive(username)
    whose = {"number": CALLER, "reason": "Surat 12/2026"}
    assert (await person.get("/api/v1/audit")).code == "forbidden"
    for path in ("find", "export", "erase"):
        assert (await person.ask("POST", f"/api/v1/privacy/{path}", whose)).code == "forbidden"


async def test_one_persons_data_come_as_an_archive_with_what_was_said(arrive: Arrive, ticket: str) -> None:
    admin = await arrive("admin")
    whose = {"number": "0812 3456 7890", "reason": "Permohonan 12/2026"}

    reply = await admin.ask("POST", "/api/v1/privacy/export", whose)

    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(reply.raw))
    assert archive.testzip() is None
    document = json.loads(archive.read("data-pribadi.json"))
    assert [each["number"] for each in document["tickets"]] == [ticket]
    assert [each["number"] for each in document["calls"]] == [CALLER]
    (recording,) = document["recordings"]
    assert archive.read(recording["file"])[:4] == b"fLaC"
    (entry,) = await log(admin, what="export")
    assert entry["note"] == "+62812•••7890: Permohonan 12/2026"


async def test_a_request_for_erasure_is_looked_at_first_then_done_and_logged(
    built: House, arrive: Arrive, ticket: str
) -> None:
    admin, operator = await arrive("admin"), await arrive("operator1")
    whose = {"number": CALLER}
    found = (await admin.ask("POST", "/api/v1/privacy/find", whose)).body
    assert (found["tickets"], found["calls"], found["recordings"], found["open"]) == (1, 1, 1, [ticket])
    assert found["numbers"] == ["+62812•••7890"]
    await _close(built, ticket)

    erased = (await admin.ask("POST", "/api/v1/privacy/erase", {**whose, "reason": "Permohonan 13/2026"})).body

    assert erased["erased"] == {
        "recordings": 1, "tickets_caller": 1, "tickets_words": 1, "calls": 1, "contacts": 1, "audit": 0, "paper": 0,
    }  # fmt: skip
    page = (await operator.get(f"/api/v1/tickets/{ticket}")).body
    assert (page["caller"], page["step"], len(page["steps"])) == ({"number": "", "name": ""}, "closed", 1)
    assert (await admin.ask("POST", "/api/v1/privacy/find", whose)).code == "not_found"
    assert [entry["what"] for entry in await log(admin, what="erase")] == ["erase"]


async def test_a_request_names_one_number_or_one_plate_and_a_reason(arrive: Arrive) -> None:
    admin = await arrive("admin")
    for whose, field in (
        ({"reason": "Surat 1"}, "number"),
        ({"number": CALLER, "plate": "D 1 A", "reason": "Surat 1"}, "number"),
        ({"plate": "bukan plat", "reason": "Surat 1"}, "plate"),
        ({"number": CALLER}, "reason"),
    ):
        refused = await admin.ask("POST", "/api/v1/privacy/erase", whose)
        assert [error["field"] for error in refused.body["errors"]] == [field]


async def test_what_the_rules_would_erase_is_told(arrive: Arrive, ticket: str) -> None:
    report = (await (await arrive("admin")).get("/api/v1/privacy/retention")).body

    assert (report["nightly"], report["keep_days"]["recordings"]) == ("report", 365)
    assert set(report["overdue"].values()) == {0}


async def _close(built: House, number: str) -> None:
    ticket = await built.store.tickets.get(number)
    assert ticket is not None
    at, procedure = built.switchboard.clock(), built.switchboard.procedure
    owed = procedure.mark_for_callback(ticket, "missed", at)
    closed = procedure.advance(owed, Action.UNREACHABLE, {"answer": "-"}, "operator1", at)
    await built.store.tickets.save(closed, ticket.version, "operator1", at)
