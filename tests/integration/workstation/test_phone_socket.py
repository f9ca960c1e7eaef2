"""The server's end of a workstation's softphone: who gets in, what it may say, and when it counts as gone."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from desk import phone_socket
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import SIP_CERTIFICATE, House
from tests.integration.desk.people import Person, eventually

HELLO = {"type": "hello", "sip": "sip:operator1@127.0.0.1:5091", "version": "1", "devices": ["null"]}
IDLE = {"type": "state", "state": "idle", "headset": True}


async def token_of(person: Person) -> str:
    reply = await person.ask("POST", "/api/v1/me/phone/token")
    assert reply.status == 200, reply.body
    assert reply.body["server"] == person.base
    return str(reply.body["token"])


@asynccontextmanager
async def connected(
    base: str, token: str, hello: dict[str, Any] | None = HELLO, **headers: str
) -> AsyncIterator[ClientWebSocketResponse]:
    """A softphone that has said hello (or nothing)."""
    headers = {"Authorization": f"Bearer {token}", **headers}
    async with ClientSession() as http, http.ws_connect(f"{base}/ws/phone", headers=headers) as socket:
        if hello is not None:
            await socket.send_json(hello)
            assert (await told(socket, "welcome"))["operator"] == "operator1"
        yield socket


async def told(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next message of this kind; pings are answered meanwhile."""
    while True:
        message: dict[str, Any] = await socket.receive_json(timeout=5)
        if message["type"] == "ping":
            await socket.send_json({"type": "pong"})
        if message["type"] == kind:
            return message


async def closed(socket: ClientWebSocketResponse) -> int | None:
    """Reads to the end; returns the close code."""
    while (await socket.receive(timeout=5)).type is WSMsgType.TEXT:
        pass
    return socket.close_code


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}])
async def test_without_a_good_token_nobody_gets_in(address: str, built: House, headers: dict[str, str]) -> None:
    async with ClientSession() as http:
        with pytest.raises(WSServerHandshakeError) as refused:
            await http.ws_connect(f"{address}/ws/phone", headers=headers)
    assert refused.value.status == 401


async def test_a_page_does_not_get_in_even_with_a_token(address: str, arrive: Arrive) -> None:
    token = await token_of(await arrive("operator1"))
    with pytest.raises(WSServerHandshakeError) as refused:
        async with connected(address, token, Origin=address):
            pass
    assert refused.value.status == 403


@pytest.mark.parametrize("who", ["supervisor", "admin", "coordinator", "pic"])
async def test_who_takes_no_calls_gets_no_token(arrive: Arrive, who: str) -> None:
    person = await arrive(who)
    assert (await person.ask("POST", "/api/v1/me/phone/token")).status == 403


async def test_the_token_itself_is_kept_nowhere(
    built: House, arrive: Arrive, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    token = await token_of(await arrive("operator1"))
    async with connected(address, token):
        pass
    folder = built.installation.settings.data
    assert not [file for file in folder.rglob("*") if file.is_file() and token.encode() in file.read_bytes()]
    out, err = capfd.readouterr()
    assert token not in out + err


async def test_a_softphone_is_up_where_it_says_and_takes_orders(built: House, arrive: Arrive, address: str) -> None:
    token = await token_of(await arrive("operator1"))
    async with connected(address, token) as socket:
        uri, send = built.switchboard.softphones["operator1"]
        assert uri == HELLO["sip"]
        send("answer")
        assert (await told(socket, "do"))["what"] == "answer"
        await socket.send_json({"type": "button", "what": "mute"})
        await eventually(lambda: built.switchboard.buttons == [("operator1", "mute")])
    await eventually(lambda: not built.switchboard.softphones)


async def test_both_tell_by_which_certificate_they_are_known_over_sip(
    built: House, arrive: Arrive, address: str
) -> None:
    token = await token_of(await arrive("operator1"))
    shown = ":".join(["AB"] * 32)  # as openssl prints it
    hello = {**HELLO, "sip": "sip:operator1@127.0.0.1:5091;transport=tls", "certificate": f"sha256={shown}"}
    async with connected(address, token, None) as socket:
        await socket.send_json(hello)
        assert (await told(socket, "welcome"))["certificate"] == SIP_CERTIFICATE
        assert built.switchboard.certificates["operator1"] == "sha256:" + "ab" * 32


@pytest.mark.parametrize("told_it", [{}, {"certificate": ""}, {"certificate": "sha256:12"}, {"certificate": "AB" * 32}])
async def test_over_tls_a_softphone_without_a_fingerprint_is_not_called(
    built: House, arrive: Arrive, address: str, told_it: dict[str, str]
) -> None:
    token = await token_of(await arrive("operator1"))
    hello = {**HELLO, "sip": "sip:operator1@127.0.0.1:5091;transport=tls", **told_it}
    async with connected(address, token, None) as socket:
        await socket.send_json(hello)
        assert "certificate: " in (await told(socket, "bye"))["reason"]
        assert await closed(socket) == 1008
    assert not built.switchboard.softphones


async def test_its_state_is_shown_to_its_operator(arrive: Arrive, address: str) -> None:
    operator = await arrive("operator1")
    token = await token_of(operator)
    async with operator.page() as page:
        async with connected(address, token) as socket:
            await socket.send_json({**IDLE, "levels": {"in_db": -20.5, "out_db": -90}})
            shown = await page.next("softphone")
            assert (shown["up"], shown["headset"], shown["levels"]["in_db"]) == (True, True, -20.5)
        assert (await page.next("softphone"))["up"] is False


async def test_between_calls_a_pulled_headset_makes_it_unavailable_but_not_in_a_call(
    built: House, arrive: Arrive, address: str
) -> None:
    phones = built.switchboard.softphones
    async with connected(address, await token_of(await arrive("operator1"))) as socket:
        await socket.send_json({**IDLE, "state": "talking", "headset": False})
        await socket.send_json({"type": "button", "what": "mute"})
        await eventually(lambda: bool(built.switchboard.buttons))
        assert "operator1" in phones and built.switchboard.pulled == [("operator1", False)]
        await socket.send_json({**IDLE, "headset": False})
        await eventually(lambda: "operator1" not in phones)
        await socket.send_json(IDLE)
        await eventually(lambda: "operator1" in phones)


async def test_a_softphone_without_its_headset_is_not_up(built: House, arrive: Arrive, address: str) -> None:
    async with connected(address, await token_of(await arrive("operator1")), {**HELLO, "headset": False}):
        assert not built.switchboard.softphones


async def test_a_newer_softphone_replaces_the_older_which_is_told_why(
    built: House, arrive: Arrive, address: str
) -> None:
    token = await token_of(await arrive("operator1"))
    newer_hello = {**HELLO, "sip": "sip:operator1@127.0.0.1:5092"}
    async with connected(address, token) as older, connected(address, token, newer_hello):
        assert (await told(older, "bye"))["code"] == "replaced"
        assert await closed(older) == 4409
        await asyncio.sleep(0.1)
        assert built.switchboard.softphones["operator1"][0] == newer_hello["sip"]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_withdrawn_token_ends_the_connection_and_does_not_come_in_again(
    built: House, arrive: Arrive, address: str, method: str
) -> None:
    operator = await arrive("operator1")
    token = await token_of(operator)
    async with connected(address, token) as socket:
        assert (await operator.ask(method, "/api/v1/me/phone/token")).status == 200
        assert (await told(socket, "bye"))["code"] == "token_withdrawn"
        assert await closed(socket) == 4401
    with pytest.raises(WSServerHandshakeError):
        async with connected(address, token):
            pass


async def test_a_closed_account_loses_its_softphone(
    built: House, arrive: Arrive, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_socket, "TOKEN_EVERY_S", 0.1)
    async with connected(address, await token_of(await arrive("operator1"))) as socket:
        await built.store.accounts.update("operator1", active=False)
        assert (await told(socket, "bye"))["code"] == "token_withdrawn"


async def test_a_silent_softphone_is_gone_within_three_seconds(built: House, arrive: Arrive, address: str) -> None:
    async with connected(address, await token_of(await arrive("operator1"))):
        since = time.monotonic()
        await asyncio.sleep(2.2)
        assert "operator1" in built.switchboard.softphones
        await eventually(lambda: not built.switchboard.softphones)
        assert time.monotonic() - since < 3


async def test_a_softphone_that_answers_stays(built: House, arrive: Arrive, address: str) -> None:
    async with connected(address, await token_of(await arrive("operator1"))) as socket:
        until = time.monotonic() + 4
        while time.monotonic() < until:
            await told(socket, "ping")
        assert "operator1" in built.switchboard.softphones


async def test_what_a_frozen_server_has_not_read_is_not_the_softphones_silence(
    built: House, arrive: Arrive, address: str
) -> None:
    async with connected(address, await token_of(await arrive("operator1"))) as socket:
        await told(socket, "ping")
        threading.Event().wait(3)  # the loop stands still, as with a blocked disk
        await told(socket, "ping")
        await told(socket, "ping")
        assert "operator1" in built.switchboard.softphones


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("nonsense", "not JSON"),
        ("[" * 10_000, "not JSON"),
        (json.dumps({"type": "dance"}), "message: "),
        (json.dumps({"type": "state", "state": "asleep", "headset": True}), "state.state"),
        (json.dumps({"type": "button", "what": "coffee"}), "button.what"),
        (b"\x00\x01", "JSON text"),
    ],
)
async def test_a_bad_message_is_answered_with_the_reason_and_the_end(
    arrive: Arrive, address: str, built: House, said: str | bytes, why: str
) -> None:
    async with connected(address, await token_of(await arrive("operator1"))) as socket:
        await (socket.send_bytes(said) if isinstance(said, bytes) else socket.send_str(said))
        bye = await told(socket, "bye")
        assert bye["code"] == "bad_message" and why in bye["reason"]
        assert await closed(socket) == 1008
    await eventually(lambda: not built.switchboard.softphones)


@pytest.mark.parametrize("sip", ["", "http://x", "sip:a b@c", "sip:x@y\r\nEvil: 1"])
async def test_an_address_that_cannot_ring_is_refused(arrive: Arrive, address: str, built: House, sip: str) -> None:
    async with connected(address, await token_of(await arrive("operator1")), None) as socket:
        await socket.send_json({**HELLO, "sip": sip})
        assert "sip" in (await told(socket, "bye"))["reason"]
    assert not built.switchboard.softphones


@pytest.mark.parametrize(
    ("sip", "why"),
    [
        ("sip:+628090000000@127.0.0.1:5091", "Before the @"),
        ("sip:operator1@127.0.0.1:5091;maddr=198.51.100.7", "Nothing may follow"),
        ("sip:operator1@198.51.100.7:5091", "not in the networks"),
        ("sip:operator1@127.0.0.2:5091", "another address than this connection comes from"),
    ],
)
async def test_a_softphone_rings_where_it_is_and_nowhere_else(
    arrive: Arrive, address: str, built: House, sip: str, why: str
) -> None:
    async with connected(address, await token_of(await arrive("operator1")), None) as socket:
        await socket.send_json({**HELLO, "sip": sip})
        bye = await told(socket, "bye")
        assert (bye["code"], why in bye["reason"]) == ("bad_message", True)
    assert not built.switchboard.softphones


async def test_who_says_no_hello_is_shown_out(arrive: Arrive, address: str) -> None:
    async with connected(address, await token_of(await arrive("operator1")), None) as socket:
        assert "no hello" in (await told(socket, "bye"))["reason"]
