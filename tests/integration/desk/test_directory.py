"""Signing in by a directory: a real slapd, over TLS, and what happens when it is away."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

pytest.importorskip("ldap", reason="needs requirements/ldap.txt")

from config.ldap import Ldap
from desk.directory import Directory, DirectoryAway
from storage import Account, Role
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import PASSWORD, Person, browser
from tests.integration.desk.slapd import BASE, LOOKER, LOOKERS_PASSWORD, SLAPD, Slapd, slapd
from tests.integration.tls_ends import Authority

pytestmark = pytest.mark.skipif(SLAPD is None, reason="needs Debian's package slapd")

ASEP, DEWI, LAIN = "rahasia direktori 1", "rahasia direktori 2", "rahasia direktori 3"
ROLES = {f"cn=hotline operator, ou=groups, {BASE}": "operator"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "tls").mkdir()
    return Authority(tmp_path / "tls")


@pytest.fixture
async def directory(tmp_path: Path, authority: Authority) -> AsyncIterator[Slapd]:
    certificate, _ = authority.certificate("127.0.0.1")
    async with slapd(tmp_path / "slapd", certificate) as running:
        yield running


@pytest.fixture
def wishes() -> dict[str, Any]:
    return {}


@pytest.fixture
def settings(directory: Slapd, authority: Authority, wishes: dict[str, Any]) -> dict[str, Any]:
    return {"ldap": {**asked(directory, authority), **wishes}, "ldap_password": LOOKERS_PASSWORD}


def asked(directory: Slapd, authority: Authority) -> dict[str, Any]:
    return {
        "url": directory.secure,
        "ca": str(authority.file),
        "base": f"ou=people,{BASE}",
        "bind_dn": LOOKER,
        "groups_base": f"ou=groups,{BASE}",
        "roles": ROLES,
        "within_s": 2,
    }


async def enter(person: Person, username: str, password: str) -> str:
    """The name of who is in, or the code of the refusal."""
    reply = await person.ask("POST", "/api/v1/session", {"username": username, "password": password})
    return str(reply.body["user"]["username"]) if reply.status == 200 else str(reply.code)


async def test_who_comes_by_the_directory_needs_no_password_of_the_admins(address: str, built: House) -> None:
    await built.store.accounts.update("operator1", password_temporary=True)
    for password, pending in ((ASEP, None), (PASSWORD, "new_password")):
        async with browser(address) as person:
            session = (await person.sign_in("operator1", password)).body
            assert (session.get("pending"), session["password"]) == (pending, "own")


async def test_whom_the_admin_has_added_comes_in_by_the_password_of_the_directory_or_their_own(
    address: str, built: House
) -> None:
    for password in (ASEP, PASSWORD):
        async with browser(address) as person:
            assert await enter(person, " Operator1 ", password) == "operator1"
    account = await built.store.accounts.get("operator1")
    assert account is not None
    assert account.name == "Asep Operator"  # `existing`: what the admin has written stands


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("operator1", "rahasia direktori 2"),
        ("dewi", DEWI),  # known there, and not added here
        ("operator2", ASEP),  # added here, and not known there
        ("operator*", ASEP),
        ("*)(uid=operator1", ASEP),
        ("operator1)(cn=*", ASEP),
        ("operator1\x00", ASEP),
    ],
)
async def test_nobody_else_does(stranger: Person, username: str, password: str) -> None:
    with capture_logs() as told:
        assert await enter(stranger, username, password) in ("wrong_credentials", "invalid", "bad_request")
    assert not any(password in json.dumps(each, default=str) for each in told)


@pytest.mark.parametrize("username", ["*", "operator*", "*)(uid=operator1", "operator1)(cn=*", "\\2a", "operator1\x00"])
async def test_what_a_filter_would_understand_finds_nobody(
    directory: Slapd, authority: Authority, username: str
) -> None:
    asking = Directory(Ldap.model_validate(asked(directory, authority)), LOOKERS_PASSWORD)
    assert await asking.prove(username, ASEP) is None
    assert await asking.prove("operator1", "") is None, "a bind without a password is nobody's"
    known = await asking.prove("operator1", ASEP)
    assert known is not None
    assert (known["name"], known["email"]) == ("Asep dari Direktori", "asep@kantor.example")
    asking.close()


class TestWhoAreAdded:
    @pytest.fixture
    def wishes(self) -> dict[str, Any]:
        return {"accounts": "create"}

    async def test_whoever_is_in_a_group_gets_an_account_with_its_role(self, stranger: Person, built: House) -> None:
        assert await enter(stranger, "dewi", DEWI) == "dewi"
        account = await built.store.accounts.get("dewi")
        assert account == Account("dewi", "Dewi Lestari", Role.OPERATOR, email="dewi@kantor.example")

    async def test_who_is_in_none_does_not(self, stranger: Person, built: House) -> None:
        assert await enter(stranger, "lain", LAIN) == "wrong_credentials"
        assert await built.store.accounts.get("lain") is None

    async def test_who_is_in_it_by_another_persons_leave_no_password_of_ours(self, address: str) -> None:
        async with browser(address) as person:
            assert await enter(person, "dewi", DEWI) == "dewi"
        async with browser(address) as person:
            assert await enter(person, "dewi", PASSWORD) == "wrong_credentials"

    async def test_the_same_password_proves_them_again(self, stranger: Person, clock: Any) -> None:
        assert await enter(stranger, "dewi", DEWI) == "dewi"
        clock.ahead += 11 * 60
        assert (await stranger.ask("POST", "/api/v1/me/factors/totp")).code == "proof_needed"
        assert (await stranger.ask("POST", "/api/v1/session/proof", {"password": ASEP})).code == "wrong_password"
        assert (await stranger.ask("POST", "/api/v1/session/proof", {"password": DEWI})).status == 200
        assert (await stranger.ask("POST", "/api/v1/me/factors/totp")).status == 200
        change = {"old": DEWI, "new": "sebuah kata sandi yang panjang"}
        assert (await stranger.ask("POST", "/api/v1/me/password", change)).code == "wrong_password"


async def test_while_the_directory_is_away_own_passwords_go_on_and_the_page_is_told(
    directory: Slapd, address: str
) -> None:
    await directory.stop()
    async with browser(address) as person:
        assert await enter(person, "operator1", PASSWORD) == "operator1"
    async with browser(address) as person:
        with capture_logs() as told:
            assert await enter(person, "operator1", ASEP) == "directory_away"
        assert [each["event"] for each in told].count("directory_away") == 1


async def test_wrong_tries_are_limited_also_at_the_directory(stranger: Person) -> None:
    for _ in range(5):
        assert await enter(stranger, "operator1", "bukan ini") == "wrong_credentials"
    assert await enter(stranger, "operator1", ASEP) == "too_many_attempts"


async def test_a_silent_directory_holds_up_nobody_else(authority: Authority, arrive: Arrive, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"ldaps://127.0.0.1:{silent.getsockname()[1]}"
        asking = Directory(Ldap(url=place, base=BASE, within_s=1), "")
        since, turns = time.monotonic(), 0
        trying = asyncio.create_task(asking.prove("operator1", ASEP))
        while not trying.done():
            await asyncio.sleep(0.01)
            turns += 1
        with pytest.raises(DirectoryAway):
            await trying
        assert turns > 30
        assert time.monotonic() - since < 6
        asking.close()


@pytest.mark.parametrize("name", ["lain.example", "127.0.0.1"])
async def test_a_directory_with_a_false_certificate_gets_no_password(
    tmp_path: Path, authority: Authority, name: str
) -> None:
    """Another name, or the right name of an authority that is not ours."""
    (tmp_path / "other").mkdir()
    of = authority if name == "lain.example" else Authority(tmp_path / "other")
    certificate, _ = of.certificate(name)
    async with slapd(tmp_path / "false", certificate) as running:
        for url in (running.secure, running.url):  # by TLS at once, and by StartTLS
            asking = Directory(
                Ldap.model_validate({**asked(running, authority), "url": url, "ca": str(authority.file)}),
                LOOKERS_PASSWORD,
            )
            with pytest.raises(DirectoryAway):
                await asking.prove("operator1", ASEP)
            asking.close()


async def test_starttls_with_the_right_one_does(directory: Slapd, authority: Authority) -> None:
    settings = Ldap.model_validate({**asked(directory, authority), "url": directory.url})
    asking = Directory(settings, LOOKERS_PASSWORD)
    assert await asking.prove("operator1", ASEP) is not None
    asking.close()
