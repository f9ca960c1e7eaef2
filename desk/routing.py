"""One route as a row: the server, the checks and the API description are all made from it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic

from aiohttp import web
from pydantic import BaseModel, ValidationError

from desk.context import DESK, Answer, Ask, Body, Desk, Handler, Nothing, Query
from desk.field_errors import field_errors
from desk.problems import Problem
from desk.roles import Permission, may
from desk.security import CHANGES
from desk.sign_in import Signed

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Route(Generic[Body, Query]):
    """`METHOD path` under /api/v1. `answer` is the TypedDict it returns (None: not JSON).

    `public` routes need no sign-in; `permission` None means any signed-in account. `problems` are the codes it may
    answer beside those that follow from the row itself.
    """

    method: str
    path: str
    handler: Handler[Body, Query]
    summary: str
    answer: Any
    body: type[Body]
    query: type[Query]
    permission: Permission | None = None
    public: bool = False
    status: int = 200
    problems: tuple[str, ...] = ()


def route(
    method: str,
    path: str,
    handler: Handler[Body, Query],
    summary: str,
    answer: Any = None,
    *,
    body: type[Body] = Nothing,  # type: ignore[assignment]  # a generic default: PEP 696 only from Python 3.13
    query: type[Query] = Nothing,  # type: ignore[assignment]
    permission: Permission | None = None,
    public: bool = False,
    status: int = 200,
    problems: tuple[str, ...] = (),
) -> Route[Body, Query]:
    """A row of the table; without `body` or `query` none is accepted."""
    return Route(method, path, handler, summary, answer, body, query, permission, public, status, problems)


def endpoint(row: Route[Any, Any]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler for a row: origin, sign-in, permission, body and query, in this order."""

    async def handle(request: web.Request) -> web.StreamResponse:
        desk = request.app[DESK]
        if row.method in CHANGES:
            desk.perimeter.check_change(request)
        signed = await _signed(row, desk, request)
        ask = Ask(request, desk, signed, await _body(row.body, request), _query(row.query, request))
        return _respond(row.status, await row.handler(ask))

    return handle


async def _signed(row: Route[Any, Any], desk: Desk, request: web.Request) -> Signed | None:
    if row.public:
        return None
    signed = await desk.sign_in.whose(request)
    request["username"] = signed.account.username
    if row.permission is not None and not may(signed.account.role, row.permission):
        raise Problem("forbidden")
    return signed


async def _body(model: type[BaseModel], request: web.Request) -> BaseModel:
    raw = await request.read()
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


def _respond(status: int, answer: Answer) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, content_type="application/json")
