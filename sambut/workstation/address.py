"""Where this workstation is reached: its address on the way to the server, and a certificate for SIP over TLS."""

import asyncio
import shutil
import socket
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import Fingerprint

from config.fingerprint import read_fingerprint

DAYS = 397
"""A certificate made here lasts so long; it is made anew at each start."""


class NoCertificate(Exception):
    """A certificate could not be made; the text says why."""


def parse_server(url: str) -> tuple[str, str, int]:
    """The WebSocket's URL, host and port of `https://HOST[:PORT]`. Raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError(f"--server {url!r}: give https://HOST or https://HOST:PORT")
    secure = parts.scheme == "https"
    if not secure and not is_loopback(parts.hostname):
        raise ValueError(f"--server {url!r}: the token would travel unprotected; use https://")
    return (
        f"{'wss' if secure else 'ws'}://{parts.netloc}/ws/phone",
        parts.hostname,
        parts.port or (443 if secure else 80),
    )


def parse_pin(text: str) -> Fingerprint:
    """`sha256:` and the fingerprint as browsers and openssl show it, with or without colons. Raises `ValueError`."""
    try:
        return Fingerprint(bytes.fromhex(read_fingerprint(text)))
    except ValueError as error:
        raise ValueError(f"--pin {text!r}: {error}") from None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


async def addresses_of(host: str, port: int) -> list[str]:
    """Every IP address of a host. Raises `OSError` for one that is not known."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def own_address(towards: str, port: int) -> str:
    """Which of our addresses packets to `towards` leave from; nothing is sent. Raises `OSError` without a way there."""
    family = socket.AF_INET6 if ":" in towards else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((towards, port))
        return str(probe.getsockname()[0])


async def make_certificate(host: str, folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate and its key; the server is told its fingerprint. Raises `NoCertificate`."""
    if shutil.which("openssl") is None:
        raise NoCertificate("to make a certificate, the program openssl is needed; or give --certificate and --key")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    process = await asyncio.create_subprocess_exec(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-days", str(DAYS), "-subj", f"/CN={host}", "-addext", f"subjectAltName=IP:{host}"),
        *("-keyout", str(key), "-out", str(certificate)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode != 0:
        raise NoCertificate(f"openssl could not make a certificate: {said.decode(errors='replace').strip()[-200:]}")
    return certificate, key
