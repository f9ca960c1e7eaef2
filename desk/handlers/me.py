"""What a signed-in person sets for themselves: presence, phone, language, password."""

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from config.base import Language
from desk import shapes
from desk.context import Ask, Nothing
from desk.field_errors import field_error, words
from desk.handlers.fields import Line, NewPassword, SipUri
from desk.passwords import MAX_LENGTH
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route


class PresenceWish(BaseModel, extra="forbid"):
    state: Literal["ready", "paused", "offline"]
    reason: Line | None = None


class Phone(BaseModel, extra="forbid"):
    uri: SipUri


class Preferences(BaseModel, extra="forbid"):
    language: Language


class PasswordChange(BaseModel, extra="forbid"):
    old: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]
    new: NewPassword


async def set_presence(ask: Ask[PresenceWish, Nothing]) -> shapes.Presence:
    wish, switchboard = ask.body, ask.desk.switchboard
    if wish.state == "paused":
        _check_reason(ask)
    await switchboard.set_presence(ask.me.username, wish.state, wish.reason if wish.state == "paused" else None)
    return switchboard.presence(ask.me.username)


def _check_reason(ask: Ask[PresenceWish, Nothing]) -> None:
    known = [pause.code for pause in ask.desk.installation.pauses]
    if ask.body.reason not in known:
        choice = ", ".join(known)
        message = words(f"Pilih alasan jeda: {choice}.", f"Choose a reason for the pause: {choice}.")
        raise Problem("invalid", errors=[field_error("reason", "unknown_reason", message)])


async def set_phone(ask: Ask[Phone, Nothing]) -> shapes.Presence:
    await ask.desk.store.accounts.update(ask.me.username, phone=ask.body.uri)
    await ask.desk.switchboard.set_phone(ask.me.username, ask.body.uri)
    return ask.desk.switchboard.presence(ask.me.username)


async def set_preferences(ask: Ask[Preferences, Nothing]) -> shapes.Account:
    return ask.desk.json.account(await ask.desk.store.accounts.update(ask.me.username, language=ask.body.language))


async def change_password(ask: Ask[PasswordChange, Nothing]) -> shapes.Done:
    """Stores the new password and ends every other session of the account: whoever knew the old one is out."""
    desk = ask.desk
    await desk.sign_in.check_password(ask.request, ask.me, ask.body.old)
    await desk.store.accounts.set_password_hash(ask.me.username, await desk.passwords.hash(ask.body.new))
    await desk.sign_in.end_other_sessions(ask.session)
    desk.hub.disconnect(ask.me.username, "password changed", but=ask.session.session.token_hash)
    return {"ok": True}


ROUTES = (
    route(
        "PUT",
        "/me/presence",
        set_presence,
        "Say that I am ready, on pause or offline",
        permission=Permission.TAKE_CALLS,
    ),
    route(
        "PUT",
        "/me/phone",
        set_phone,
        "Where my phone rings",
        permission=Permission.TAKE_CALLS,
    ),
    route("PATCH", "/me", set_preferences, "My language on the screen"),
    route(
        "POST",
        "/me/password",
        change_password,
        "Change my password",
        problems=("wrong_password", "too_many_attempts"),
    ),
)
