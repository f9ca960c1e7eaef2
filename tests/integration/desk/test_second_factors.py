"""A second factor by an authenticator app: set up, asked for, replaced by recovery codes, reset.

Passkeys: test_passkeys.py, and in a real browser, with its own authenticator, tests/e2e/test_second_factor.py.
"""

import pyotp
import pytest
from structlog.testing import capture_logs

from desk.sign_in import SESSIONS_AT_MOST
from sealing import Keyring
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import PASSWORD, Person, Reply, browser


async def enrol(person: Person, clock: TestClock) -> tuple[pyotp.TOTP, list[str]]:
    """The person's app, and the recovery codes that they write down."""
    offer = (await person.ask("POST", "/api/v1/me/factors/totp")).body
    app = pyotp.parse_uri(offer["uri"])
    assert isinstance(app, pyotp.TOTP)
    assert app.secret == offer["secret"]
    reply = await person.ask("POST", "/api/v1/me/factors/totp/confirm", {"code": app.at(clock())})
    assert reply.status == 200, reply.body
    return app, reply.body["codes"]


async def give(person: Person, code: str) -> Reply:
    return await person.ask("POST", "/api/v1/session/code", {"code": code})


async def test_who_has_an_app_is_asked_for_its_code_after_the_password(
    arrive: Arrive, stranger: Person, clock: TestClock
) -> None:
    operator = await arrive("operator1")
    app, codes = await enrol(operator, clock)
    assert len(codes) == len(set(codes)) == 10
    assert {len(code.replace("-", "")) * 5 for code in codes} == {120}, "bits: what is hashed plainly has 112 and more"
    assert (await operator.get("/api/v1/tickets")).status == 200  # with this session it was proved
    signed = (await stranger.sign_in("operator1")).body
    assert (signed["pending"], signed["choice"]) == (
        "second_factor",
        {"totp": True, "passkey": False, "recovery": True},
    )
    assert "presence" not in signed
    for path in ("/api/v1/tickets", "/api/v1/me/factors", "/api/v1/me/sessions"):
        assert (await stranger.get(path)).code == "second_factor_needed"
    assert (await stranger.ask("POST", "/api/v1/me/password", {"old": PASSWORD, "new": "x" * 12})).status == 401
    assert (await give(stranger, "000000")).code == "wrong_code"
    clock.ahead += 30
    entered = await give(stranger, app.at(clock()))
    assert (entered.status, "pending" in entered.body) == (200, False)
    assert (await stranger.get("/api/v1/tickets")).status == 200


async def test_the_session_goes_on_under_a_new_token(arrive: Arrive, stranger: Person, clock: TestClock) -> None:
    app, _ = await enrol(await arrive("operator1"), clock)
    before = (await stranger.sign_in("operator1")).headers["Set-Cookie"].partition(";")[0]
    clock.ahead += 30
    after = (await give(stranger, app.at(clock()))).headers["Set-Cookie"].partition(";")[0]
    assert before != after
    async with browser(stranger.base) as thief:
        assert (await thief.get("/api/v1/session", Cookie=before)).code == "not_signed_in"
        assert (await thief.get("/api/v1/session", Cookie=after)).status == 200


async def test_a_code_counts_once_and_for_a_minute(arrive: Arrive, address: str, clock: TestClock) -> None:
    app, _ = await enrol(await arrive("operator1"), clock)
    clock.ahead += 60
    code = app.at(clock())
    for wanted in (200, 403):
        async with browser(address) as person:
            await person.sign_in("operator1")
            assert (await give(person, code)).status == wanted
    clock.ahead += 600
    old = app.at(clock() - 90)
    async with browser(address) as person:
        await person.sign_in("operator1")
        assert (await give(person, old)).code == "wrong_code"


async def test_a_recovery_code_counts_once_however_it_is_typed(arrive: Arrive, address: str, clock: TestClock) -> None:
    _, codes = await enrol(await arrive("operator1"), clock)
    for wanted in (200, 403):
        async with browser(address) as person:
            await person.sign_in("operator1")
            assert (await give(person, codes[3].upper().replace("-", " "))).status == wanted


async def test_codes_are_not_guessed(arrive: Arrive, stranger: Person, clock: TestClock) -> None:
    app, _ = await enrol(await arrive("operator1"), clock)
    await stranger.sign_in("operator1")
    replies = [(await give(stranger, f"{n:06}")).status for n in range(6)]
    assert replies == [403] * 5 + [429]
    clock.ahead += 30
    assert (await give(stranger, app.at(clock()))).code == "too_many_attempts"


async def test_codes_are_not_guessed_all_day_until_the_password_is_another(
    arrive: Arrive, address: str, clock: TestClock
) -> None:
    known, admin = await arrive("operator1"), await arrive("admin")
    app, _ = await enrol(known, clock)

    async def guess(password: str = PASSWORD) -> str | None:
        async with browser(address) as thief:
            clock.ahead += 301
            assert (await thief.sign_in("operator1", password)).status == 200
            return (await give(thief, "000000")).code

    assert [await guess() for _ in range(51)] == ["wrong_code"] * 50 + ["too_many_attempts"]
    await known.sign_in("operator1")  # a stranger does not shut out who is known
    clock.ahead += 30
    assert (await give(known, app.at(clock()))).status == 200
    await admin.sign_in("admin")
    new = "gunung tinggi berkabut"
    assert (await admin.ask("PATCH", "/api/v1/accounts/operator1", {"password": new})).status == 200
    assert await guess(new) == "wrong_code"


async def test_who_gives_only_the_password_is_out_after_a_quarter_of_an_hour(
    arrive: Arrive, stranger: Person, clock: TestClock
) -> None:
    app, _ = await enrol(await arrive("operator1"), clock)
    await stranger.sign_in("operator1")
    clock.ahead += 16 * 60
    assert (await give(stranger, app.at(clock()))).code == "not_signed_in"


async def test_what_one_signs_in_with_is_changed_only_after_the_password(arrive: Arrive, clock: TestClock) -> None:
    operator = await arrive("operator1")
    clock.ahead += 11 * 60
    assert (await operator.ask("POST", "/api/v1/me/factors/totp")).code == "proof_needed"
    assert (await operator.ask("POST", "/api/v1/session/proof", {"password": "salah"})).code == "wrong_password"
    assert (await operator.ask("POST", "/api/v1/session/proof", {"password": PASSWORD})).status == 200
    await enrol(operator, clock)
    shown = (await operator.get("/api/v1/me/factors")).body
    assert (shown["totp_since"] is not None, shown["recovery_left"], shown["required"]) == (True, 10, False)


async def test_an_app_that_is_offered_and_not_taken_up_changes_nothing(
    arrive: Arrive, stranger: Person, clock: TestClock
) -> None:
    operator = await arrive("operator1")
    await operator.ask("POST", "/api/v1/me/factors/totp")
    assert "pending" not in (await stranger.sign_in("operator1")).body
    app, _ = await enrol(operator, clock)
    await operator.ask("POST", "/api/v1/me/factors/totp")
    await stranger.sign_in("operator1")
    clock.ahead += 30
    assert (await give(stranger, app.at(clock()))).status == 200


async def test_the_secret_lies_sealed_in_the_database(built: House, arrive: Arrive, clock: TestClock) -> None:
    app, _ = await enrol(await arrive("operator1"), clock)
    kept = await built.store.factors.totp("operator1")
    assert kept is not None
    assert kept.secret is not None
    assert kept.secret.startswith("sealed:")
    assert app.secret not in kept.secret


async def test_the_admin_resets_what_somebody_has_lost(arrive: Arrive, stranger: Person, clock: TestClock) -> None:
    operator, admin = await arrive("operator1"), await arrive("admin")
    await enrol(operator, clock)
    accounts = (await admin.get("/api/v1/accounts")).body["items"]
    assert {each["username"] for each in accounts if each["second_factor"]} == {"operator1"}
    assert not (await admin.ask("DELETE", "/api/v1/accounts/operator1/factors")).body["second_factor"]
    assert (await operator.get("/api/v1/session")).code == "not_signed_in"
    assert "pending" not in (await stranger.sign_in("operator1")).body
    assert (await admin.ask("DELETE", "/api/v1/accounts/nobody/factors")).code == "not_found"


async def test_an_app_is_removed_by_its_person(arrive: Arrive, stranger: Person, clock: TestClock) -> None:
    operator = await arrive("operator1")
    await enrol(operator, clock)
    assert (await operator.ask("POST", "/api/v1/me/factors/recovery-codes")).body["codes"]
    assert (await operator.ask("DELETE", "/api/v1/me/factors/totp")).status == 200
    assert (await operator.get("/api/v1/me/factors")).body["recovery_left"] == 0
    assert "pending" not in (await stranger.sign_in("operator1")).body
    assert (await operator.ask("POST", "/api/v1/me/factors/recovery-codes")).code == "not_found"


async def test_a_passkey_is_bound_to_a_name_and_an_ip_address_is_told_so(arrive: Arrive) -> None:
    operator = await arrive("operator1")
    assert (await operator.ask("POST", "/api/v1/me/factors/passkeys/question")).code == "no_passkey_here"


async def test_who_has_given_only_the_password_is_told_nothing_but_who_it_is(
    built: House, arrive: Arrive, stranger: Person, clock: TestClock
) -> None:
    await built.store.accounts.update("operator1", email="asep@kantor.example")
    await enrol(await arrive("operator1"), clock)
    told = (await stranger.sign_in("operator1")).body
    assert (told["user"]["name"], told["user"]["email"], told["user"]["phone"]) == ("Asep Operator", "", "")
    assert told["server"] == {"version": "", "engine": "", "demo": True, "warnings": []}
    assert (await stranger.get("/api/v1/session")).body == told


async def test_a_removed_factor_and_new_recovery_codes_end_every_other_session(
    arrive: Arrive, stranger: Person, clock: TestClock
) -> None:
    operator = await arrive("operator1")
    app, _ = await enrol(operator, clock)
    for number, change in enumerate(
        (("POST", "/api/v1/me/factors/recovery-codes"), ("DELETE", "/api/v1/me/factors/totp"))
    ):
        await stranger.sign_in("operator1")
        clock.ahead += 30
        assert (await give(stranger, app.at(clock()))).status == 200, number
        assert (await operator.ask(*change)).status == 200
        assert (await stranger.get("/api/v1/session")).code == "not_signed_in"
        assert (await operator.get("/api/v1/session")).status == 200


async def test_a_password_alone_ends_nobodys_session_and_is_not_tried_for_ever(
    arrive: Arrive, address: str, clock: TestClock
) -> None:
    operator = await arrive("operator1")
    app, _ = await enrol(operator, clock)
    replies = []
    for _ in range(12):
        async with browser(address) as thief:
            replies.append((await thief.sign_in("operator1")).status)
            clock.ahead += 1
    assert replies == [200] * 5 + [429] * 7
    for _ in range(6):
        clock.ahead += 301
        for _ in range(5):
            async with browser(address) as thief:
                assert (await thief.sign_in("operator1")).status == 200
        await operator.ask("PATCH", "/api/v1/me", {"language": "id"})
    assert (await operator.get("/api/v1/session")).status == 200
    assert len((await operator.get("/api/v1/me/sessions")).body["items"]) == 1 + SESSIONS_AT_MOST
    assert (await operator.sign_in("operator1")).body["pending"] == "second_factor"  # a known device
    clock.ahead += 30
    assert (await give(operator, app.at(clock()))).status == 200


async def test_an_app_whose_key_is_gone_is_said_to_be(
    built: House, arrive: Arrive, stranger: Person, clock: TestClock
) -> None:
    app, codes = await enrol(await arrive("operator1"), clock)
    await stranger.sign_in("operator1")
    built.store.keyring._keys = Keyring.fresh().keys
    clock.ahead += 30
    with capture_logs() as logs:
        reply = await give(stranger, app.at(clock()))
    assert (reply.status, reply.code) == (503, "sealed")
    assert "key" not in reply.body.get("detail", "")
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["secret_sealed"]
    assert (await give(stranger, codes[0])).status == 200


class TestRequired:
    """The settings ask coordinators for a second factor."""

    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"roles": {"coordinator": {"second_factor": True}}}

    async def test_who_has_none_sets_one_up_before_anything_else(self, stranger: Person, clock: TestClock) -> None:
        assert (await stranger.sign_in("coordinator")).body["pending"] == "enrol"
        assert (await stranger.get("/api/v1/inbox")).code == "second_factor_missing"
        await enrol(stranger, clock)
        assert (await stranger.get("/api/v1/inbox")).status == 200
        assert (await stranger.ask("DELETE", "/api/v1/me/factors/totp")).code == "factor_needed"

    async def test_nobody_else_is_asked(self, stranger: Person) -> None:
        assert "pending" not in (await stranger.sign_in("operator1")).body
