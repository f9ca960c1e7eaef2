"""Who I am: signing in and out."""

from importlib.metadata import version
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from desk import shapes
from desk.context import Ask, Desk, Nothing
from desk.passwords import MAX_LENGTH
from desk.roles import Permission, may
from desk.routing import route
from storage.accounts import Account


class Credentials(BaseModel, extra="forbid"):
    username: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


async def sign_in(ask: Ask[Credentials, Nothing]) -> web.StreamResponse:
    desk = ask.desk
    signed, token = await desk.sign_in.sign_in(ask.request, ask.body.username, ask.body.password)
    response = web.json_response(session_of(desk, signed.account))
    desk.sign_in.set_cookie(response, token)
    return response


async def sign_out(ask: Ask[Nothing, Nothing]) -> web.StreamResponse:
    desk = ask.desk
    signed = ask.session
    await desk.store.sessions.close(signed.session.token_hash)
    await desk.hub.disconnect(signed.account.username, "signed out", signed.session.token_hash)
    response = web.json_response(shapes.Done(ok=True))
    desk.sign_in.clear_cookie(response)
    return response


async def who_am_i(ask: Ask[Nothing, Nothing]) -> shapes.Session:
    return session_of(ask.desk, ask.me)


def session_of(desk: Desk, account: Account) -> shapes.Session:
    """What a page needs to begin; `presence` only for those who take calls."""
    status = desk.switchboard.status()
    session = shapes.Session(
        user=desk.json.account(account),
        server={
            "version": version("sambut"),
            "engine": str(status.get("engine", "")),
            "demo": desk.demo,
            "warnings": list(status.get("warnings", ())),
        },
    )
    if may(account.role, Permission.TAKE_CALLS):
        session["presence"] = desk.switchboard.presence(account.username)
    return session


ROUTES = (
    route(
        "POST",
        "/session",
        sign_in,
        "Sign in",
        shapes.Session,
        body=Credentials,
        public=True,
        problems=("wrong_credentials", "too_many_attempts"),
    ),
    route("DELETE", "/session", sign_out, "Sign out", shapes.Done),
    route("GET", "/session", who_am_i, "Who I am", shapes.Session),
)
