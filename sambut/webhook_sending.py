"""One delivery over the wire: signed as Standard Webhooks has it, to where it may go, and never anywhere else."""

import base64
import errno
import hmac
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from desk.webhook_addresses import AddressRefused, check_url, is_outside
from storage.deliveries import Delivery
from storage.webhooks import Webhook

WITHIN_S = 10.0
"""How long a receiver may take for the whole answer."""
ANSWER_KEPT = 500
"""Most characters of an answer that are kept for the admin to see."""
SECRET_PREFIX = "whsec_"  # noqa: S105  how Standard Webhooks marks secrets


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try: the status of the answer and how it begins, or None and why there was none."""

    status: int | None
    text: str

    @property
    def arrived(self) -> bool:
        """Only 2xx says that the receiver has it; where a redirect leads is not looked at."""
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, id: str, at: int, body: str) -> str:
    """`v1,` and the HMAC-SHA256 of id, time (Unix seconds) and body (Standard Webhooks, "Signature scheme")."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{id}.{at}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


class Sender:
    """Connections to receivers. `inside` allows addresses of the own network, `ca` is a file of further authorities."""

    def __init__(self, *, inside: bool, ca: Path | None) -> None:
        self._inside = inside
        self._context = ssl.create_default_context()
        if ca is not None:
            self._context.load_verify_locations(ca)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Sender":
        connector = aiohttp.TCPConnector(
            resolver=None if self._inside else _OutwardResolver(), ssl=self._context, use_dns_cache=False
        )
        timeout = aiohttp.ClientTimeout(total=WITHIN_S)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, webhook: Webhook, delivery: Delivery, at: float) -> Outcome:
        """One try. Never fails: what went wrong is the outcome."""
        assert self._session is not None, "the sender is not open"
        try:
            check_url(webhook.url, inside=self._inside)
            async with self._session.post(
                webhook.url, data=delivery.body.encode(), headers=_headers(webhook, delivery, at), allow_redirects=False
            ) as response:
                return Outcome(response.status, _readable(await response.content.read(ANSWER_KEPT)))
        except TimeoutError:
            return Outcome(None, f"no answer within {WITHIN_S:g} s")
        except (aiohttp.ClientError, AddressRefused, OSError, ValueError) as error:
            return Outcome(None, _readable(str(error).encode()) or type(error).__name__)


class _OutwardResolver(AbstractResolver):
    """Names that lead into the own network lead nowhere; asked anew each time, so that no name changes its mind."""

    def __init__(self) -> None:
        self._names = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        outside = [each for each in found if is_outside(ipaddress.ip_address(each["host"].partition("%")[0]))]
        if not outside:
            raise OSError(errno.EACCES, "an address of the own network (webhook_inside)")
        return outside

    async def close(self) -> None:
        await self._names.close()


def _headers(webhook: Webhook, delivery: Delivery, at: float) -> dict[str, str]:
    moment = int(at)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "sambut",
        "Webhook-Id": delivery.id,
        "Webhook-Timestamp": str(moment),
        "Webhook-Signature": signature(webhook.secret, delivery.id, moment, delivery.body),
    }


def _readable(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")[:ANSWER_KEPT]
    return "".join(character if character.isprintable() else " " for character in text).strip()
