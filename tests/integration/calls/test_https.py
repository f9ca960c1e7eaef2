"""Pages over HTTPS with a certificate of our own: what browsers ask for before they give a microphone."""

import ssl
from pathlib import Path

import aiohttp
import pytest

from tests.integration.calls.test_secure import self_signed
from tests.integration.hotline import PASSWORD, HotlineDied, hotline


async def test_pages_and_sockets_are_served_with_the_own_certificate(tmp_path: Path, spoken_prompts: Path) -> None:
    certificate, key = self_signed(tmp_path)
    trusted = ssl.create_default_context(cafile=str(certificate))
    trusted.check_hostname = False
    own = {"HTTP_CERTIFICATE": str(certificate), "HTTP_KEY": str(key)}
    async with hotline(tmp_path, spoken_prompts, **own) as house:
        base = f"https://{house.http}"
        assert (house.folder / "data" / "http-address").read_text() == f"{base}\n", (
            "where the image's health check asks"
        )
        jar = aiohttp.CookieJar(unsafe=True)
        connector = aiohttp.TCPConnector(ssl=trusted)
        async with aiohttp.ClientSession(base, headers={"Origin": base}, cookie_jar=jar, connector=connector) as page:
            said = {"username": "operator1", "password": PASSWORD}
            async with page.post("/api/v1/session", json=said) as answer:
                assert answer.status == 200
                assert "Secure" in answer.headers["Set-Cookie"]
                assert "Strict-Transport-Security" in answer.headers
            async with page.ws_connect("/ws", origin=base) as socket:
                assert (await socket.receive_json())["type"] == "snapshot"


async def test_a_certificate_that_cannot_be_used_is_named_at_the_start(tmp_path: Path, spoken_prompts: Path) -> None:
    _, key = self_signed(tmp_path)
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate\n")
    with pytest.raises(HotlineDied, match=r"cannot use http_certificate .*nothing\.pem"):
        async with hotline(tmp_path, spoken_prompts, HTTP_CERTIFICATE=str(nothing), HTTP_KEY=str(key)):
            pass
