"""Who I am: signing in, with a second factor where there is one, and out."""

from importlib.metadata import version
from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints

from desk import shapes
from desk.context import Ask, Desk, Nothing
from desk.handlers.fields import Line
from desk.passwords import MAX_LENGTH
from desk.pending import ALL, Pending
from desk.roles import Permission, may
from desk.routing import route
from desk.sign_in import Entered, Signed
from storage.accounts import Account


class Credentials(BaseModel, extra="forbid"):
    username: Annotated[Line, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


class Code(BaseModel, extra="forbid"):
    """Of the authenticator app (six digits), or a recovery code."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=40)]


class PasskeyAnswer(BaseModel, extra="forbid"):
    """What the browser's credentials API gave back (AuthenticationResponseJSON)."""

    credential: dict[str, Any]


class Proof(BaseModel, extra="forbid"):
    password: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]


async def sign_in(ask: Ask[Credentials, Nothing]) -> shapes.Session:
    return await entered(ask, await ask.desk.sign_in.sign_in(ask.request, ask.body.username, ask.body.password))


async def entered(ask: Ask[Any, Any], how: Entered) -> shapes.Session:
    """The answer to somebody whose session begins."""
    ask.finishing.append(lambda response: ask.desk.sign_in.welcome(response, how))
    return await session_of(ask.desk, how.signed)


async def sign_out(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    await ask.desk.sign_in.end(ask.session.session, "signed out")
    ask.finishing.append(ask.desk.sign_in.clear_cookie)
    return {"ok": True}


async def who_am_i(ask: Ask[Nothing, Nothing]) -> shapes.Session:
    return await session_of(ask.desk, ask.session)


async def give_code(ask: Ask[Code, Nothing]) -> shapes.Session:
    """Six digits are the app's, anything longer is a recovery code."""
    desk, me = ask.desk, ask.me
    attempt = await desk.sign_in.try_factor(ask.request, ask.session)
    of_app = len(ask.body.code.replace(" ", "")) == 6
    give = desk.factors.give_code if of_app else desk.factors.give_recovery
    if not await give(me.username, ask.body.code.replace(" ", "")):
        desk.sign_in.factor_wrong(attempt, me)
    desk.sign_in.factor_right(attempt)
    return await entered(
        ask, await desk.sign_in.second_factor(ask.request, ask.session, "totp" if of_app else "recovery")
    )


async def ask_passkey(ask: Ask[Nothing, Nothing]) -> shapes.PasskeyQuestion:
    return {"public_key": dict(await ask.desk.factors.ask_passkey(ask.request, ask.session))}


async def give_passkey(ask: Ask[PasskeyAnswer, Nothing]) -> shapes.Session:
    desk = ask.desk
    attempt = await desk.sign_in.try_factor(ask.request, ask.session)
    if not await desk.factors.give_passkey(ask.request, ask.session, ask.body.credential):
        desk.sign_in.factor_wrong(attempt, ask.me)
    desk.sign_in.factor_right(attempt)
    return await entered(ask, await desk.sign_in.second_factor(ask.request, ask.session, "passkey"))


async def prove(ask: Ask[Proof, Nothing]) -> shapes.Done:
    """Who changes what they sign in with gives the password once more, unless they have just done so."""
    await ask.desk.sign_in.check_password(ask.request, ask.me, ask.body.password, or_directory=True)
    await ask.desk.sign_in.proved(ask.session)
    return {"ok": True}


async def session_of(desk: Desk, signed: Signed) -> shapes.Session:
    """What a page needs to begin; `presence` only for those who take calls."""
    if (pending := desk.sign_in.pending(signed)) is not None:
        return await _begun(desk, signed, pending)
    status, account = desk.switchboard.status(), signed.account
    session = shapes.Session(
        user=desk.json.account(account),
        server={
            "version": version("sambut"),
            "engine": str(status.get("engine", "")),
            "demo": desk.demo,
            "warnings": list(status.get("warnings", ())),
        },
        password=_password(desk, own=bool(await desk.store.accounts.password_hash(account.username))),
    )
    if may(account.role, Permission.TAKE_CALLS):
        session["presence"] = desk.switchboard.presence(account.username)
    return session


async def _begun(desk: Desk, signed: Signed, pending: Pending) -> shapes.Session:
    """For whoever has given no more than a password: nothing of the person or the service that this does not need."""
    account = signed.account
    bare = Account(account.username, account.name, account.role, account.language)
    session = shapes.Session(
        user=desk.json.account(bare),
        server={"version": "", "engine": "", "demo": desk.demo, "warnings": []},
        password=_password(desk, own=not signed.session.vouched),
        pending=pending.value,
    )
    if pending is Pending.SECOND_FACTOR:
        session["choice"] = await _choice(desk, account.username)
    return session


def _password(desk: Desk, *, own: bool) -> Literal["own", "directory"] | None:
    if own:
        return "own"
    return None if desk.directory is None else "directory"


async def _choice(desk: Desk, username: str) -> shapes.SecondFactorChoice:
    kept = desk.store.factors
    totp = await kept.totp(username)
    return {
        "totp": totp is not None and totp.secret is not None,
        "passkey": bool(await kept.passkeys(username)),
        "recovery": await kept.recovery_left(username) > 0,
    }


_ASKED = frozenset({Pending.SECOND_FACTOR})

ROUTES = (
    route(
        "POST",
        "/session",
        sign_in,
        "Sign in; `pending` says what is asked for besides",
        public=True,
        problems=("wrong_credentials", "too_many_attempts", "directory_away"),
    ),
    route("DELETE", "/session", sign_out, "Sign out", during=ALL),
    route("GET", "/session", who_am_i, "Who I am", during=ALL),
    route(
        "POST",
        "/session/code",
        give_code,
        "Give the second factor: a code of the authenticator app, or a recovery code",
        during=_ASKED,
        problems=("wrong_code", "too_many_attempts"),
    ),
    route(
        "POST",
        "/session/passkey/question",
        ask_passkey,
        "What one of my passkeys is to sign",
        during=_ASKED,
        problems=("no_passkey_here",),
    ),
    route(
        "POST",
        "/session/passkey",
        give_passkey,
        "Give the second factor: what a passkey signed",
        during=_ASKED,
        problems=("wrong_code", "too_many_attempts", "no_passkey_here"),
    ),
    route(
        "POST",
        "/session/proof",
        prove,
        "Give the password once more, before a change of what one signs in with",
        during=frozenset({Pending.ENROL}),
        problems=("wrong_password", "too_many_attempts", "directory_away"),
    ),
)
