"""Calls over TLS and SRTP."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.integration.hotline import STRAIGHT_FLOW, Hotline, Person, hotline
from tests.integration.outward.certificates import server_for
from tests.integration.phones import UserAgent, caller, started
from tests.integration.tls_ends import far_end, until


def self_signed(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


async def test_a_call_over_tls_with_srtp_is_greeted(tmp_path: Path, spoken_prompts: Path) -> None:
    certificate, key = self_signed(tmp_path)
    secure = {"SIP_TLS_PORT": "0", "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key), "SRTP": "required"}
    async with hotline(tmp_path, spoken_prompts, **secure) as house:
        uri = f"sip:hotline@{house.sip_tls};transport=tls"
        async with caller(uri, srtp="required", seconds=4) as call:
            assert await call.ended() == 0, call.lines
            assert any("sound at" in line for line in call.lines), call.lines
        async with caller(house.uri, srtp="off", seconds=4) as call:
            assert await call.ended() == 1, "a caller without SRTP is refused where it is required"
            assert any("not answered: 4" in line for line in call.lines), call.lines


def secured(folder: Path) -> dict[str, str]:
    certificate, key = self_signed(folder)
    return {"SIP_TLS_PORT": "0", "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)}


def events(house: Hotline, name: str) -> list[dict[str, Any]]:
    lines = [line for line in house.log_text.splitlines() if line.startswith("{")]
    return [event for event in map(json.loads, lines) if event["event"] == name]


async def test_a_trunk_with_a_false_certificate_is_told_and_hears_nothing(tmp_path: Path, spoken_prompts: Path) -> None:
    _, context = server_for(tmp_path)
    async with far_end(context) as end:
        trunk = f"{{registrar: '127.0.0.1:{end.port}', username: '1500', password: rahasia-trunk}}"
        settings = f"trunks:\n  - {{name: pbx, transport: tls, registration: {trunk}}}\n"
        async with hotline(tmp_path, spoken_prompts, files={"settings.yaml": settings}, **secured(tmp_path)) as house:
            await until(lambda: events(house, "tls_peer_refused"))
            told = events(house, "tls_peer_refused")[0]
            assert (told["trunk"], told["reason"], told["source"]) == ("pbx", "untrusted", "127.0.0.1")
            status = await (await house.sign_in("admin")).get("/status")
            assert [each["registered"] for each in status["trunks"]] == [False]
            assert any("trunk pbx at 127.0.0.1 was not spoken to over TLS" in each for each in status["warnings"])
        assert end.handshakes and not end.heard


async def test_a_softphone_is_rung_over_tls_by_its_own_certificate(tmp_path: Path, spoken_prompts: Path) -> None:
    files = {"flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files, **secured(tmp_path)) as house:
        operator = await house.sign_in("operator1")
        async with at_a_softphone(house, operator, tmp_path, "--auto-answer") as phone:
            async with caller(house.uri, seconds=12) as call:
                await phone.says("talking")
                await call.says("ended")
            await phone.says("ended")
        assert not events(house, "tls_peer_refused")


async def test_a_phone_with_another_certificate_than_was_told_is_not_rung(tmp_path: Path, spoken_prompts: Path) -> None:
    _, context = server_for(tmp_path)
    files = {"flow.yaml": STRAIGHT_FLOW}
    async with (
        far_end(context) as end,
        hotline(tmp_path, spoken_prompts, files=files, **secured(tmp_path)) as house,
    ):
        operator = await house.sign_in("operator1")
        token = (await operator.send("POST", "/me/phone/token"))[1]["token"]
        place = f"sip:operator1@127.0.0.1:{end.port};transport=tls"
        hello = {"type": "hello", "sip": place, "certificate": "sha256:" + "00" * 32}
        async with standing_in(house, token, hello):
            assert (await operator.send("PUT", "/me/phone", {"kind": "softphone"}))[0] == 200
            await operator.ready()
            async with caller(house.uri, seconds=8):
                await until(lambda: events(house, "tls_peer_refused"))
        assert events(house, "tls_peer_refused")[0]["reason"] == "other_certificate"
        assert end.handshakes and not end.heard


@asynccontextmanager
async def at_a_softphone(house: Hotline, operator: Person, folder: Path, *flags: str) -> AsyncIterator[UserAgent]:
    """The operator is ready, with a real softphone that takes calls over TLS."""
    file = folder / "token"
    file.write_text((await operator.send("POST", "/me/phone/token"))[1]["token"])
    server = ("--server", f"http://{house.http}", "--token-file", str(file), "--transport", "tls")
    async with started("softphone", *server, *flags) as phone:
        await phone.says("signed in at the server as operator1")
        assert (await operator.send("PUT", "/me/phone", {"kind": "softphone"}))[0] == 200
        await operator.ready()
        yield phone


@asynccontextmanager
async def standing_in(house: Hotline, token: str, hello: dict[str, str]) -> AsyncIterator[None]:
    """Somebody with the operator's token, who answers the server's pings."""
    headers = {"Authorization": f"Bearer {token}"}
    async with ClientSession() as http, http.ws_connect(f"http://{house.http}/ws/phone", headers=headers) as socket:
        await socket.send_json(hello)
        answering = asyncio.create_task(_answer_pings(socket))
        try:
            yield
        finally:
            answering.cancel()


async def _answer_pings(socket: ClientWebSocketResponse) -> None:
    async for message in socket:
        if json.loads(message.data)["type"] == "ping":
            await socket.send_json({"type": "pong"})


def handshake(address: str, version: str) -> str:
    """What a client of this one version gets, however weak it may be: the cipher, or `(NONE)`."""
    client = ["openssl", "s_client", "-connect", address, f"-{version}", "-cipher", "DEFAULT@SECLEVEL=0"]
    said = subprocess.run(client, input=b"", capture_output=True, check=False, timeout=10).stdout.decode()
    return next(line.rpartition(" ")[2] for line in said.splitlines() if "Cipher is" in line)


async def test_sip_over_tls_speaks_1_3_and_1_2_and_nothing_older(tmp_path: Path, spoken_prompts: Path) -> None:
    certificate, key = self_signed(tmp_path)
    secure = {"SIP_TLS_PORT": "0", "TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)}
    async with hotline(tmp_path, spoken_prompts, **secure) as house:
        ciphers = {v: await asyncio.to_thread(handshake, house.sip_tls, v) for v in ("tls1_1", "tls1_2", "tls1_3")}
    assert ciphers["tls1_1"] == "(NONE)"
    assert ciphers["tls1_2"].startswith("ECDHE-")
    assert ciphers["tls1_3"].startswith("TLS_")
