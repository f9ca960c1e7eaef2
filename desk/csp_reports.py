"""What browsers report of the Content-Security-Policy: something tried to run or load what no page of ours does.

Anybody may send anything here, so it is short, seldom, and only its shape is logged: which rule, and which host.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from desk.attempts import network_of
from desk.context import DESK
from desk.limits import AttemptLimiter
from desk.problems import Problem

LONGEST = 8 * 1024  # bytes
WITHIN_S = 5.0
PER_MINUTE = 10  # of one address (IPv6: of one network, as with wrong tries to sign in)
_MOST = 5  # violations of one report that are logged
_TYPES = ("application/csp-report", "application/reports+json")
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,100}")

_log = structlog.get_logger(__name__)


class CspReports:
    """Takes reports of both kinds: `report-uri` (one each) and the Reporting API (several at once)."""

    def __init__(self) -> None:
        self._taken = AttemptLimiter(PER_MINUTE, 60)

    async def take(self, request: web.Request) -> web.Response:
        """Raises `Problem`: not_json, too_large, too_many_requests, too_slow, malformed."""
        desk = request.app[DESK]
        source, now = desk.perimeter.address(request), desk.clock()
        if request.content_type not in _TYPES:
            raise Problem("not_json", f"one of {', '.join(_TYPES)}")
        network = network_of(source)
        if self._taken.retry_after(network, now) > 0:
            raise Problem("too_many_requests", headers={"Retry-After": "60"})
        self._taken.attempted(network, now)
        for directive, blocked in list(_violations(await _read(request)))[:_MOST]:
            _log.warning("csp_violation", directive=directive, blocked=blocked, source=source)
        return web.Response(status=204)


async def _read(request: web.Request) -> Any:
    """In however many pieces it comes."""
    raw = bytearray()
    try:
        async with asyncio.timeout(WITHIN_S):
            while len(raw) <= LONGEST and (piece := await request.content.read(LONGEST)):
                raw += piece
    except TimeoutError:
        raise Problem("too_slow") from None
    if len(raw) > LONGEST:
        raise Problem("too_large")
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise Problem("malformed") from None


def _violations(report: Any) -> Iterator[tuple[str, str]]:
    """Directive and host of each, as far as they are what they should be."""
    for each in report if isinstance(report, list) else [report]:
        body = each.get("csp-report", each.get("body")) if isinstance(each, Mapping) else None
        if isinstance(body, Mapping):
            rule = body.get("effective-directive") or body.get("effectiveDirective") or body.get("violated-directive")
            yield _shape(_DIRECTIVE, rule), _blocked(body.get("blocked-uri") or body.get("blockedURL"))


def _blocked(address: Any) -> str:
    if not isinstance(address, str):
        return "(none)"
    try:
        return _shape(_HOST, urlsplit(address).netloc or address.partition(":")[0])
    except ValueError:
        return "(other)"


def _shape(expected: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and expected.fullmatch(value) else "(other)"
