"""Signing in by an OpenID Connect provider: a small one of our own (`openid_provider`), over real HTTP."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from structlog.testing import capture_logs
from yarl import URL

from storage import Account, Role
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.openid_provider import CLIENT, SECRET, Provider, provider
from tests.integration.desk.people import Person, browser

DEWI = {"sub": "u-1", "preferred_username": "Operator1", "name": "Dewi", "realm_access": {"roles": ["x", "hotline-op"]}}
ROLES = {"hotline-admin": "admin", "hotline-op": "operator"}


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with provider(dict(DEWI)) as running:
        yield running


@pytest.fixture
def wishes() -> dict[str, Any]:
    return {}


@pytest.fixture
def settings(idp: Provider, wishes: dict[str, Any]) -> dict[str, Any]:
    openid = {"issuer": idp.issuer, "client_id": CLIENT, "roles_claim": "realm_access.roles", "roles": ROLES}
    return {"openid": {**openid, **wishes}, "openid_secret": SECRET, "trusted_proxies": "127.0.0.1"}


async def come(person: Person) -> str:
    """By the provider and back: where the browser ends up."""
    async with person.session.get(f"{person.base}/api/v1/session/openid") as response:
        return response.url.path_qs


async def who(person: Person) -> str | None:
    body = (await person.get("/api/v1/session")).body
    return body["user"]["username"] if "user" in body else body["code"]


async def test_somebody_whom_the_admin_has_added_signs_in(stranger: Person, built: House) -> None:
    assert (await stranger.get("/api/v1/session/ways")).body == {"openid": "OpenID Connect"}
    assert await come(stranger) == "/"
    assert await who(stranger) == "operator1"
    account = await built.store.accounts.get("operator1")
    assert account is not None
    assert account.name == "Asep Operator"  # `existing`: what the admin has written stands


async def test_a_stranger_of_the_provider_stays_outside(idp: Provider, stranger: Person) -> None:
    idp.who["preferred_username"] = "nobody"
    with capture_logs() as logs:
        assert await come(stranger) == "/login?problem=openid_unknown"
    assert await who(stranger) == "not_signed_in"
    (refused,) = [entry for entry in logs if entry["event"] == "sign_in_refused"]
    assert (refused["source"], refused["reason"]) == ("127.0.0.1", "openid: unknown_account")


async def test_a_closed_account_stays_closed(built: House, stranger: Person) -> None:
    await built.store.accounts.update("operator1", active=False)
    assert await come(stranger) == "/login?problem=openid_unknown"


async def test_the_account_belongs_to_the_first_id_and_not_to_whoever_gets_the_name(
    idp: Provider, address: str, arrive: Arrive
) -> None:
    async with browser(address) as first, browser(address) as second:
        assert await come(first) == "/"
        idp.who["sub"] = "u-2"
        assert await come(second) == "/login?problem=openid_unknown"
        idp.who.update(sub="u-1", preferred_username="renamed")
        assert await come(second) == "/"
        assert await who(second) == "operator1"


def _without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def _with(**more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {**claims, **more}


@pytest.mark.parametrize(
    "spoil",
    [
        _with(nonce="another"),
        _without("nonce"),
        _with(aud="somebody else"),
        _with(aud=[CLIENT, "other"], azp="other"),
        _with(iss="http://127.0.0.1:1"),
        _with(exp=1),
        _without("exp"),
        _without("sub"),
    ],
)
async def test_an_id_token_that_is_not_for_us_now_is_refused(
    idp: Provider, stranger: Person, spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    idp.spoil = spoil
    assert await come(stranger) == "/login?problem=openid_refused"
    assert await who(stranger) == "not_signed_in"


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"alg": "RS256", "kid": "one"}, RSAKey.generate_key(2048)),
        ({"alg": "RS256", "kid": "two"}, RSAKey.generate_key(2048)),
        ({"alg": "HS256", "kid": "one"}, OctKey.import_key(SECRET + " " * 20)),
    ],
)
async def test_an_id_token_that_the_provider_did_not_sign_is_refused(
    idp: Provider, stranger: Person, header: dict[str, str], key: Any
) -> None:
    idp.header, idp.signs_with = header, key
    assert await come(stranger) == "/login?problem=openid_refused"


async def test_a_new_key_of_the_provider_is_fetched(idp: Provider, stranger: Person, clock: Any) -> None:
    assert await come(stranger) == "/"
    clock.ahead += 61
    idp.key = RSAKey.generate_key(2048, {"kid": "new"})
    idp.header = {"alg": "RS256", "kid": "new"}
    assert await come(stranger) == "/"


async def test_an_answer_that_was_not_begun_in_this_browser_is_refused(idp: Provider, address: str) -> None:
    async with browser(address) as thief, browser(address) as victim:
        async with thief.session.get(f"{address}/api/v1/session/openid", allow_redirects=False) as response:
            there = response.headers["Location"]
        async with thief.session.get(there, allow_redirects=False) as response:
            back = response.headers["Location"]
        async with victim.session.get(back) as response:
            assert response.url.path_qs == "/login?problem=openid_refused"
        assert await who(victim) == "not_signed_in"
        assert "token" not in idp.seen
        async with thief.session.get(back) as response:
            assert response.url.path_qs == "/"
        async with thief.session.get(back) as response:  # and not twice
            assert response.url.path_qs == "/login?problem=openid_refused"


async def test_a_provider_that_is_away_is_told(idp: Provider, stranger: Person) -> None:
    idp.issuer = "http://127.0.0.1:1"  # no longer who the settings say
    assert await come(stranger) == "/login?problem=openid_away"


async def back(person: Person, query: str = "code=x&state=y", **headers: str) -> str:
    """Sent to the way back, as any page can send anybody: why they end up at the sign-in page."""
    path = f"{person.base}/api/v1/session/openid/return?{query}"
    async with person.session.get(path, headers=headers) as response:
        return response.url.query["problem"]


async def begun(person: Person) -> str:
    """The state of a sign-in that this browser has begun."""
    async with person.session.get(f"{person.base}/api/v1/session/openid", allow_redirects=False) as response:
        return URL(response.headers["Location"]).query["state"]


async def test_nobody_is_shut_out_by_ways_back_that_nobody_began(stranger: Person, address: str) -> None:
    with capture_logs() as logs:
        for number in range(100):
            assert await back(stranger, **{"X-Forwarded-For": f"203.0.113.{number}"}) == "openid_refused"
    assert not [entry for entry in logs if entry["event"] == "sign_in_refused"]
    assert await come(stranger) == "/"


async def test_a_cookie_of_another_sign_in_stays_for_its_own_way_back(stranger: Person) -> None:
    state = await begun(stranger)
    assert await back(stranger) == "openid_refused"
    assert await back(stranger, f"code=x&state={state}") == "openid_refused"
    assert await come(stranger) == "/"


async def test_one_address_guesses_codes_so_often_and_no_more_and_nobody_else_waits_for_it(stranger: Person) -> None:
    ends = [await back(stranger, f"code=x&state={await begun(stranger)}") for _ in range(41)]
    assert ends == ["openid_refused"] * 40 + ["too_many_attempts"]
    far = {"X-Forwarded-For": "203.0.113.7"}
    assert await back(stranger, f"code=x&state={await begun(stranger)}", **far) == "openid_refused"


async def test_a_provider_that_is_away_uses_up_nobodys_tries(idp: Provider, stranger: Person) -> None:
    states = []
    for _ in range(45):
        states.append(await begun(stranger))
        idp.away = True
        assert await back(stranger, f"code=x&state={states[-1]}") == "openid_away"
        idp.away = False
    assert await come(stranger) == "/"


async def test_who_comes_by_the_provider_needs_no_password_of_anybodys(
    arrive: Arrive, built: House, stranger: Person
) -> None:
    """An account that the admin has just made on the page."""
    new = {"username": "dewi", "name": "Dewi", "role": "operator", "password": "gunung tinggi berkabut"}
    assert (await (await arrive("admin")).ask("POST", "/api/v1/accounts", new)).status == 201
    await built.store.accounts.update("operator1", password_temporary=True)
    assert await come(stranger) == "/"
    session = (await stranger.get("/api/v1/session")).body
    assert ("pending" in session, session["password"]) == (False, "own")
    assert (await stranger.get("/api/v1/tickets")).status == 200
    assert (await stranger.sign_in("operator1")).body["pending"] == "new_password"


async def test_a_known_browser_stays_known_on_the_way_back_from_another_site(stranger: Person, idp: Provider) -> None:
    await come(stranger)
    cookies = {cookie.key: cookie for cookie in stranger.session.cookie_jar}
    assert (cookies["sambut"]["samesite"], cookies["sambut-device"]["samesite"]) == ("Strict", "Lax")
    token = cookies["sambut-device"].value
    await come(stranger)
    assert {c.value for c in stranger.session.cookie_jar if c.key == "sambut-device"} == {token}


class TestCreate:
    @pytest.fixture
    def wishes(self) -> dict[str, Any]:
        return {"accounts": "create", "unit_claim": "office"}

    async def test_whoever_has_a_role_gets_an_account_that_follows_the_provider(
        self, idp: Provider, built: House, address: str
    ) -> None:
        idp.who.update(preferred_username="rina", name="Rina", email="rina@kantor.example")
        async with browser(address) as rina:
            assert await come(rina) == "/"
            assert await built.store.accounts.get("rina") == Account(
                "rina", "Rina", Role.OPERATOR, email="rina@kantor.example"
            )
            assert (await rina.sign_in("rina", "")).status == 422
            assert (await rina.sign_in("rina", "apa saja yang panjang")).code == "wrong_credentials"
            idp.who["realm_access"] = {"roles": ["hotline-admin"]}
            async with browser(address) as elsewhere:
                assert await come(elsewhere) == "/"
                assert (await elsewhere.get("/api/v1/accounts")).status == 200
            assert await who(rina) == "not_signed_in"  # the role has changed

    async def test_without_a_role_there_is_no_account(self, idp: Provider, built: House, stranger: Person) -> None:
        idp.who.update(preferred_username="rina", realm_access={"roles": ["x"]})
        assert await come(stranger) == "/login?problem=openid_unknown"
        assert await built.store.accounts.get("rina") is None

    async def test_nothing_of_an_account_changes_for_somebody_whom_it_does_not_belong_to(
        self, idp: Provider, built: House, address: str
    ) -> None:
        """A name at the provider changes hands: the new one is an admin there."""
        async with browser(address) as budi, browser(address) as newcomer:
            assert await come(budi) == "/"
            before = await built.store.accounts.get("operator1")
            idp.who.update(sub="u-2", realm_access={"roles": ["hotline-admin"]}, email="baru@kantor.example")
            assert await come(newcomer) == "/login?problem=openid_unknown"
            assert await built.store.accounts.get("operator1") == before
            assert (await budi.get("/api/v1/accounts")).code == "forbidden"

    async def test_a_closed_account_stays_as_it_was(self, idp: Provider, built: House, stranger: Person) -> None:
        before = await built.store.accounts.update("operator1", active=False)
        idp.who.update(realm_access={"roles": ["hotline-admin"]})
        assert await come(stranger) == "/login?problem=openid_unknown"
        assert await built.store.accounts.get("operator1") == before

    async def test_the_provider_does_not_take_the_last_admin_away(
        self, idp: Provider, built: House, stranger: Person
    ) -> None:
        idp.who.update(preferred_username="admin")
        with capture_logs() as logs:
            assert await come(stranger) == "/login?problem=openid_unknown"
        assert [e["reason"] for e in logs if e["event"] == "sign_in_refused"] == ["openid: last_admin"]
        account = await built.store.accounts.get("admin")
        assert account is not None and account.role is Role.ADMIN

    async def test_whoever_was_added_has_no_password_and_is_told_so(self, idp: Provider, stranger: Person) -> None:
        idp.who.update(preferred_username="rina")
        assert await come(stranger) == "/"
        assert (await stranger.get("/api/v1/session")).body["password"] is None

    async def test_claims_that_stand_only_at_userinfo_count_too(self, idp: Provider, stranger: Person) -> None:
        idp.only_userinfo = frozenset({"realm_access", "name"})
        assert await come(stranger) == "/"
        assert "userinfo" in idp.seen


class TestSecondFactor:
    @pytest.fixture
    def settings(self, idp: Provider, wishes: dict[str, Any]) -> dict[str, Any]:
        openid = {"issuer": idp.issuer, "client_id": CLIENT, **wishes}
        return {"openid": openid, "openid_secret": SECRET, "roles": {"operator": {"second_factor": True}}}

    @pytest.mark.parametrize(("wishes", "pending"), [({}, "enrol"), ({"second_factor": "provider"}, None)])
    async def test_ours_is_asked_for_unless_the_provider_is_trusted_to_ask(
        self, stranger: Person, pending: str | None
    ) -> None:
        assert await come(stranger) == "/"
        assert (await stranger.get("/api/v1/session")).body.get("pending") == pending
