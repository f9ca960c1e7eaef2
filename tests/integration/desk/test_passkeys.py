"""Passkeys over HTTP: what is asked, what is signed, and what is refused. In a real browser: tests/e2e."""

from typing import Any

import pytest

from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.passkeys import SoftPasskey
from tests.integration.desk.people import PASSWORD, Person, Reply

NAME = "hotline.test"
ORIGIN = f"http://{NAME}"
MINE = "/api/v1/me/factors/passkeys"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"public_url": ORIGIN}


@pytest.fixture
def passkey() -> SoftPasskey:
    return SoftPasskey(ORIGIN, NAME)


async def question(person: Person, path: str = MINE) -> str:
    """The challenge that a browser is to answer."""
    reply = await person.ask("POST", f"{path}/question")
    assert reply.status == 200, reply.body
    return str(reply.body["public_key"]["challenge"])


async def keep(person: Person, credential: Any) -> Reply:
    return await person.ask("POST", MINE, {"name": "kunci", "credential": credential})


async def test_a_passkey_is_kept_and_then_opens_the_second_step(
    arrive: Arrive, stranger: Person, passkey: SoftPasskey
) -> None:
    operator = await arrive("operator1")
    assert (await keep(operator, passkey.make(await question(operator)))).status == 200
    assert (await stranger.sign_in("operator1")).body["pending"] == "second_factor"
    signed = passkey.sign(await question(stranger, "/api/v1/session/passkey"))
    assert (await stranger.ask("POST", "/api/v1/session/passkey", {"credential": signed})).status == 200
    assert (await stranger.get("/api/v1/tickets")).status == 200


async def test_a_question_of_the_sign_in_makes_nobody_a_passkey(arrive: Arrive, passkey: SoftPasskey) -> None:
    """To be asked that takes no proof of who is there."""
    operator = await arrive("operator1")
    made = passkey.make(await question(operator, "/api/v1/session/passkey"))
    assert (await keep(operator, made)).code == "wrong_code"
    assert (await operator.get("/api/v1/me/factors")).body["passkeys"] == []


async def test_whoever_finds_a_desk_unlocked_adds_no_passkey(
    arrive: Arrive, passkey: SoftPasskey, clock: TestClock
) -> None:
    operator = await arrive("operator1")
    asked = await question(operator)
    clock.ahead += 11 * 60
    for challenge in (asked, await question(operator, "/api/v1/session/passkey")):
        assert (await keep(operator, passkey.make(challenge))).code == "proof_needed"
    assert (await operator.ask("POST", "/api/v1/session/proof", {"password": PASSWORD})).status == 200
    assert (await keep(operator, passkey.make(await question(operator)))).status == 200


async def test_a_question_is_answered_once_and_within_minutes(
    arrive: Arrive, passkey: SoftPasskey, clock: TestClock
) -> None:
    operator = await arrive("operator1")
    asked = await question(operator)
    clock.ahead += 301
    assert (await keep(operator, passkey.make(asked))).code == "wrong_code"
    assert (await keep(operator, passkey.make(asked))).code == "wrong_code"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"id": 7},
        {"id": "a", "rawId": "a", "type": "public-key", "response": []},
        {
            "id": "YQ",
            "rawId": "YQ",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
        },
    ],
)
async def test_nonsense_is_no_passkey(arrive: Arrive, passkey: SoftPasskey, answer: dict[str, object]) -> None:
    operator = await arrive("operator1")
    await question(operator)
    assert (await keep(operator, answer)).code == "wrong_code"
    elsewhere = SoftPasskey("http://evil.test", NAME).make(await question(operator))
    assert (await keep(operator, elsewhere)).code == "wrong_code"
    assert (await keep(operator, passkey.make(await question(operator)))).status == 200
