"""Signing in by an OpenID Connect provider: there and back again, both by the browser's own navigation."""

from typing import Annotated

import structlog
from aiohttp import web
from pydantic import BaseModel, StringConstraints

from desk import shapes
from desk.attempts import Attempt
from desk.context import Ask, Desk, Nothing
from desk.openid import Begun, ProviderAway, ProviderRefused
from desk.openid_people import NotOurs
from desk.problems import Problem
from desk.routing import PREFIX, route

BACK = "/session/openid/return"
ON_ITS_WAY_S = 600

Opaque = Annotated[str, StringConstraints(max_length=4096)]

_log = structlog.get_logger(__name__)


class Return(BaseModel, extra="ignore"):
    """What the provider sends the browser back with (RFC 6749, 4.1.2)."""

    code: Opaque = ""
    state: Opaque = ""
    error: Opaque = ""


async def ways(ask: Ask[Nothing, Nothing]) -> shapes.SignInWays:
    openid = ask.desk.installation.settings.openid
    return {"openid": None if openid is None else openid.label}


async def begin(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    """To the provider. What is compared afterwards stays in this browser, in a cookie that comes back from there."""
    desk = ask.desk
    if desk.openid is None:
        raise Problem("not_found", "there is no OpenID Connect provider in the settings")
    begun = Begun.new()
    try:
        answer = _to(await desk.openid.client.address(begun, _back(ask)))
    except ProviderAway as error:
        _log.warning("openid_away", error=str(error))
        return _to_page("openid_away")
    value = ".".join((begun.state, begun.nonce, begun.verifier))
    secure = desk.perimeter.secure
    answer.set_cookie(
        _cookie(desk), value, max_age=ON_ITS_WAY_S, path="/", httponly=True, samesite="Lax", secure=secure
    )
    return answer


async def finish(ask: Ask[Nothing, Return]) -> web.StreamResponse:
    """Back from the provider: signed in, or told why not on the page."""
    desk = ask.desk
    if desk.openid is None:
        raise Problem("not_found", "there is no OpenID Connect provider in the settings")
    begun = _begun(ask)
    if begun is None:
        # Any page may send its visitors here, so that this is neither counted nor told as somebody's try.
        _log.info("openid_not_begun", source=desk.perimeter.address(ask.request))
        return _to_page("openid_refused")
    answer = await _tried(ask, begun)
    answer.del_cookie(_cookie(desk), path="/", httponly=True, samesite="Lax", secure=desk.perimeter.secure)
    return answer


async def _tried(ask: Ask[Nothing, Return], begun: Begun) -> web.Response:
    """Counted by address alone: whose account it is going to be nobody knows yet. A right one does not count."""
    desk = ask.desk
    attempt = Attempt(None, desk.perimeter.address(ask.request))
    try:
        desk.sign_in.count(attempt)
    except Problem as problem:
        return _to_page(problem.code)
    try:
        answer = await _enter(ask, begun)
    except ProviderAway as error:
        _log.warning("openid_away", error=str(error))
        answer = _to_page("openid_away")
    except (ProviderRefused, NotOurs) as error:
        _log.info("sign_in_refused", source=attempt.address, reason=f"openid: {error}")
        return _to_page("openid_unknown" if isinstance(error, NotOurs) else "openid_refused")
    desk.sign_in.right(attempt)
    return answer


async def _enter(ask: Ask[Nothing, Return], begun: Begun) -> web.Response:
    desk, query = ask.desk, ask.query
    assert desk.openid is not None
    if query.error or not query.code:
        raise ProviderRefused("the provider says no")
    claims = await desk.openid.client.claims(begun, query.code, _back(ask))
    account, changed = await desk.openid.people.account(claims, desk.clock())
    if changed:
        await desk.sign_in.end_all(account.username, "account changed")
        desk.switchboard.account_changed(account)
    trusted = desk.openid.trusted
    entered = await desk.sign_in.enter(ask.request, account, "provider" if trusted else "", vouched=True)
    answer = _to("/")
    desk.sign_in.welcome(answer, entered)
    return answer


def _begun(ask: Ask[Nothing, Return]) -> Begun | None:
    """What this browser began with, if this is the answer to it."""
    parts = ask.request.cookies.get(_cookie(ask.desk), "").split(".")
    if len(parts) != 3 or not parts[0] or parts[0] != ask.query.state:
        return None
    return Begun(*parts)


def _back(ask: Ask[Nothing, Nothing] | Ask[Nothing, Return]) -> str:
    return ask.desk.perimeter.base(ask.request) + PREFIX + BACK


def _cookie(desk: Desk) -> str:
    return f"{desk.sign_in.cookie}-openid"


def _to(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address})


def _to_page(problem: str) -> web.Response:
    return _to(f"/login?problem={problem}")


ROUTES = (
    route("GET", "/session/ways", ways, "By what one can sign in besides the password", public=True),
    route(
        "GET",
        "/session/openid",
        begin,
        "To the OpenID Connect provider (for a browser to go to)",
        public=True,
        status=302,
        problems=("not_found",),
        media=(),
    ),
    route(
        "GET",
        BACK,
        finish,
        "Back from the OpenID Connect provider",
        public=True,
        status=302,
        problems=("not_found",),
        media=(),
    ),
)
