"""A person's second factors: set up, seen, removed; and what the admin does when a phone is lost."""

from typing import Annotated, Any

import structlog
from pydantic import BaseModel, StringConstraints

from desk import shapes
from desk.context import Ask, Nothing
from desk.handlers.fields import Line
from desk.pending import Pending
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from paper.qr import matrix
from storage.errors import NotFound

_log = structlog.get_logger(__name__)


class FirstCode(BaseModel, extra="forbid"):
    code: Annotated[str, StringConstraints(pattern=r"^\s*[0-9]{3}\s?[0-9]{3}\s*$")]


class NewPasskey(BaseModel, extra="forbid"):
    """What the browser's credentials API made (RegistrationResponseJSON), and what the person calls it."""

    name: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    credential: dict[str, Any]


async def show(ask: Ask[Nothing, Nothing]) -> shapes.FactorsShown:
    desk, me, kept = ask.desk, ask.me, ask.desk.store.factors
    totp = await kept.totp(me.username)
    since = totp.since if totp else None
    return {
        "totp_since": None if since is None else desk.json.at(since),
        "passkeys": [
            {
                "id": key.id,
                "name": key.name,
                "since": desk.json.at(key.created_at),
                "used_at": None if key.used_at is None else desk.json.at(key.used_at),
            }
            for key in await kept.passkeys(me.username)
        ],
        "recovery_left": await kept.recovery_left(me.username),
        "required": desk.sign_in.must_have_factor(me),
    }


async def offer_totp(ask: Ask[Nothing, Nothing]) -> shapes.TotpOffer:
    """The app that is in use stays until the first code of this one."""
    ask.desk.sign_in.want_proof(ask.session)
    offer = await ask.desk.factors.offer_totp(ask.request, ask.me)
    rows = ["".join(str(module) for module in row) for row in matrix(offer.uri)]
    return {"secret": offer.secret, "uri": offer.uri, "qr": rows}


async def confirm_totp(ask: Ask[FirstCode, Nothing]) -> shapes.RecoveryCodes:
    attempt = await ask.desk.sign_in.try_factor(ask.request, ask.session)
    code = "".join(filter(str.isdigit, ask.body.code))
    if not await ask.desk.factors.take_offer(ask.me.username, code):
        raise Problem("wrong_code")
    ask.desk.sign_in.factor_right(attempt)
    return await _added(ask, "totp")


async def ask_new_passkey(ask: Ask[Nothing, Nothing]) -> shapes.PasskeyQuestion:
    ask.desk.sign_in.want_proof(ask.session)
    return {"public_key": dict(await ask.desk.factors.ask_new_passkey(ask.request, ask.session))}


async def add_passkey(ask: Ask[NewPasskey, Nothing]) -> shapes.RecoveryCodes:
    ask.desk.sign_in.want_proof(ask.session)
    await ask.desk.factors.keep_passkey(ask.request, ask.session, ask.body.name, ask.body.credential)
    return await _added(ask, "passkey")


async def _added(ask: Ask[Any, Any], factor: str) -> shapes.RecoveryCodes:
    """With this session it was proved, the others begin anew. Raises `StoreUnavailable`."""
    desk, mine = ask.desk, ask.session.session
    await desk.store.sessions.change(mine.token_hash, factor=factor)
    await desk.sign_in.end_all(mine.username, "second factor added", but=mine.token_hash)
    _log.info("second_factor_added", username=mine.username, factor=factor)
    return {"codes": await desk.factors.first_recovery_codes(mine.username)}


async def remove_totp(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    ask.desk.sign_in.want_proof(ask.session)
    await _keep_one(ask, len(await ask.desk.store.factors.passkeys(ask.me.username)))
    await ask.desk.store.factors.remove_totp(ask.me.username)
    await _removed(ask, "totp")
    return {"ok": True}


async def remove_passkey(ask: Ask[Nothing, Nothing]) -> shapes.Done:
    kept = ask.desk.store.factors
    ask.desk.sign_in.want_proof(ask.session)
    totp = await kept.totp(ask.me.username)
    has_app = totp is not None and totp.secret is not None
    await _keep_one(ask, has_app + len(await kept.passkeys(ask.me.username)) - 1)
    try:
        await kept.remove_passkey(ask.me.username, ask.path("id"))
    except NotFound as error:
        raise Problem("not_found", "there is no such passkey") from error
    await _removed(ask, "passkey")
    return {"ok": True}


async def _removed(ask: Ask[Nothing, Nothing], factor: str) -> None:
    """What was proved elsewhere with the one that is gone does not go on (ASVS 5.0, 7.4.3)."""
    mine = ask.session.session
    _log.info("second_factor_removed", username=mine.username, factor=factor)
    await ask.desk.sign_in.end_all(mine.username, "second factor removed", but=mine.token_hash)


async def _keep_one(ask: Ask[Nothing, Nothing], left: int) -> None:
    if left < 1 and ask.desk.sign_in.must_have_factor(ask.me):
        raise Problem("factor_needed")


async def new_recovery_codes(ask: Ask[Nothing, Nothing]) -> shapes.RecoveryCodes:
    """Those of before are no good any more."""
    ask.desk.sign_in.want_proof(ask.session)
    if not ask.me.second_factor:
        raise Problem("not_found", "there is no second factor that a code could stand for")
    codes = await ask.desk.factors.new_recovery_codes(ask.me.username)
    await ask.desk.sign_in.end_all(ask.me.username, "new recovery codes", but=ask.session.session.token_hash)
    return {"codes": codes}


async def reset(ask: Ask[Nothing, Nothing]) -> shapes.Account:
    """The phone is lost, and the codes with it: the person signs in with the password, and sets up anew."""
    desk, username = ask.desk, ask.path("username")
    if username == ask.me.username:
        raise Problem("own_account")
    desk.sign_in.want_proof(ask.session)
    if await desk.store.accounts.get(username) is None:
        raise Problem("not_found", f"there is no account {username}")
    await desk.store.factors.reset(username)
    await desk.store.devices.forget(username)
    await desk.store.subjects.forget(username)
    desk.sign_in.forget_tries(username)
    await desk.sign_in.end_all(username, "second factor reset")
    _log.info("second_factor_reset", username=username, by=ask.me.username)
    account = await desk.store.accounts.get(username)
    if account is None:
        raise Problem("not_found", f"there is no account {username}")
    return desk.json.account(account)


_ENROL = frozenset({Pending.ENROL})

ROUTES = (
    route("GET", "/me/factors", show, "My second factors", during=_ENROL),
    route(
        "POST",
        "/me/factors/totp",
        offer_totp,
        "A secret for my authenticator app, in the place of another",
        during=_ENROL,
        problems=("proof_needed",),
    ),
    route(
        "POST",
        "/me/factors/totp/confirm",
        confirm_totp,
        "Give the app's first code: from then on it counts",
        during=_ENROL,
        problems=("wrong_code", "too_many_attempts"),
    ),
    route("DELETE", "/me/factors/totp", remove_totp, "Remove my app", problems=("proof_needed", "factor_needed")),
    route(
        "POST",
        "/me/factors/passkeys/question",
        ask_new_passkey,
        "What my browser is to make a passkey from",
        during=_ENROL,
        problems=("proof_needed", "no_passkey_here"),
    ),
    route(
        "POST",
        "/me/factors/passkeys",
        add_passkey,
        "Keep a passkey that my browser made",
        during=_ENROL,
        problems=("proof_needed", "wrong_code", "no_passkey_here"),
    ),
    route(
        "DELETE",
        "/me/factors/passkeys/{id}",
        remove_passkey,
        "Remove a passkey",
        problems=("proof_needed", "factor_needed", "not_found"),
    ),
    route(
        "POST",
        "/me/factors/recovery-codes",
        new_recovery_codes,
        "New recovery codes, in the place of all others",
        problems=("proof_needed", "not_found"),
    ),
    route(
        "DELETE",
        "/accounts/{username}/factors",
        reset,
        "Remove a person's second factors and tie to the OpenID Connect provider, and sign them out everywhere",
        permission=Permission.MANAGE_ACCOUNTS,
        problems=("not_found", "own_account", "proof_needed"),
    ),
)
