"""Around every request: its number, its log line, its figures; and every failure as a problem document."""

import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from desk.context import DESK
from desk.ports import CallControlError
from desk.problems import Problem, document, respond
from desk.routing import PREFIX
from desk.security import BEARER, Handler
from desk.sign_in import USERNAME
from desk.telemetry import Telemetry
from sealing import SealError
from storage.errors import BadCursor, JournalClosed, JournalFull, NumbersExhausted, StoreUnavailable

_REQUEST_ID = web.RequestKey("request_id", str)

_ASKED_BY_MACHINES = ("/healthz", "/readyz", "/metrics")
"""Every few seconds, day and night: no news for the log."""
_CODE = web.RequestKey("code", str)
_SESSION, _SOFTPHONE = f"{PREFIX}/session", "/ws/phone"
_REFUSALS = frozenset({401, 403, 413, 429})
_GUESSES = frozenset({"wrong_credentials", "wrong_password", "too_many_attempts"})

GONE = 499
"""For the log and the figures, as nginx has it: who asked left before the answer was out."""

_HTTP_ERRORS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

REFUSED: web.AppKey[Callable[[], None]] = web.AppKey("refused", Callable[[], None])  # type: ignore[arg-type]
"""Is told of each refused sign-in."""

_log = structlog.get_logger(__name__)


def observe(telemetry: Telemetry) -> Middleware:
    """Numbers, logs and counts every request. Paths go into the log as patterns, queries not at all."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[_REQUEST_ID] = uuid4().hex
        started = time.perf_counter()
        response = await _answer(request, handler)
        if not response.prepared:
            response.headers["X-Request-Id"] = request[_REQUEST_ID]
        seconds = time.perf_counter() - started
        route = _pattern(request)
        if not isinstance(response, web.WebSocketResponse):  # those last as long as a page is open
            telemetry.answered(_method(request), route, response.status, seconds)
        say = _log.debug if route in _ASKED_BY_MACHINES else _log.info
        say(
            "http_request",
            request_id=request[_REQUEST_ID],
            method=_method(request),
            route=route,
            status=response.status,
            ms=round(seconds * 1000, 1),
            username=request.get(USERNAME),
            source=request.app[DESK].perimeter.address(request),
        )
        if response.status in _REFUSALS:
            _tell_refused(request, route, response.status)
        return response

    return middleware


def _tell_refused(request: web.Request, route: str, status: int) -> None:
    """A line for whoever watches, by program too: names and keys are stable (docs/technician.md, deploy/fail2ban)."""
    code = request.get(_CODE, f"http_{status}")
    if (route, request.method, code) == (_SESSION, "GET", "not_signed_in"):
        return  # the sign-in page asks so each time it opens
    event = _refusal(request, route, code)
    if event != "request_refused":
        request.app[REFUSED]()
    source = request.app[DESK].perimeter.address(request)
    _log.warning(event, request_id=request[_REQUEST_ID], route=route, reason=code, source=source)


def _refusal(request: web.Request, route: str, code: str) -> str:
    """Whether somebody has guessed: a page of anybody's can make its visitors ask for anything, but give no secret.

    A wrong code is a guess at the sign-in; who sets up an app of their own has only mistyped it.
    """
    if route == _SOFTPHONE and code == "not_signed_in" and request.headers.get("Authorization", "").startswith(BEARER):
        return "softphone_refused"
    guessed = code in _GUESSES or (code == "wrong_code" and route.startswith(f"{_SESSION}/"))
    return "sign_in_refused" if guessed else "request_refused"


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001  the outermost frame of a request: logged, and told by its number
        if _has_left(request):
            return web.Response(status=GONE)
        if request.writer.output_size > 0:
            return _cut(request, error)
        return _told(request, error)


def _has_left(request: web.Request) -> bool:
    """Whether nobody is there any more who could be told: a player that seeks, a page that was closed."""
    return request.transport is None or request.transport.is_closing()


def _cut(request: web.Request, error: Exception) -> web.Response:
    """Part of an answer is out. A second one would be read as more of the first: the connection ends at once instead.

    What is returned is for the log and the figures; nothing of it goes out.
    """
    _log_failed(request, error)
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _told(request: web.Request, error: Exception) -> web.StreamResponse:
    request_id = request[_REQUEST_ID]
    match error:
        case CallControlError():
            members = {"title": error.detail, "detail": error.detail, **error.more}
            return respond(error.status, error.code, members, request_id)
        case web.HTTPException():
            return _http_error(error, request_id)
    problem = _as_problem(error, request)
    request[_CODE] = problem.code
    return document(problem, request_id)


def _as_problem(error: Exception, request: web.Request) -> Problem:
    match error:
        case Problem():
            return error
        case BadCursor():
            return Problem("bad_request", "the cursor was not made here")
        case SealError():
            _log.error("secret_sealed", request_id=request[_REQUEST_ID], route=_pattern(request), reason=str(error))
            return Problem("sealed")
        case StoreUnavailable() | NumbersExhausted() | JournalFull() | JournalClosed():
            _log.debug("store_unavailable", request_id=request[_REQUEST_ID], route=_pattern(request))
            return Problem("unavailable", headers={"Retry-After": "2"})
        case _:
            _log_failed(request, error)
            return Problem("internal")


def _log_failed(request: web.Request, error: Exception) -> None:
    _log.error("request_failed", request_id=request[_REQUEST_ID], route=_pattern(request), exc_info=error)


def _http_error(error: web.HTTPException, request_id: str) -> web.StreamResponse:
    """aiohttp's own refusals in our words; its redirects as they are."""
    if error.status < 400:
        return error
    headers = {"Allow": error.headers[hdrs.ALLOW]} if hdrs.ALLOW in error.headers else None
    return document(Problem(_HTTP_ERRORS.get(error.status, "bad_request"), headers=headers), request_id)


def _pattern(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "(none)"


def _method(request: web.Request) -> str:
    """The method, as long as it is one: anybody may send any word, and each would become a series."""
    return request.method if request.method in hdrs.METH_ALL else "(other)"
