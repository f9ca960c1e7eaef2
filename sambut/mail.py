"""One e-mail to one person, by the installation's SMTP server (RFC 5321; STARTTLS RFC 3207, TLS RFC 8314)."""

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from config import Settings

WITHIN_S = 20.0
"""How long the server may take for each of its answers."""
AT_ONCE = 2
"""Mails on their way together."""


class MailError(Exception):
    """The mail did not go out; the text says why, without anybody's address.

    `status` is the server's reply code (RFC 5321 section 4.2), None when there was none.
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Mailer:
    """Sends by `settings.smtp_…`. The library blocks, so each mail goes out in a thread.

    The threads are its own: a server that hangs must not take those that everything else shares.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail")

    @property
    def ready(self) -> bool:
        """Whether the installation has a server for mail."""
        return bool(self._settings.smtp_host)

    async def send(self, to: str, subject: str, text: str) -> None:
        """Raises `MailError`."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._send, to, subject, text)

    def close(self) -> None:
        """Begins no further mail, and waits for none: one that hangs ends within `WITHIN_S`."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _message(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.smtp_from
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=parseaddr(self._settings.smtp_from)[1].rpartition("@")[2] or None)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        message.set_content(text)
        return message

    def _send(self, to: str, subject: str, text: str) -> None:
        try:
            message = self._message(to, subject, text)
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            raise MailError(f"{type(error).__name__} {error.smtp_code}", error.smtp_code) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise MailError(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.smtp_ca)
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host, settings.smtp_port, timeout=WITHIN_S, context=context
            )
        else:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=WITHIN_S)
        try:
            self._prepare(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _prepare(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if self._settings.smtp_security == "starttls":
            server.starttls(context=context)
        if self._settings.smtp_username:
            server.login(self._settings.smtp_username, self._settings.smtp_password)
