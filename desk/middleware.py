"""Around every request: its number, its log line, its figures; and every failure as a problem document."""

import time
from uuid import uuid4

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from desk.context import DESK
from desk.ports import CallControlError
from desk.problems import Problem, document, respond
from desk.routing import PREFIX
from desk.security import Handler
from desk.sign_in import USERNAME
from desk.telemetry import Telemetry
from storage.errors import BadCursor, JournalClosed, JournalFull, NumbersExhausted, StoreUnavailable

_REQUEST_ID = web.RequestKey("request_id", str)

_ASKED_BY_MACHINES = ("/healthz", "/readyz", "/metrics")
"""Every few seconds, day and night: no news for the log."""
_CODE = web.RequestKey("code", str)
_SESSION, _SOFTPHONE = f"{PREFIX}/session", "/ws/phone"
_REFUSALS = frozenset({401, 403, 413, 429})
_SIGN_IN = frozenset({"wrong_credentials", "wrong_password", "wrong_code", "too_many_attempts"})

_HTTP_ERRORS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}

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
    if route == _SOFTPHONE:
        event = "softphone_refused"
    elif code in _SIGN_IN or (route, request.method) == (_SESSION, "POST"):
        event = "sign_in_refused"
    else:
        event = "request_refused"
    source = request.app[DESK].perimeter.address(request)
    _log.warning(event, request_id=request[_REQUEST_ID], route=route, reason=code, source=source)


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    request_id = request[_REQUEST_ID]
    try:
        return await handler(request)
    except CallControlError as error:
        members = {"title": error.detail, "detail": error.detail, **error.more}
        return respond(error.status, error.code, members, request_id)
    except web.HTTPException as error:
        return _http_error(error, request_id)
    except Exception as error:  # noqa: BLE001  the outermost frame of a request: logged, and told by its number
        problem = _as_problem(error, request)
        request[_CODE] = problem.code
        return document(problem, request_id)


def _as_problem(error: Exception, request: web.Request) -> Problem:
    match error:
        case Problem():
            return error
        case BadCursor():
            return Problem("bad_request", "the cursor was not made here")
        case StoreUnavailable() | NumbersExhausted() | JournalFull() | JournalClosed():
            _log.debug("store_unavailable", request_id=request[_REQUEST_ID], route=_pattern(request))
            return Problem("unavailable", headers={"Retry-After": "2"})
        case _:
            _log.error("request_failed", request_id=request[_REQUEST_ID], route=_pattern(request), exc_info=error)
            return Problem("internal")


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
