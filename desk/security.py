"""What a browser must be told, and what it must prove before it may change anything."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from desk.problems import Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

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
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=()",
}
_STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


class Perimeter:
    """The service's own addresses, and the checks that follow from them. `public_url` is "" without a proxy."""

    def __init__(self, public_url: str, cookie_secure: bool) -> None:
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
        """Where the request comes from, for rate limits.

        Behind a proxy of ours (`public_url` is set and the peer is a private address) it is what that proxy saw:
        the last entry of `X-Forwarded-For`, the only one a client cannot write itself.
        """
        peer = request.remote or ""
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return forwarded if self._public and forwarded and _private(peer) else peer

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


def _private(peer: str) -> bool:
    try:
        return ip_address(peer).is_private
    except ValueError:
        return False
