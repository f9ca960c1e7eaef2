"""What a browser must be told, and what it must prove before it may change anything."""

import re
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import urlsplit

from aiohttp import web

from desk.problems import Problem

Network = IPv4Network | IPv6Network
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BEARER = "Bearer "
"""Before a token in the header Authorization (RFC 6750). No page can send it to another site unasked."""

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

CSP_REPORTS = "/api/csp-reports"

HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            f"report-uri {CSP_REPORTS}",
            "report-to csp",
        )
    ),
    "Reporting-Endpoints": f'csp="{CSP_REPORTS}"',
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
}
_OF_PROXIES = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto", "Via")
"""Whatever has one of these has come through a proxy."""
_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[0-9.]+))(?::[0-9]+)?")
_STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


class Perimeter:
    """The service's own addresses, and the checks that follow from them. `public_url` is "" without a proxy."""

    def __init__(self, public_url: str, cookie_secure: bool, trusted_proxies: Sequence[Network] = ()) -> None:
        self._proxies = trusted_proxies
        self._public = _origin(public_url) if public_url else ""
        self.secure = cookie_secure or self._public.startswith("https://")

    def check_origin(self, request: web.Request) -> None:
        """Refuse a request or WebSocket that another site's page started (RFC 6454); raises `Problem`."""
        origin = request.headers.get("Origin", "")
        own = {f"{request.scheme}://{request.host}", self._public}
        if not origin or origin not in own:
            raise Problem("wrong_origin")

    def check_change(self, request: web.Request, *, upload: bool = False) -> None:
        """A changing request comes from our own page, as JSON or (`upload`) as bytes: a plain form can send neither."""
        self.check_origin(request)
        if upload and request.content_type != "application/octet-stream":
            raise Problem("not_a_file")
        if not upload and request.content_type != "application/json":
            raise Problem("not_json")

    def base(self, request: web.Request) -> str:
        """Where the service is reached, without a slash at the end: the public address, else the request's own."""
        return self._public or f"{request.scheme}://{request.host}"

    def address(self, request: web.Request) -> str:
        """Where the request comes from: an IP address, for limits, for what is open to some, and for the log.

        Each proxy that the settings name adds what it saw at the end of `X-Forwarded-For`. So it is read from there:
        the first address that is no such proxy is who asks; what stands before it anybody may have written.
        """
        return self._way(request)[0]

    def is_unknown(self, request: web.Request) -> bool:
        """Whether somebody asks of whom only a proxy's address is known.

        It is not among `trusted_proxies`, or it is, and does not say whom it asks for in a way that can be read.
        """
        forwarded = any(name in request.headers for name in _OF_PROXIES)
        return forwarded and not (self._is_proxy(request.remote or "") and self._way(request)[1])

    def _way(self, request: web.Request) -> tuple[str, bool]:
        """From where it comes, and whether a proxy has said so."""
        said = [each.strip() for line in request.headers.getall("X-Forwarded-For", ()) for each in line.split(",")]
        address, told = plain_address(request.remote or "") or "", False
        while said and self._is_proxy(address):
            forwarded = forwarded_address(said.pop())
            if forwarded is None:
                return address, False
            address, told = forwarded, True
        return address, told

    def _is_proxy(self, address: str) -> bool:
        return among(address, self._proxies)

    def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put the security headers on an answer; what is under /api and /open311 is never kept by anybody."""
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "sambut"  # not which version of what
        if self.secure:
            response.headers.setdefault("Strict-Transport-Security", _STRICT_TRANSPORT)
        if request.path.startswith(("/api/", "/open311")):
            response.headers.setdefault("Cache-Control", "no-store")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def among(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks; what is none lies nowhere."""
    plain = plain_address(address)
    return plain is not None and any(ip_address(plain) in network for network in networks)


def forwarded_address(text: str) -> str | None:
    """The address in one entry of `X-Forwarded-For`; some proxies write the port behind it."""
    found = _WITH_PORT.fullmatch(text)
    return plain_address(text if found is None else found["six"] or found["four"])


def plain_address(text: str) -> str | None:
    """An IP address as everybody writes it: without a zone, and not as `::ffff:` where a listener hears both kinds."""
    try:
        address = ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
