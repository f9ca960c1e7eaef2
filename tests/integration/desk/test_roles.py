"""Who may do what: the permission table as it is answered over HTTP."""

import pytest

from desk.roles import PERMISSIONS, Permission
from desk.routes import ROUTES
from storage import Role
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.people import Person, Reply

EVERYBODY = {"admin", "supervisor", "coordinator", "pic", "operator"}
WATCHERS = {"admin", "supervisor", "coordinator"}

MAY: dict[tuple[str, str], set[str]] = {
    ("DELETE", "/session"): EVERYBODY,
    ("GET", "/session"): EVERYBODY,
    ("PUT", "/me/presence"): {"operator"},
    ("PUT", "/me/phone"): {"operator"},
    ("POST", "/me/phone/token"): {"operator"},
    ("DELETE", "/me/phone/token"): {"operator"},
    ("PATCH", "/me"): EVERYBODY,
    ("POST", "/me/password"): EVERYBODY,
    ("POST", "/session/proof"): EVERYBODY,
    ("GET", "/me/sessions"): EVERYBODY,
    ("DELETE", "/me/sessions"): EVERYBODY,
    ("DELETE", "/me/sessions/{id}"): EVERYBODY,
    ("GET", "/me/factors"): EVERYBODY,
    ("POST", "/me/factors/totp"): EVERYBODY,
    ("POST", "/me/factors/totp/confirm"): EVERYBODY,
    ("DELETE", "/me/factors/totp"): EVERYBODY,
    ("POST", "/me/factors/passkeys/question"): EVERYBODY,
    ("POST", "/me/factors/passkeys"): EVERYBODY,
    ("DELETE", "/me/factors/passkeys/{id}"): EVERYBODY,
    ("POST", "/me/factors/recovery-codes"): EVERYBODY,
    ("POST", "/session/code"): EVERYBODY,
    ("POST", "/session/passkey/question"): EVERYBODY,
    ("POST", "/session/passkey"): EVERYBODY,
    ("GET", "/accounts/{username}/sessions"): {"admin"},
    ("DELETE", "/accounts/{username}/sessions"): {"admin"},
    ("DELETE", "/accounts/{username}/sessions/{id}"): {"admin"},
    ("DELETE", "/accounts/{username}/factors"): {"admin"},
    ("GET", "/live"): WATCHERS | {"operator"},
    ("GET", "/status"): WATCHERS,
    ("GET", "/calls"): WATCHERS | {"operator"},
    ("GET", "/calls/{id}"): WATCHERS | {"operator"},
    ("GET", "/calls/{id}/recording"): WATCHERS | {"operator"},
    ("GET", "/calls/{id}/recordings/{recording}"): WATCHERS | {"operator"},
    ("POST", "/calls/{id}/{action}"): {"operator"},
    ("GET", "/directory"): {"operator"},
    ("GET", "/tickets"): WATCHERS | {"operator"},
    ("POST", "/tickets"): {"operator", "coordinator", "supervisor"},
    ("GET", "/tickets/{number}"): EVERYBODY,
    ("GET", "/tickets/{number}/units"): {"coordinator", "supervisor"},
    ("GET", "/inbox"): EVERYBODY,
    ("GET", "/units"): EVERYBODY,
    ("PATCH", "/tickets/{number}"): {"operator", "coordinator", "supervisor"},
    ("POST", "/tickets/{number}/actions/{action}"): EVERYBODY - {"admin"},
    ("GET", "/tickets/{number}/message"): WATCHERS | {"operator"},
    ("POST", "/tickets/{number}/call"): {"operator"},
    ("GET", "/callbacks"): WATCHERS | {"operator"},
    ("GET", "/metrics"): WATCHERS,
    ("GET", "/promises"): {"operator"},
    ("GET", "/people"): EVERYBODY,
    ("GET", "/compliance"): WATCHERS,
    ("GET", "/compliance.csv"): WATCHERS,
    ("GET", "/compliance/passages"): WATCHERS,
    ("GET", "/tickets/{number}/form.pdf"): WATCHERS | {"operator"},
    ("GET", "/forms.pdf"): WATCHERS,
    ("GET", "/register.pdf"): WATCHERS,
    ("GET", "/register.xlsx"): WATCHERS,
    ("GET", "/paper/archive"): WATCHERS,
    ("GET", "/paper/archive/{period}"): WATCHERS,
    ("GET", "/paper/archive/{period}/{name}"): WATCHERS,
    ("GET", "/categories"): EVERYBODY,
    ("GET", "/categories/history"): {"admin"},
    ("POST", "/categories"): {"admin"},
    ("PUT", "/categories/{code}"): {"admin"},
    ("POST", "/categories/{code}/reset"): {"admin"},
    ("POST", "/suggestions/category"): {"operator", "coordinator", "supervisor"},
    ("GET", "/suggestions/model"): {"admin"},
    ("POST", "/suggestions/model"): {"admin"},
    ("GET", "/articles"): WATCHERS | {"operator"},
    ("GET", "/articles/{id}"): WATCHERS | {"operator"},
    ("POST", "/articles"): {"operator", "coordinator", "supervisor"},
    ("POST", "/articles/{id}/approve"): {"coordinator"},
    ("POST", "/articles/{id}/refuse"): {"coordinator"},
    ("POST", "/articles/{id}/retire"): {"coordinator"},
    ("POST", "/articles/{id}/use"): {"operator", "coordinator", "supervisor"},
    ("GET", "/offices"): EVERYBODY,
    ("GET", "/reference"): EVERYBODY,
    ("GET", "/accounts"): {"admin"},
    ("POST", "/accounts"): {"admin"},
    ("PATCH", "/accounts/{username}"): {"admin"},
    ("GET", "/tickets/{number}/filing"): {"operator", "coordinator", "supervisor"},
    ("GET", "/api-keys"): {"admin"},
    ("POST", "/api-keys"): {"admin"},
    ("DELETE", "/api-keys/{key}"): {"admin"},
    ("GET", "/webhooks"): {"admin"},
    ("POST", "/webhooks"): {"admin"},
    ("PATCH", "/webhooks/{webhook}"): {"admin"},
    ("DELETE", "/webhooks/{webhook}"): {"admin"},
    ("POST", "/webhooks/{webhook}/secret"): {"admin"},
    ("POST", "/webhooks/{webhook}/ping"): {"admin"},
    ("GET", "/webhooks/{webhook}/deliveries"): {"admin"},
    ("POST", "/webhooks/{webhook}/deliveries/{delivery}/again"): {"admin"},
    ("GET", "/mails"): {"admin"},
    ("GET", "/contacts"): WATCHERS | {"operator"},
    ("GET", "/contacts/{id}"): WATCHERS | {"operator"},
    ("POST", "/contacts/{id}/merge"): {"operator", "coordinator", "supervisor"},
    ("DELETE", "/contacts/{id}/merge/{merge}"): {"operator", "coordinator", "supervisor"},
    ("GET", "/tickets/{number}/beside"): WATCHERS | {"operator"},
    ("POST", "/tickets/{number}/link"): {"operator", "coordinator", "supervisor"},
    ("DELETE", "/tickets/{number}/link/{link}"): {"operator", "coordinator", "supervisor"},
    ("GET", "/blocked"): WATCHERS,
    ("PUT", "/blocked"): WATCHERS,
    ("DELETE", "/blocked"): WATCHERS,
    ("GET", "/audit"): {"admin"},
    ("POST", "/privacy/find"): {"admin"},
    ("POST", "/privacy/export"): {"admin"},
    ("POST", "/privacy/erase"): {"admin"},
    ("GET", "/privacy/retention"): {"admin"},
    ("GET", "/vehicles"): {"admin"},
    ("GET", "/vehicles/{plate}"): WATCHERS | {"operator"},
    ("POST", "/vehicles/import"): {"admin"},
    ("GET", "/vehicles/import/refused"): {"admin"},
}
ACCOUNTS = {role: "operator1" if role == "operator" else role for role in EVERYBODY}


def address_of(path: str) -> str:
    """Somewhere that the pattern fits, though nothing is there."""
    return "/api/v1" + path.replace("{", "").replace("}", "")


UPLOADS = {(row.method, row.path) for row in ROUTES if row.upload}


async def asked(person: Person, method: str, path: str) -> Reply:
    if (method, path) in UPLOADS:
        return await person.upload(address_of(path) + "?name=x.csv", b"")
    return await person.ask(method, address_of(path), {"unknown": 1})


def test_every_route_that_needs_a_session_is_in_this_table() -> None:
    assert {(row.method, row.path) for row in ROUTES if not row.public} == set(MAY)


def test_every_role_and_every_permission_is_in_the_desks_table() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert frozenset().union(*PERMISSIONS.values()) == frozenset(Permission)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
async def test_a_role_gets_what_its_row_allows_and_403_for_all_else(arrive: Arrive, role: str) -> None:
    person = await arrive(ACCOUNTS[role])
    for (method, path), roles in sorted(MAY.items(), reverse=True):  # DELETE /session is not the first
        if (method, path) == ("DELETE", "/session"):
            continue
        reply = await asked(person, method, path)
        assert (reply.code == "forbidden") is (role not in roles), (method, path, reply.body)


async def test_without_a_session_there_is_nothing(stranger: Person) -> None:
    for method, path in MAY:
        assert (await asked(stranger, method, path)).code == "not_signed_in", (method, path)
