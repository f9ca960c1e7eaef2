"""Keys of portals that file requests by the open standard, for the admin."""

import secrets
from typing import Annotated

import structlog
from pydantic import BaseModel, StringConstraints
from typing_extensions import TypedDict

from desk import shapes
from desk.context import Ask, Desk, Nothing
from desk.handlers.fields import Line
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from desk.sign_in import token_hash
from storage.api_keys import ApiKey
from storage.errors import NotFound
from storage.records import new_key

_KEY_BYTES = 32

_log = structlog.get_logger(__name__)


class ApiKeyShape(TypedDict):
    id: str
    name: str
    created_at: str
    created_by: str
    last_used_at: str | None
    withdrawn_at: str | None


class NewApiKey(ApiKeyShape):
    """`key` is told here and never again."""

    key: str


class ApiKeyList(TypedDict):
    items: list[ApiKeyShape]


class Named(BaseModel, extra="forbid"):
    """What the portal is called."""

    name: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


async def list_all(ask: Ask[Nothing, Nothing]) -> ApiKeyList:
    return {"items": [_shape(ask.desk, key) for key in await ask.desk.store.api_keys.list()]}


async def create(ask: Ask[Named, Nothing]) -> NewApiKey:
    """The store keeps the hash only."""
    secret = secrets.token_urlsafe(_KEY_BYTES)
    key = ApiKey(new_key(), ask.body.name, ask.desk.clock(), ask.me.username)
    await ask.desk.store.api_keys.add(key, token_hash(secret))
    _log.info("api_key_made", api_key=key.id, username=ask.me.username)
    return {**_shape(ask.desk, key), "key": secret}


async def withdraw(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    key = ask.path("key")
    try:
        await ask.desk.store.api_keys.withdraw(key, ask.desk.clock())
    except NotFound as error:
        raise Problem("not_found", str(error)) from error
    _log.info("api_key_withdrawn", api_key=key, username=ask.me.username)
    return {"ok": True}


def _shape(desk: Desk, key: ApiKey) -> ApiKeyShape:
    return {
        "id": key.id,
        "name": key.name,
        "created_at": desk.json.at(key.created_at),
        "created_by": key.created_by,
        "last_used_at": desk.json.at_or_none(key.last_used_at),
        "withdrawn_at": desk.json.at_or_none(key.withdrawn_at),
    }


_ADMIN = Permission.MANAGE_INTEGRATIONS

ROUTES = (
    route("GET", "/api-keys", list_all, "Keys of portals, withdrawn ones too", permission=_ADMIN),
    route("POST", "/api-keys", create, "A key for a portal, shown this once", permission=_ADMIN, status=201),
    route("DELETE", "/api-keys/{key}", withdraw, "Withdraw a portal's key", permission=_ADMIN, problems=("not_found",)),
)
