"""Where the server is, and where this workstation is reached."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from sambut.workstation.address import addresses_of, is_loopback, make_certificate, own_address, parse_server


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://hotline.example", ("wss://hotline.example/ws/phone", "hotline.example", 443)),
        ("https://hotline.example:8443/", ("wss://hotline.example:8443/ws/phone", "hotline.example", 8443)),
        ("http://127.0.0.1:8080", ("ws://127.0.0.1:8080/ws/phone", "127.0.0.1", 8080)),
        ("http://[::1]:8080", ("ws://[::1]:8080/ws/phone", "::1", 8080)),
    ],
)
def test_a_server_is_an_origin(url: str, parts: tuple[str, str, int]) -> None:
    assert parse_server(url) == parts


@pytest.mark.parametrize("url", ["hotline.example", "ftp://x", "https://", "https://x/page", "https://x?a=b", ""])
def test_what_is_no_server_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="--server"):
        parse_server(url)


def test_a_token_is_not_sent_in_the_clear_over_a_network() -> None:
    with pytest.raises(ValueError, match="https"):
        parse_server("http://10.0.0.5:8080")


def test_loopback_is_known() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.9.9.9", "::1")))
    assert not any(map(is_loopback, ("10.0.0.1", "hotline.example")))


def test_towards_loopback_we_are_loopback() -> None:
    assert own_address("127.0.0.1", 80) == "127.0.0.1"


async def test_a_hosts_addresses_come_once_each() -> None:
    assert await addresses_of("127.0.0.1", 80) == ["127.0.0.1"]


async def test_the_certificate_names_the_address_and_its_key_is_nobody_elses(tmp_path: Path) -> None:
    certificate, key = await make_certificate("10.0.0.7", tmp_path)
    shown = await asyncio.to_thread(_alternative_names, certificate)
    assert "IP Address:10.0.0.7" in shown
    assert key.stat().st_mode & 0o077 == 0


def _alternative_names(certificate: Path) -> str:
    command = ["openssl", "x509", "-in", str(certificate), "-noout", "-ext", "subjectAltName"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout
