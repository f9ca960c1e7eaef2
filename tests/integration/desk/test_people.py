"""Accounts, presence, phone, language: what people and the admin set."""

import pytest

from storage import PhoneKind
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import PASSWORD, Person

NEW = {"username": "operator9", "name": "Dadang", "role": "operator", "password": "sandi-yang-panjang"}


async def test_the_admin_adds_an_account_whose_person_signs_in_at_once_and_chooses_a_password(
    arrive: Arrive, stranger: Person
) -> None:
    admin = await arrive("admin")
    reply = await admin.ask("POST", "/api/v1/accounts", NEW)
    assert (reply.status, reply.body["role"], reply.body["active"]) == (201, "operator", True)
    assert NEW["password"] not in reply.raw.decode()
    assert "hash" not in reply.raw.decode()
    assert (await stranger.sign_in("operator9", NEW["password"])).body["pending"] == "new_password"
    assert (await stranger.get("/api/v1/tickets")).code == "new_password_needed"
    assert (await admin.ask("POST", "/api/v1/accounts", NEW)).code == "taken"
    listed = (await admin.get("/api/v1/accounts")).body["items"]
    assert "operator9" in {account["username"] for account in listed}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "Operator 9"),
        ("username", "x"),
        ("role", "boss"),
        ("password", "short"),
        ("phone", "tel:1"),
        ("name", " "),
    ],
)
async def test_an_account_with_a_wrong_field_is_refused_by_name(arrive: Arrive, field: str, value: str) -> None:
    reply = await (await arrive("admin")).ask("POST", "/api/v1/accounts", {**NEW, field: value})
    assert (reply.status, [error["field"] for error in reply.body["errors"]]) == (422, [field])


@pytest.mark.parametrize(
    "change", [{"active": False}, {"role": "pic"}, {"unit": "kota-bogor"}, {"password": "sandi-lain-panjang"}]
)
async def test_an_account_that_is_closed_or_changed_in_its_rights_is_signed_out(
    arrive: Arrive, change: dict[str, object]
) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    async with operator.page() as page:
        assert (await admin.ask("PATCH", "/api/v1/accounts/operator1", change)).status == 200
        assert (await page.socket.receive(timeout=5)).data == 4401
    assert (await operator.get("/api/v1/session")).code == "not_signed_in"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", NEW),
        ("PATCH", "/operator1", {"password": "sandi-lain-panjang"}),
        ("PATCH", "/operator1", {"role": "admin"}),
        ("PATCH", "/operator1", {"active": False}),
        ("DELETE", "/operator1/factors", {}),
    ],
)
async def test_who_may_get_in_is_changed_only_after_the_admins_password(
    arrive: Arrive, clock: TestClock, method: str, path: str, body: dict[str, object]
) -> None:
    admin, path = await arrive("admin"), f"/api/v1/accounts{path}"
    clock.ahead += 11 * 60
    assert (await admin.ask(method, path, body)).code == "proof_needed"
    assert (
        await admin.ask("PATCH", "/api/v1/accounts/operator1", {"name": "Asep S.", "role": "operator"})
    ).status == 200
    assert (await admin.ask("POST", "/api/v1/session/proof", {"password": PASSWORD})).status == 200
    assert (await admin.ask(method, path, body)).status in (200, 201)


async def test_an_admins_own_password_and_factors_are_changed_where_the_old_one_is_asked_for(arrive: Arrive) -> None:
    admin = await arrive("admin")
    own = "/api/v1/accounts/admin"
    assert (await admin.ask("PATCH", own, {"password": "gunung tinggi berkabut"})).code == "own_account"
    assert (await admin.ask("DELETE", f"{own}/factors")).code == "own_account"
    assert (await admin.ask("PATCH", own, {"name": "Admin Utama"})).status == 200
    assert (await admin.sign_in("admin")).status == 200


async def test_a_change_is_made_whole_or_not_at_all(built: House, arrive: Arrive) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    before = await built.store.accounts.get("operator1")
    weak = {"role": "supervisor", "name": "Asep S.", "password": "sambutsambut"}
    reply = await admin.ask("PATCH", "/api/v1/accounts/operator1", weak)
    assert (reply.status, reply.body["errors"][0]["field"]) == (422, "password")
    assert await built.store.accounts.get("operator1") == before
    assert (await operator.get("/api/v1/session")).status == 200
    good = {**weak, "password": "gunung tinggi berkabut"}
    assert (await admin.ask("PATCH", "/api/v1/accounts/operator1", good)).body["role"] == "supervisor"
    assert (await operator.sign_in("operator1", good["password"])).body["pending"] == "new_password"


async def test_a_form_that_is_sent_with_the_same_role_signs_nobody_out(arrive: Arrive) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    same = {"name": "Asep S.", "role": "operator", "unit": "", "active": True}
    assert (await admin.ask("PATCH", "/api/v1/accounts/operator1", same)).status == 200
    assert (await operator.get("/api/v1/session")).status == 200


async def test_a_new_name_signs_nobody_out(arrive: Arrive) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    assert (await admin.ask("PATCH", "/api/v1/accounts/operator1", {"name": "Asep S."})).body["name"] == "Asep S."
    assert (await operator.get("/api/v1/session")).body["user"]["name"] == "Asep S."


@pytest.mark.parametrize("change", [{"active": False}, {"role": "operator"}])
async def test_the_last_admin_cannot_lock_everybody_out(arrive: Arrive, change: dict[str, object]) -> None:
    admin = await arrive("admin")
    assert (await admin.ask("PATCH", "/api/v1/accounts/admin", change)).code == "last_admin"
    await admin.ask("POST", "/api/v1/accounts", {**NEW, "username": "admin2", "role": "admin"})
    assert (await admin.ask("PATCH", "/api/v1/accounts/admin", change)).status == 200


async def test_an_unknown_account_cannot_be_changed(arrive: Arrive) -> None:
    reply = await (await arrive("admin")).ask("PATCH", "/api/v1/accounts/nobody", {"name": "X"})
    assert reply.code == "not_found"


async def test_presence_is_passed_to_the_switchboard(built: House, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    reason = built.installation.pauses[0].code
    for wish, state in (
        ({"state": "ready"}, ("ready", None)),
        ({"state": "paused", "reason": reason}, ("paused", reason)),
        ({"state": "offline"}, ("offline", None)),
    ):
        reply = await operator.ask("PUT", "/api/v1/me/presence", wish)
        assert (reply.body["state"], reply.body["reason"]) == state
    for wrong in ({"state": "paused"}, {"state": "paused", "reason": "tidur"}):
        reply = await operator.ask("PUT", "/api/v1/me/presence", wrong)
        assert (reply.code, reply.body["errors"][0]["field"]) == ("invalid", "reason")
    assert (await operator.ask("PUT", "/api/v1/me/presence", {"state": "talking"})).code == "invalid"


async def test_an_operator_may_take_one_last_call_before_a_pause(built: House, arrive: Arrive) -> None:
    operator, reason = await arrive("operator1"), built.installation.pauses[0].code
    assert not (await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})).body["last_call"]
    wish = {"state": "paused", "reason": reason, "after": "call"}
    presence = (await operator.ask("PUT", "/api/v1/me/presence", wish)).body
    assert (presence["state"], presence["pending"], presence["last_call"]) == ("ready", reason, True)
    assert not (await operator.ask("PUT", "/api/v1/me/presence", {"state": "ready"})).body["last_call"]


@pytest.mark.parametrize("uri", ["sip:1001@127.0.0.7:5060;transport=tcp", "sips:a.b@127.0.0.1", "sip:[::1]"])
async def test_a_phone_is_any_sip_address_and_is_remembered(built: House, arrive: Arrive, uri: str) -> None:
    operator = await arrive("operator1")
    presence = (await operator.ask("PUT", "/api/v1/me/phone", {"uri": uri, "auto_answer": True})).body
    assert (presence["phone"], presence["phone_kind"], presence["auto_answer"]) == (uri, "sip", True)
    assert built.switchboard.phones["operator1"] == (PhoneKind.SIP, uri, True)
    user = (await operator.get("/api/v1/session")).body["user"]
    assert (user["phone"], user["phone_kind"], user["auto_answer"]) == (uri, "sip", True)


@pytest.mark.parametrize("kind", ["browser", "softphone"])
async def test_another_kind_of_phone_keeps_the_sip_address_for_later(arrive: Arrive, kind: str) -> None:
    operator = await arrive("operator1")
    presence = (await operator.ask("PUT", "/api/v1/me/phone", {"kind": kind})).body
    assert (presence["phone_kind"], presence["phone_state"]) == (kind, "away")
    assert (await operator.get("/api/v1/session")).body["user"]["phone"] == "sip:operator1@127.0.0.1:5080"


@pytest.mark.parametrize("phone", [{}, {"kind": "sip"}, {"kind": "browser", "uri": "sip:a@b"}])
async def test_a_sip_phone_and_no_other_has_an_address(arrive: Arrive, phone: dict[str, str]) -> None:
    reply = await (await arrive("operator1")).ask("PUT", "/api/v1/me/phone", phone)
    assert (reply.code, reply.body["errors"][0]["field"]) == ("invalid", "uri")


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        ({}, "browser"),
        ({"phone": "sip:9@127.0.0.1"}, "sip"),
        ({"phone": "sip:9@127.0.0.1", "phone_kind": "softphone"}, "softphone"),
    ],
)
async def test_a_new_operator_speaks_through_the_browser_unless_a_sip_phone_is_given(
    arrive: Arrive, known: dict[str, str], kind: str
) -> None:
    admin = await arrive("admin")
    assert (await admin.ask("POST", "/api/v1/accounts", {**NEW, **known})).body["phone_kind"] == kind
    changed = await admin.ask("PATCH", "/api/v1/accounts/operator9", {"phone_kind": "sip", "auto_answer": True})
    assert (changed.body["phone_kind"], changed.body["auto_answer"]) == ("sip", True)


@pytest.mark.parametrize(
    "uri", ["1001", "tel:+62", "sip:", "sip:a b@c", "sip:a@b?Subject=x", "sip:a@b\r\nX: y", "<sip:a@b>"]
)
async def test_what_is_not_a_sip_address_is_refused(arrive: Arrive, uri: str) -> None:
    assert (await (await arrive("operator1")).ask("PUT", "/api/v1/me/phone", {"uri": uri})).code == "invalid"


ELSEWHERE = "sip:+628090000000@198.51.100.7:5999;maddr=127.0.0.1"


@pytest.mark.parametrize("uri", [ELSEWHERE, "sip:1@198.51.100.7", "sip:+62809@127.0.0.1", "sip:1@127.0.0.1;maddr=a"])
async def test_an_address_outside_the_offices_networks_is_no_phone(built: House, arrive: Arrive, uri: str) -> None:
    reply = await (await arrive("operator1")).ask("PUT", "/api/v1/me/phone", {"uri": uri})
    (error,) = reply.body["errors"]
    assert (reply.status, error["field"], error["code"]) == (422, "uri", "no_phone_there")
    assert error["message"]["id"] != error["message"]["en"]
    admin = await arrive("admin")
    for reply in (
        await admin.ask("POST", "/api/v1/accounts", {**NEW, "phone": uri}),
        await admin.ask("PATCH", "/api/v1/accounts/operator1", {"phone": uri}),
    ):
        assert (reply.status, reply.body["errors"][0]["field"]) == (422, "phone")
    assert (await built.store.accounts.get("operator1")).phone == "sip:operator1@127.0.0.1:5080"


async def test_the_language_stays_with_the_account(arrive: Arrive, stranger: Person) -> None:
    assert (await (await arrive("pic")).ask("PATCH", "/api/v1/me", {"language": "en"})).body["language"] == "en"
    assert (await stranger.sign_in("pic", PASSWORD)).body["user"]["language"] == "en"


async def test_calls_are_controlled_by_the_operator_who_has_them(built: House, arrive: Arrive) -> None:
    mine, other = await arrive("operator1"), await arrive("operator2")
    call = await built.switchboard.incoming("+6281234567890")
    await built.switchboard.offer(call, "operator1")
    path = f"/api/v1/calls/{call}"
    reply = await other.ask("POST", f"{path}/answer")
    assert (reply.status, reply.code) == (403, "not_your_call")
    for action in ("answer", "hold", "resume", "hangup"):
        assert (await mine.ask("POST", f"{path}/{action}")).body == {"ok": True}
    assert (await mine.ask("POST", f"{path}/hangup")).code == "call_over"
    assert (await mine.get(path)).body["ended_by"] == "operator"
