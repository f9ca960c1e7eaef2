"""Signing in, staying in, getting out; and how often one may guess."""

import statistics
import time

import pytest
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs

from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import PASSWORD, Person, browser


async def test_the_right_password_gives_a_session_that_no_script_and_no_other_site_can_use(stranger: Person) -> None:
    reply = await stranger.sign_in("operator1")
    assert reply.status == 200
    assert reply.body["user"] == {
        "username": "operator1",
        "name": "Asep Operator",
        "role": "operator",
        "language": "id",
        "phone": "sip:operator1@127.0.0.1:5080",
        "phone_kind": "sip",
        "auto_answer": False,
        "active": True,
        "unit": "",
        "email": "",
        "email_notices": True,
        "password_temporary": False,
        "second_factor": False,
    }
    assert reply.body["presence"]["state"] == "offline"
    cookie = reply.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert (await stranger.get("/api/v1/session")).body["user"]["username"] == "operator1"


async def test_a_user_name_is_found_in_whatever_case_it_is_typed(stranger: Person) -> None:
    assert (await stranger.sign_in(" Operator1 ")).status == 200


async def test_the_store_keeps_only_the_hash_of_a_token(built: House, stranger: Person) -> None:
    token = (await stranger.sign_in("operator1")).headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    assert len(token) >= 43  # 256 bits
    assert await built.store.sessions.get(token, 0.0) is None


@pytest.mark.parametrize(("username", "password"), [("operator1", "salah"), ("nobody", PASSWORD), ("nobody", "salah")])
async def test_a_wrong_name_or_password_is_refused_without_saying_which(
    stranger: Person, username: str, password: str
) -> None:
    reply = await stranger.sign_in(username, password)
    assert (reply.status, reply.code) == (401, "wrong_credentials")
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    assert set(reply.body["message"]) == {"id", "en"}


async def test_an_account_that_was_made_inactive_cannot_sign_in_and_is_out_at_once(
    built: House, arrive: Arrive, stranger: Person
) -> None:
    operator = await arrive("operator1")
    await built.store.accounts.update("operator1", active=False)
    assert (await operator.get("/api/v1/session")).code == "not_signed_in"
    assert (await stranger.sign_in("operator1")).code == "wrong_credentials"


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(stranger: Person) -> None:
    async def median_s(usernames: list[str]) -> float:
        spent = []
        for username in usernames:
            began = time.perf_counter()
            assert (await stranger.sign_in(username, "salah")).status == 401
            spent.append(time.perf_counter() - began)
        return statistics.median(spent)

    known = await median_s([f"operator{n}" for n in (1, 2, 3, 4)] + ["pic", "admin", "supervisor"])
    unknown = await median_s([f"nobody{n}" for n in range(7)])
    assert unknown > known / 2  # without the hash it would be a tenth


async def test_after_too_many_failures_an_account_has_to_wait_even_with_the_right_password(
    stranger: Person, clock: TestClock
) -> None:
    for _ in range(5):
        assert (await stranger.sign_in("operator1", "salah")).status == 401
    reply = await stranger.sign_in("operator1")
    assert (reply.status, reply.code) == (429, "too_many_attempts")
    assert 0 < int(reply.headers["Retry-After"]) <= 300
    assert reply.body["retry_after_s"] == int(reply.headers["Retry-After"])
    assert (await stranger.sign_in("operator2")).status == 200
    clock.ahead += 301
    assert (await stranger.sign_in("operator1")).status == 200


async def test_one_address_that_tries_many_names_has_to_wait(stranger: Person) -> None:
    replies = [(await stranger.sign_in(f"nobody{n}", "salah")).status for n in range(41)]
    assert replies == [401] * 40 + [429]


async def test_signing_in_correctly_does_not_use_up_the_attempts(stranger: Person) -> None:
    for _ in range(50):
        assert (await stranger.sign_in("operator1")).status == 200


async def test_signing_out_ends_the_session_for_good(stranger: Person, address: str) -> None:
    token = (await stranger.sign_in("operator1")).headers["Set-Cookie"].partition(";")[0]
    assert (await stranger.ask("DELETE", "/api/v1/session")).status == 200
    async with browser(address) as thief:
        assert (await thief.get("/api/v1/session", Cookie=token)).code == "not_signed_in"


async def test_a_session_ends_by_itself(arrive: Arrive, clock: TestClock) -> None:
    operator = await arrive("operator1")
    clock.ahead += 12 * 3600 + 1
    assert (await operator.get("/api/v1/session")).code == "not_signed_in"


async def test_a_new_password_signs_out_every_other_browser_and_is_the_one_that_counts(arrive: Arrive) -> None:
    here, elsewhere = await arrive("operator1"), await arrive("operator1")
    change = {"old": PASSWORD, "new": "sandi yang baru sekali"}
    assert (await here.ask("POST", "/api/v1/me/password", {**change, "old": "salah"})).code == "wrong_password"
    assert (await here.ask("POST", "/api/v1/me/password", change)).status == 200
    assert (await elsewhere.get("/api/v1/session")).code == "not_signed_in"
    assert (await here.get("/api/v1/session")).status == 200
    assert (await here.sign_in("operator1")).code == "wrong_credentials"
    assert (await here.sign_in("operator1", change["new"])).status == 200


async def test_a_short_new_password_is_refused_with_the_reason_in_both_languages(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    reply = await operator.ask("POST", "/api/v1/me/password", {"old": PASSWORD, "new": "pendek"})
    (error,) = reply.body["errors"]
    assert (reply.status, error["field"], error["code"]) == (422, "new", "string_too_short")
    assert "12" in error["message"]["id"]
    assert "12" in error["message"]["en"]


async def test_a_strangers_wrong_tries_do_not_shut_out_a_known_device_even_at_the_same_address(
    arrive: Arrive, stranger: Person
) -> None:
    known = await arrive("operator1")
    for _ in range(5):
        assert (await stranger.sign_in("operator1", "salah")).status == 401
    assert (await stranger.sign_in("operator1")).code == "too_many_attempts"
    assert (await known.sign_in("operator1")).status == 200
    assert (await known.sign_in("operator2", "salah")).status == 401  # known for operator1 only


async def test_a_known_device_may_not_guess_for_ever_either(arrive: Arrive) -> None:
    known = await arrive("operator1")
    replies = [(await known.sign_in("operator1", "salah")).status for _ in range(6)]
    assert replies == [401] * 5 + [429]


async def test_a_device_that_we_did_not_name_is_not_known(built: House, address: str, stranger: Person) -> None:
    planted = "sambut-device=" + "x" * 43
    headers = {"Origin": address, "Content-Type": "application/json", "Cookie": planted}
    data = f'{{"username": "operator1", "password": "{PASSWORD}"}}'
    reply = await stranger.send("POST", "/api/v1/session", headers=headers, data=data)
    cookies = reply.headers.getall("Set-Cookie")
    assert any(each.startswith("sambut-device=") and "x" * 43 not in each and "HttpOnly" in each for each in cookies)


async def test_a_refused_sign_in_is_told_with_its_address_and_without_a_name_that_nobody_has(stranger: Person) -> None:
    with capture_logs() as logs:
        await stranger.sign_in("operator1", "salah")
        await stranger.sign_in("kata-sandi-saya", "salah")
        for _ in range(5):
            await stranger.sign_in("operator1", "salah")
    why = [entry["reason"] for entry in logs if entry["event"] == "sign_in_failed"]
    assert why[:2] == ["wrong_password", "unknown_account"]
    told = [entry for entry in logs if entry["event"] == "sign_in_refused"]
    assert len(told) == 7 and told[-1]["reason"] == "too_many_attempts"
    assert {entry["source"] for entry in told} == {"127.0.0.1"}
    assert "kata-sandi-saya" not in str(logs)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("123456789012", "too_usual"),
        ("passwordpassword", "too_usual"),
        ("qwertyuiop12345", "too_usual"),
        ("Operator1 suka mangga", "holds_name"),
        ("lagu-A.S.E.P-merdu", "holds_name"),
        ("sambut semua tamu", "holds_name"),
        (PASSWORD, "same_password"),
    ],
)
async def test_a_usual_password_or_one_with_the_persons_name_is_refused(arrive: Arrive, new: str, code: str) -> None:
    operator = await arrive("operator1")
    reply = await operator.ask("POST", "/api/v1/me/password", {"old": PASSWORD, "new": new})
    (error,) = reply.body["errors"]
    assert (reply.status, error["field"], error["code"]) == (422, "new", code)
    assert set(error["message"]) == {"id", "en"}


async def test_a_first_password_is_good_for_choosing_another_and_for_nothing_else(
    arrive: Arrive, stranger: Person
) -> None:
    admin = await arrive("admin")
    assert (await admin.ask("PATCH", "/api/v1/accounts/pic", {"password": "sandi-lain-panjang"})).status == 200
    assert (await stranger.sign_in("pic", "sandi-lain-panjang")).body["pending"] == "new_password"
    assert (await stranger.get("/api/v1/inbox")).code == "new_password_needed"
    with pytest.raises(WSServerHandshakeError):
        async with stranger.page():
            pass
    change = {"old": "sandi-lain-panjang", "new": "gunung tinggi berkabut"}
    assert (await stranger.ask("POST", "/api/v1/me/password", change)).status == 200
    assert (await stranger.get("/api/v1/inbox")).status == 200
    assert "pending" not in (await stranger.get("/api/v1/session")).body


class TestBehindAProxy:
    """`public_url` says that a proxy of ours ends TLS before us."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"public_url": "https://hotline.example.go.id", "trusted_proxies": "127.0.0.1, 10.0.0.0/8"}

    async def test_the_cookie_is_bound_to_https_and_to_the_host(self, stranger: Person) -> None:
        cookie = (await stranger.sign_in("operator1")).headers["Set-Cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie

    async def test_pages_of_the_public_address_may_change_things(self, stranger: Person) -> None:
        headers = {"Origin": "https://hotline.example.go.id", "Content-Type": "application/json"}
        data = f'{{"username": "operator1", "password": "{PASSWORD}"}}'
        reply = await stranger.send("POST", "/api/v1/session", headers=headers, data=data)
        assert reply.status == 200
        assert "max-age" in reply.headers["Strict-Transport-Security"]

    async def test_the_limit_counts_the_address_that_the_proxy_saw(self, stranger: Person) -> None:
        async def guess(n: int, forwarded: str) -> int:
            headers = {"Origin": stranger.base, "Content-Type": "application/json", "X-Forwarded-For": forwarded}
            data = f'{{"username": "nobody{n}", "password": "x"}}'
            return (await stranger.send("POST", "/api/v1/session", headers=headers, data=data)).status

        assert {await guess(n, f"1.1.1.{n}, 203.0.113.7") for n in range(40)} == {401}
        assert await guess(40, "9.9.9.9, 203.0.113.7") == 429
        assert await guess(41, "203.0.113.8") == 401
        assert await guess(42, "9.9.9.9, 203.0.113.7, 10.1.2.3") == 429  # two proxies of ours, one after the other


async def test_an_address_that_no_named_proxy_tells_is_not_believed(stranger: Person) -> None:
    async def guess(n: int) -> int:
        headers = {"Origin": stranger.base, "Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{n}"}
        data = f'{{"username": "nobody{n}", "password": "x"}}'
        return (await stranger.send("POST", "/api/v1/session", headers=headers, data=data)).status

    assert {await guess(n) for n in range(40)} == {401}
    assert await guess(40) == 429
