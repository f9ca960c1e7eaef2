"""GeoReport v2 over HTTP: the addresses, who may ask how often, and every failure in the standard's own form."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from aiohttp import hdrs, web

from config.open311 import Open311
from desk.audit import What
from desk.context import DESK, Desk
from desk.limits import AttemptLimiter
from desk.open311 import filing, form, search, services
from desk.open311.errors import Refused, answer, refused
from desk.open311.formats import Format, document, respond, respond_with
from desk.open311.published import Reader
from desk.open311.visit import Visit, language_of
from desk.routing import BODY_WITHIN_S
from storage.errors import StoreUnavailable
from storage.filings import Published

PREFIX = "/open311/v2"
_FORM = "application/x-www-form-urlencoded"
_RETRY_S = 5

_log = structlog.get_logger(__name__)

Handler = Callable[[Visit], Awaitable[web.Response]]


class GeoReport:
    """The endpoint of one installation; `changeset` says since when services are as they are (sorts as text)."""

    def __init__(self, rules: Open311, changeset: str) -> None:
        self._changeset = changeset
        self._reads = AttemptLimiter(rules.reads_per_minute, 60)
        self._filings = AttemptLimiter(rules.filings_per_hour, 3600)

    def add_to(self, app: web.Application) -> None:
        """Its addresses. What else lies under /open311 is told to be nothing, in the same form."""
        for path, handler in {
            "discovery": self._discovery,
            "services": self._services,
            "services/{code}": self._definition,
            "requests": self._requests,
            "requests/{number}": self._one,
            "tokens/{token}": self._token,
        }.items():
            app.router.add_get(f"{PREFIX}/{path}.{{format:json|xml}}", self._answering(handler))
        app.router.add_post(f"{PREFIX}/requests.{{format:json|xml}}", self._answering(self._file))
        app.router.add_route("*", "/open311{rest:.*}", self._answering(_nothing))

    # --- what is asked --------------------------------------------------------------------------------------------

    async def _discovery(self, visit: Visit) -> web.Response:
        base = visit.desk.perimeter.base(visit.request) + PREFIX
        return respond(visit.kind, "discovery", services.discovery(visit, base))

    async def _services(self, visit: Visit) -> web.Response:
        return respond(visit.kind, "services", services.services(visit))

    async def _definition(self, visit: Visit) -> web.Response:
        category = visit.service(visit.part("code"))
        return respond(visit.kind, "service_definition", services.definition(visit, category))

    async def _requests(self, visit: Visit) -> web.Response:
        key = await visit.reader()
        found, reader = await visit.desk.store.filings.published(search.query_of(visit, key)), Reader(visit, key)
        if key is not None and any(map(reader.filed, found)):
            await visit.seen(key, What.LIST, note="open311")
        return respond_with(visit.kind, await asyncio.to_thread(_list, visit.kind, reader, found))

    async def _one(self, visit: Visit) -> web.Response:
        key, number = await visit.reader(), visit.part("number")
        found = await visit.desk.store.filings.published(search.one(visit, number, key))
        if not found:
            raise _no_request(number)
        reader = Reader(visit, key)
        if key is not None and reader.filed(found[0]):
            await visit.seen(key, What.TICKET, about=number)
        return respond(visit.kind, "service_requests", [reader.shown(found[0])])

    async def _token(self, visit: Visit) -> web.Response:
        """None is ever given, for every request has its number at once; a number asked for as one leads to itself."""
        key, token = await visit.reader(), visit.part("token")
        if not await visit.desk.store.filings.published(search.one(visit, token, key)):
            raise refused(404, f"token {token!r} tidak dikenal.", f"token {token!r} was not found.")
        return respond(visit.kind, "service_requests", [{"service_request_id": token, "token": token}])

    async def _file(self, visit: Visit) -> web.Response:
        key = await visit.key()
        if key is None:
            raise refused(403, "api_key wajib disertakan.", "An api_key is required.")
        self._count(self._filings, key.id, visit.desk)
        if not visit.given.get("service_code"):
            raise refused(400, "service_code wajib disertakan.", "A service_code is required.")
        ticket = await filing.file(visit, form.read(visit, visit.service(visit.given["service_code"])), key)
        _log.info("request_filed", ticket=ticket.number, api_key=key.id)
        filed = {
            "service_request_id": ticket.number,
            "service_notice": visit.rules.service_notice.in_language(visit.language),
            "account_id": visit.given.get("account_id") or None,
        }
        return respond(visit.kind, "service_requests", [filed], 201)

    # --- around it ------------------------------------------------------------------------------------------------

    def _answering(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            kind = Format(request.match_info.get("format", Format.XML))
            try:
                return await handler(await self._visit(request, kind))
            except Refused as refusal:
                return answer(refusal, kind, language_of(request))
            except web.HTTPRequestEntityTooLarge:
                large = refused(400, "Isi permintaan terlalu besar.", "The request body is too large.")
                return answer(large, kind, language_of(request))
            except StoreUnavailable:
                away = refused(503, "Layanan sedang tidak tersedia.", "Not available just now.", retry_after_s=_RETRY_S)
                return answer(away, kind, language_of(request))

        return handle

    async def _visit(self, request: web.Request, kind: Format) -> Visit:
        desk = request.app[DESK]
        if not desk.installation.open311.enabled or any(not part.isprintable() for part in request.match_info.values()):
            raise _nothing_here()
        self._count(self._reads, desk.perimeter.address(request), desk)
        visit = Visit(request, desk, kind, await _given(request), self._changeset)
        visit.check_jurisdiction()
        return visit

    def _count(self, limiter: AttemptLimiter, key: str, desk: Desk) -> None:
        now = desk.clock()
        wait = math.ceil(limiter.retry_after(key, now))
        if wait > 0:
            raise refused(
                429,
                f"Terlalu banyak permintaan; coba lagi dalam {wait} detik.",
                f"Too many requests; try again in {wait} seconds.",
                retry_after_s=wait,
            )
        limiter.attempted(key, now)


async def _given(request: web.Request) -> Mapping[str, str]:
    """The parameters of address and form. Raises `Refused` (400) for a body that is no form."""
    given: dict[str, Any] = dict(request.query)
    if request.method == hdrs.METH_POST:
        if request.content_type != _FORM:
            raise refused(400, f"Kirim sebagai {_FORM}.", f"Send this as {_FORM}.")
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                given |= await request.post()
        except TimeoutError as error:
            raise refused(408, "Permintaan datang terlalu lambat.", "The request came too slowly.") from error
    return {name: value.replace("\0", "") for name, value in given.items() if value.strip()}


def _list(kind: Format, reader: Reader, found: Sequence[Published]) -> bytes:
    return document(kind, "service_requests", [reader.shown(each) for each in found])


async def _nothing(visit: Visit) -> web.Response:
    raise _nothing_here()


def _nothing_here() -> Refused:
    return refused(404, "Alamat ini tidak ada.", "There is nothing at this address.")


def _no_request(number: str) -> Refused:
    return refused(404, f"service_request_id {number!r} tidak ada.", f"service_request_id {number!r} was not found.")
