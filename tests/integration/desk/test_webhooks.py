"""Webhooks over the API: what the admin may set up, sees, and never sees again."""

import asyncio
from dataclasses import replace

import pytest

from storage.deliveries import Delivery
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person

NEW = {"name": "Portal", "url": "https://portal.example/hook", "events": ["ticket.opened", "ticket.opened"]}


async def made(admin: Person) -> str:
    reply = await admin.ask("POST", "/api/v1/webhooks", NEW)
    assert reply.status == 201
    return str(reply.body["id"])


async def test_a_webhook_is_made_changed_and_removed(arrive: Arrive) -> None:
    admin = await arrive("admin")
    id = await made(admin)
    changed = await admin.ask("PATCH", f"/api/v1/webhooks/{id}", {"name": "Lain", "events": ["ticket.closed"]})
    assert (changed.body["name"], changed.body["events"], changed.body["active"]) == ("Lain", ["ticket.closed"], True)

    (listed,) = (await admin.get("/api/v1/webhooks")).body["items"]
    assert (listed["url"], listed["created_by"]) == (NEW["url"], "admin")
    assert (await admin.ask("DELETE", f"/api/v1/webhooks/{id}")).status == 200
    assert (await admin.get("/api/v1/webhooks")).body["items"] == []
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/ping"), ("GET", "/deliveries")):
        assert (await admin.ask(method, f"/api/v1/webhooks/{id}{path}")).status == 404


async def test_a_secret_is_told_once_and_can_be_made_anew(arrive: Arrive, built: House) -> None:
    admin = await arrive("admin")
    reply = await admin.ask("POST", "/api/v1/webhooks", NEW)
    first, id = reply.body["secret"], reply.body["id"]
    assert first.startswith("whsec_")
    assert "secret" not in (await admin.get("/api/v1/webhooks")).raw.decode()

    second = (await admin.ask("POST", f"/api/v1/webhooks/{id}/secret")).body["secret"]
    assert second != first
    assert (await built.store.webhooks.get(id)).secret == second


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://portal.example/hook"}, "url"),
        ({"url": "https://127.0.0.1/hook"}, "url"),
        ({"url": "https://[::1]/hook"}, "url"),
        ({"url": "https://user:secret@portal.example"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "https://a b"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["ticket.lost"]}, "events.0"),
        ({"name": " "}, "name"),
        ({"secret": "whsec_x"}, "secret"),
    ],
)
async def test_what_cannot_be_is_named_by_its_field(arrive: Arrive, changes: dict[str, object], field: str) -> None:
    refused = await (await arrive("admin")).ask("POST", "/api/v1/webhooks", {**NEW, **changes})

    assert (refused.status, refused.code) == (422, "invalid")
    assert [error["field"] for error in refused.body["errors"]] == [field]


async def test_a_ping_is_listed_and_sent_again_by_a_click(arrive: Arrive, built: House) -> None:
    admin = await arrive("admin")
    id = await made(admin)
    ping = await admin.ask("POST", f"/api/v1/webhooks/{id}/ping")
    assert (ping.status, ping.body["event"], ping.body["state"]) == (202, "ping", "waiting")
    await built.store.deliveries.note(ping.body["id"], state="failed", tries=9, last_status=500, last_answer="aduh")
    path = f"/api/v1/webhooks/{id}/deliveries"
    (listed,) = (await admin.get(f"{path}?state=failed")).body["items"]
    assert (listed["status"], listed["answer"], listed["next_at"]) == (500, "aduh", None)

    assert (await admin.ask("POST", f"{path}/{listed['id']}/again")).status == 202
    (listed,) = (await admin.get(path)).body["items"]
    assert (listed["state"], listed["tries"]) == ("waiting", 0)
    assert listed["next_at"] is not None
    assert (await admin.ask("POST", f"{path}/msg_0/again")).status == 404


async def test_switching_off_gives_up_what_waits_and_switching_on_begins_anew(arrive: Arrive, built: House) -> None:
    admin = await arrive("admin")
    id = await made(admin)
    await admin.ask("POST", f"/api/v1/webhooks/{id}/ping")
    await admin.ask("PATCH", f"/api/v1/webhooks/{id}", {"active": False})
    (given_up,) = (await admin.get(f"/api/v1/webhooks/{id}/deliveries")).body["items"]
    assert given_up["state"] == "failed"

    await built.store.webhooks.change(id, failing_since=1.0, disabled_at=2.0)
    on = await admin.ask("PATCH", f"/api/v1/webhooks/{id}", {"active": True})
    assert (on.body["active"], on.body["failing_since"], on.body["disabled_at"]) == (True, None, None)


async def test_mails_are_listed_with_what_became_of_them_and_without_an_address(arrive: Arrive, built: House) -> None:
    admin = await arrive("admin")
    mail = Delivery("m1", "pic", "overdue_pic", "HTL-2026-000001", "", "waiting", 1.0, 2.0, 3.0)
    await built.store.mails.add([mail, replace(mail, id="m2", created_at=2.0)])
    await built.store.mails.note("m1", state="failed", tries=9, last_at=9.0, last_status=451, last_answer="busy")

    (failed,) = (await admin.get("/api/v1/mails?state=failed")).body["items"]
    assert (failed["person"], failed["event"], failed["ticket"]) == ("pic", "overdue_pic", "HTL-2026-000001")
    assert (failed["tries"], failed["status"], failed["answer"], failed["next_at"]) == (9, 451, "busy", None)
    assert [each["id"] for each in (await admin.get("/api/v1/mails")).body["items"]] == ["m2", "m1"]
    assert (await admin.get("/api/v1/mails?cursor=x")).status == 400


async def test_an_account_has_an_e_mail_address_and_its_owner_a_switch(arrive: Arrive) -> None:
    admin, pic = await asyncio.gather(arrive("admin"), arrive("pic"))
    changed = await admin.ask("PATCH", "/api/v1/accounts/pic", {"email": "pipit@kantor.example"})
    assert (changed.body["email"], changed.body["email_notices"]) == ("pipit@kantor.example", True)
    assert (await admin.ask("PATCH", "/api/v1/accounts/pic", {"email": "pipit"})).status == 422

    mine = await pic.ask("PATCH", "/api/v1/me", {"email_notices": False})
    assert (mine.body["email_notices"], mine.body["email"]) == (False, "pipit@kantor.example")
    assert (await pic.ask("PATCH", "/api/v1/me", {"email": "x@example.org"})).status == 422
