"""One route as a row: the server, the checks and the API's description are all made from it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ValidationError

from desk.context import DESK, Answer, Ask, Desk, Handler
from desk.field_errors import field_errors
from desk.pending import Pending
from desk.problems import Problem
from desk.roles import Permission, may
from desk.security import CHANGES
from desk.sign_in import Signed

PREFIX = "/api/v1"
BODY_WITHIN_S = 30.0  # 64 kB take a second on the worst of lines


@dataclass(frozen=True, slots=True)
class Route:
    """`METHOD path` under /api/v1. `body` and `query` are what the request is checked against.

    `answer` is the TypedDict it returns, None when it is not JSON. `public` routes need no sign-in; `permission` None
    means any signed-in account. `problems` are the codes it may answer beside those that follow from the row itself.
    `upload`: the body is a file (application/octet-stream) that the handler reads from the request as it comes.
    `media` are the types of an answer that is not JSON. `during`: what may still be asked of whoever signs in.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    body: type[BaseModel]
    query: type[BaseModel]
    answer: Any
    permission: Permission | None
    public: bool
    status: int
    problems: tuple[str, ...]
    upload: bool
    media: tuple[str, ...]
    during: frozenset[Pending]


def route(
    method: str,
    path: str,
    handler: Handler,
    summary: str,
    *,
    permission: Permission | None = None,
    public: bool = False,
    status: int = 200,
    problems: tuple[str, ...] = (),
    upload: bool = False,
    media: tuple[str, ...] = ("audio/flac", "audio/ogg"),
    during: frozenset[Pending] = frozenset(),
) -> Route:
    """A row of the table. Body, query and answer are read from the handler's signature: `(Ask[Body, Query]) -> Answer`.

    mypy holds the handler to that signature, so neither the checks nor the description can say anything else.
    """
    hints = get_type_hints(handler)
    body, query = get_args(hints["ask"])
    answer = None if issubclass(hints["return"], web.StreamResponse) else hints["return"]
    row = (method, path, handler, summary, body, query, answer, permission, public, status, problems)
    return Route(*row, upload=upload, media=media, during=during)


def endpoint(row: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler for a row: origin, sign-in, permission, body and query, in this order."""

    async def handle(request: web.Request) -> web.StreamResponse:
        desk = request.app[DESK]
        if row.method in CHANGES:
            desk.perimeter.check_change(request, upload=row.upload)
        signed = await _signed(row, desk, request)
        _check_path(request)
        body = row.body() if row.upload else await _body(row.body, request)
        ask = Ask(request, desk, signed, body, _query(row.query, request))
        response = _response(row.status, await row.handler(ask))
        for finish in ask.finishing:
            finish(response)
        return response

    return handle


async def _signed(row: Route, desk: Desk, request: web.Request) -> Signed | None:
    if row.public:
        return None
    signed = await desk.sign_in.whose(request, row.during)
    if row.permission is not None and not may(signed.account.role, row.permission):
        raise Problem("forbidden")
    return signed


def _check_path(request: web.Request) -> None:
    if any(not value.isprintable() for value in request.match_info.values()):
        raise Problem("not_found")  # PostgreSQL refuses a NUL in a text, and no key of ours holds such things


async def _body(model: type[BaseModel], request: web.Request) -> BaseModel:
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            raw = await request.read()
    except TimeoutError as error:
        raise Problem("too_slow") from error
    try:
        data = json.loads(raw) if raw else {}
    except (ValueError, RecursionError) as error:
        raise Problem("malformed") from error
    if not isinstance(data, dict):
        raise Problem("malformed", "a JSON object is expected")
    return _validated(model, data)


def _query(model: type[BaseModel], request: web.Request) -> BaseModel:
    return _validated(model, {key: value for key, value in request.query.items() if value != ""})


def _validated(model: type[BaseModel], data: dict[str, Any]) -> BaseModel:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise Problem("invalid", errors=field_errors(error)) from error


def _response(status: int, answer: Answer) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, content_type="application/json")
