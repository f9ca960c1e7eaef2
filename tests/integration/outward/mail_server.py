"""A real SMTP server on loopback that keeps what it takes."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PASSWORD = "rahasia-surat"


@dataclass  # without slots: aiosmtpd reads all members, and Python before 3.11.3 leaves one there that cannot be read
class Office:
    """The server's handler: `busy` mails are put off first, as by a server that greylists."""

    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    busy: int = 0
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.busy:
            self.busy -= 1
            return "451 try again later"
        letter = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.to += envelope.rcpt_tos
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


def _known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"sambut", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@asynccontextmanager
async def mail_server(
    starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Office]:
    """One server for one block: with STARTTLS and a password, wholly in TLS, or neither."""
    office = Office()
    options: dict[str, Any] = {}
    if starttls is not None:
        options = {"tls_context": starttls, "require_starttls": True, "auth_required": True, "authenticator": _known}
    loop, open_now = asyncio.get_running_loop(), list[SMTP]()

    def made() -> SMTP:
        open_now.append(SMTP(office, hostname="127.0.0.1", loop=loop, **options))
        return open_now[-1]

    server = await loop.create_server(made, "127.0.0.1", 0, ssl=tls)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        ending = [each._handler_coroutine for each in open_now if each._handler_coroutine is not None]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


@asynccontextmanager
async def silent_server() -> AsyncIterator[tuple[Office, asyncio.Event]]:
    """A server that takes a connection, which the event tells, and never says a word."""
    connected = asyncio.Event()
    ends = list[asyncio.StreamWriter]()

    def taken(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        connected.set()

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    try:
        yield Office(port=server.sockets[0].getsockname()[1]), connected
    finally:
        server.close()
        for end in ends:
            end.transport.abort()
