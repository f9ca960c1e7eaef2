"""Who I am: signing in and out."""

from importlib.metadata import version
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from desk import shapes
from desk.context import Ask, Desk, Nothing
from desk.handlers.fields import Line
from desk.passwords import MAX_LENGTH
from desk.roles import Permission, may
from desk.routing import route
from storage.accounts import Account


class Credentials(BaseModel, extra="forbid"):
    username: Annotated[Line, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


async def sign_in(ask: Ask[Credentials, Nothing]) -> shapes.Session:
    signed, token = await ask.desk.sign_in.sign_in(ask.request, ask.body.username, ask.body.password)
    ask.finishing.append(lambda response: ask.desk.sign_in.set_cookie(response, token))
    return session_of(ask.desk, signed.account)


async def sign_out(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    desk, session = ask.desk, ask.session.session
    await desk.store.sessions.close(session.token_hash)
    desk.hub.disconnect(session.username, "signed out", only=session.token_hash)
    ask.finishing.append(desk.sign_in.clear_cookie)
    return {"ok": True}


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
        public=True,
        problems=("wrong_credentials", "too_many_attempts"),
    ),
    route("DELETE", "/session", sign_out, "Sign out"),
    route("GET", "/session", who_am_i, "Who I am"),
)
