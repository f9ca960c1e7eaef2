"""The token by which the softphone on an operator's workstation signs in."""

import secrets

import structlog
from typing_extensions import TypedDict

from desk import shapes
from desk.context import Ask, Nothing
from desk.roles import Permission
from desk.routing import route
from desk.sign_in import token_hash
from desk.softphones import SOFTPHONES

_TOKEN_BYTES = 32

_log = structlog.get_logger(__name__)


class PhoneToken(TypedDict):
    """`server` is the address to give `sambut softphone --server`."""

    token: str
    server: str


async def issue(ask: Ask[Nothing, Nothing]) -> PhoneToken:
    """The token is told here and never again; the store keeps its hash. The one before is withdrawn."""
    desk, me = ask.desk, ask.me.username
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    await desk.store.phone_tokens.issue(me, token_hash(token), desk.clock())
    ask.request.app[SOFTPHONES].withdraw(me)
    _log.info("softphone_token_issued", username=me)
    return {"token": token, "server": _server(ask)}


async def withdraw(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    """The softphone that used it is closed at once."""
    await ask.desk.store.phone_tokens.revoke(ask.me.username)
    ask.request.app[SOFTPHONES].withdraw(ask.me.username)
    _log.info("softphone_token_withdrawn", username=ask.me.username)
    return {"ok": True}


def _server(ask: Ask[Nothing, Nothing]) -> str:
    """What `sambut softphone --server` is given: the address by which this page was reached."""
    return ask.request.headers["Origin"]  # checked already: one of our own


ROUTES = (
    route("POST", "/me/phone/token", issue, "A new token for my softphone", permission=Permission.TAKE_CALLS),
    route("DELETE", "/me/phone/token", withdraw, "Withdraw my softphone's token", permission=Permission.TAKE_CALLS),
)
