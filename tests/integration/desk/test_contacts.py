"""Who is calling, over HTTP: found by number and plate, merged, linked, offered, blocked; masked where it can be."""

import pytest

from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

CALLER, OTHER = "+6281234567890", "+6281399998888"
PLATE = "D 1234 ABC"


async def in_work(person: Person, number: str, plate: str = PLATE, name: str = "Ratna") -> dict:
    """A ticket whose caller is identified, in this person's hands."""
    fields = {"caller_number": number, "caller_name": name, "plate": plate, "region": "kota-bandung-i-pajajaran"}
    ticket = (await person.ask("POST", "/api/v1/tickets", fields)).body
    for action in ("greet", "identify"):
        path = f"/api/v1/tickets/{ticket['number']}/actions/{action}"
        ticket = (await person.ask("POST", path, {"version": ticket["version"]})).body
    return ticket


async def on_a_call(built: House, operator: str, number: str) -> tuple[str, str]:
    """A call of this number that the operator has; returns its id and the ticket it opened."""
    call = await built.switchboard.incoming(number)
    await built.switchboard.offer(call, operator)
    await built.switchboard.answer(call)
    return call, built.switchboard.calls[call].ticket.number


async def test_other_tickets_are_found_by_number_and_by_plate(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    first = await in_work(operator, CALLER)
    await built.store.contacts.catch_up()
    second = await in_work(operator, OTHER, name="Budi")

    beside = (await operator.get(f"/api/v1/tickets/{second['number']}/beside")).body

    assert [ticket["number"] for ticket in beside["history"]] == [first["number"]]
    assert [ticket["number"] for ticket in beside["offers"]] == [first["number"]]
    page = (await operator.get(f"/api/v1/tickets/{second['number']}")).body
    assert [ticket["number"] for ticket in page["history"]] == [first["number"]]


async def test_numbers_are_masked_in_an_operators_list_and_whole_on_the_page(built: House, arrive: Arrive) -> None:
    operator, supervisor = await arrive("operator1"), await arrive("supervisor")
    await in_work(operator, CALLER)
    await built.store.contacts.catch_up()

    (line,) = (await operator.get("/api/v1/contacts?q=ratna")).body["items"]
    (whole,) = (await supervisor.get("/api/v1/contacts?q=ratna")).body["items"]
    page = (await operator.get(f"/api/v1/contacts/{line['id']}")).body

    assert (line["numbers"], whole["numbers"], page["numbers"]) == (["+62812•••7890"], [CALLER], [CALLER])
    assert [ticket["plate"] for ticket in page["open"]] == [PLATE]


async def test_people_are_merged_and_separated_and_both_show_it(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    await in_work(operator, CALLER, plate="D 1 A")
    await in_work(operator, OTHER, plate="D 2 B", name="Ratna W")
    await built.store.contacts.catch_up()
    newer, older = (await operator.get("/api/v1/contacts")).body["items"]

    merged = await operator.ask("POST", f"/api/v1/contacts/{older['id']}/merge", {"other": newer["id"]})
    again = await operator.ask("POST", f"/api/v1/contacts/{older['id']}/merge", {"other": newer["id"]})

    assert merged.body["numbers"] == [CALLER, OTHER]
    assert (again.status, again.code) == (409, "one_already")
    assert (await operator.get(f"/api/v1/contacts/{newer['id']}")).body["id"] == older["id"]
    merge = merged.body["merges"][0]["id"]
    apart = await operator.ask("DELETE", f"/api/v1/contacts/{older['id']}/merge/{merge}")
    assert apart.body["numbers"] == [CALLER]
    other = (await operator.get(f"/api/v1/contacts/{newer['id']}")).body
    assert (other["numbers"], other["merges"][0]["undone_by"]) == ([OTHER], "operator1")


async def test_a_call_goes_on_with_the_open_ticket_that_was_offered(built: House, arrive: Arrive) -> None:
    earlier, operator = await arrive("operator2"), await arrive("operator1")
    old = await in_work(earlier, CALLER)
    call, new = await on_a_call(built, "operator1", CALLER)
    typed = {"version": 2, "description": "STNK belum jadi"}
    assert (await operator.ask("PATCH", f"/api/v1/tickets/{new}", typed)).status == 200
    (offer,) = (await operator.get(f"/api/v1/tickets/{new}/beside")).body["offers"]
    assert offer["number"] == old["number"]

    async with operator.page() as page:
        body = {"other": old["number"], "go_on": True}
        beside = await operator.ask("POST", f"/api/v1/tickets/{new}/link", body)
        pushed = [await page.next("ticket"), await page.next("ticket")]

    assert {push["ticket"]["number"] for push in pushed} == {new, old["number"]}
    assert beside.status == 200, beside.body
    closed = (await operator.get(f"/api/v1/tickets/{new}")).body
    goes_on = (await operator.get(f"/api/v1/tickets/{old['number']}")).body
    assert (closed["step"], closed["closed_as"]) == ("closed", "continued")
    assert (goes_on["operator"], goes_on["description"], goes_on["step"]) == ("operator1", "STNK belum jadi", "record")
    assert [each["id"] for each in goes_on["calls"]] == [call]
    assert built.switchboard.calls[call].ticket.number == old["number"]

    (link,) = beside.body["links"]
    assert (link["other"], link["into"]) == (old["number"], old["number"])
    undone = await operator.ask("DELETE", f"/api/v1/tickets/{new}/link/{link['id']}")
    assert undone.body["links"][0]["undone_by"] == "operator1"
    again = (await operator.get(f"/api/v1/tickets/{new}")).body
    assert (again["step"], again["operator"], "take" in again["allowed"]) == ("greeting", None, True)
    assert (await operator.ask("DELETE", f"/api/v1/tickets/{new}/link/{link['id']}")).code == "not_found"


async def test_a_ticket_that_no_call_opened_cannot_go_on_with_another(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    first, second = await in_work(operator, CALLER), await in_work(operator, CALLER)
    path = f"/api/v1/tickets/{second['number']}/link"

    assert (await operator.ask("POST", path, {"other": first["number"], "go_on": True})).code == "cannot_go_on"
    assert (await operator.ask("POST", path, {"other": second["number"]})).code == "not_found"
    assert (await operator.ask("POST", path, {"other": first["number"]})).status == 200
    assert (await operator.ask("POST", path, {"other": first["number"]})).code == "one_already"


async def test_a_number_is_blocked_with_a_reason_and_let_in_again(built: House, arrive: Arrive) -> None:
    supervisor, operator = await arrive("supervisor"), await arrive("operator1")
    two = {"number": "081234567890 / 081398765432", "reason": "Mengancam"}
    asked_back = (await supervisor.ask("PUT", "/api/v1/blocked", two)).body["errors"]
    assert [(e["field"], e["code"]) for e in asked_back] == [("number", "two_numbers")]
    assert set(asked_back[0]["message"]) == {"id", "en"}
    refused = await supervisor.ask("PUT", "/api/v1/blocked", {"number": "bukan nomor", "reason": "Mengancam"})
    past = {"number": CALLER, "reason": "Mengancam", "until": "2020-01-01T00:00:00+07:00"}
    assert [error["field"] for error in refused.body["errors"]] == ["number"]
    assert [e["field"] for e in (await supervisor.ask("PUT", "/api/v1/blocked", past)).body["errors"]] == ["until"]

    listed = await supervisor.ask("PUT", "/api/v1/blocked", {"number": "0812 3456 7890", "reason": "Mengancam petugas"})

    (blocked,) = listed.body["items"]
    assert (blocked["number"], blocked["by"], blocked["until"], blocked["active"]) == (CALLER, "supervisor", None, True)
    assert built.store.blocked.find(CALLER, built.switchboard.clock()) is not None
    assert (await operator.get("/api/v1/blocked")).code == "forbidden"
    assert (await supervisor.ask("DELETE", "/api/v1/blocked", {"number": CALLER})).body["items"] == []
    assert built.store.blocked.find(CALLER, built.switchboard.clock()) is None
    assert (await supervisor.ask("DELETE", "/api/v1/blocked", {"number": CALLER})).code == "not_found"


@pytest.mark.parametrize("path", ["/api/v1/contacts", "/api/v1/audit", "/api/v1/blocked", "/api/v1/privacy/retention"])
async def test_a_pic_sees_nothing_of_callers(arrive: Arrive, path: str) -> None:
    assert (await (await arrive("pic")).get(path)).code == "forbidden"
