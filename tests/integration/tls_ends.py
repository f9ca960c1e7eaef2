"""Ends of TLS connections with certificates of every kind, and what they got to read."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
DAY = timedelta(days=1)


@dataclass(slots=True)
class Authority:
    """An authority of the test's own, and the certificates it gives away."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def certificate(self, name: str, *, ends: timedelta = DAY, vouched: bool = True) -> tuple[Path, ssl.SSLContext]:
        """For this host name or address; not `vouched`: signed by its own key."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.name if vouched else _named(name)
        made = _builder(_named(name), issuer, key, ends).add_extension(
            x509.SubjectAlternativeName([_alternative(name)]), critical=False
        )
        file = self.folder / f"{name}-{ends.days}-{vouched}.pem"
        signed = made.sign(self.key if vouched else key, hashes.SHA256())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return file, context

    @property
    def name(self) -> x509.Name:
        return _named("an authority of the test")

    @property
    def file(self) -> Path:
        file = self.folder / "authority.pem"
        made = _builder(self.name, self.name, self.key, DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return file


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, ends: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - 2 * DAY).not_valid_after(now + ends)


@dataclass(slots=True)
class FarEnd:
    """Listens over TLS and keeps what is said to it; it never answers."""

    port: int = 0
    heard: bytes = b""
    handshakes: int = 0

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.handshakes += 1
        while piece := await reader.read(4096):
            self.heard += piece
        writer.close()


@asynccontextmanager
async def far_end(context: ssl.SSLContext) -> AsyncIterator[FarEnd]:
    end = FarEnd()
    server = await asyncio.start_server(end.hear, HOST, 0, ssl=context)
    end.port = server.sockets[0].getsockname()[1]
    try:
        yield end
    finally:
        server.close()


async def until(holds: Callable[[], object], within_s: float = 10) -> None:
    """Raises `TimeoutError`."""
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.02)
