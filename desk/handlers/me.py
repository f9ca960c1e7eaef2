"""What a signed-in person sets for themselves: presence, phone, language, password."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints

from config.base import Language
from desk import shapes
from desk.context import Ask, Nothing
from desk.field_errors import field_error, words
from desk.handlers.fields import Line, NewPassword, SipUri
from desk.new_passwords import check_new_password, check_other
from desk.passwords import MAX_LENGTH
from desk.pending import Pending
from desk.phone_check import check_phone
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from storage.accounts import PhoneKind


class PresenceWish(BaseModel, extra="forbid"):
    """A pause `after` one more call is the last call before a break."""

    state: Literal["ready", "paused", "offline"]
    reason: Line | None = None
    after: Literal["now", "call"] = "now"


class Phone(BaseModel, extra="forbid"):
    """A headset at the browser, `sambut softphone`, or whatever answers at a SIP address (`uri`).

    `auto_answer` asks a SIP phone to pick up by itself.
    """

    kind: PhoneKind = PhoneKind.SIP
    uri: SipUri | None = None
    auto_answer: bool = False


class Preferences(BaseModel, extra="forbid"):
    """`email_notices`: mail me when something waits and I have no page open."""

    language: Language | None = None
    email_notices: bool | None = None


class PasswordChange(BaseModel, extra="forbid"):
    old: Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH)]
    new: NewPassword


async def set_presence(ask: Ask[PresenceWish, Nothing]) -> shapes.Presence:
    wish, switchboard = ask.body, ask.desk.switchboard
    if wish.state == "paused":
        _check_reason(ask)
    reason = wish.reason if wish.state == "paused" else None
    await switchboard.set_presence(ask.me.username, wish.state, reason, after_call=wish.after == "call")
    return switchboard.presence(ask.me.username)


def _check_reason(ask: Ask[PresenceWish, Nothing]) -> None:
    known = [pause.code for pause in ask.desk.installation.pauses]
    if ask.body.reason not in known:
        choice = ", ".join(known)
        message = words(f"Pilih alasan jeda: {choice}.", f"Choose a reason for the pause: {choice}.")
        raise Problem("invalid", errors=[field_error("reason", "unknown_reason", message)])


async def set_phone(ask: Ask[Phone, Nothing]) -> shapes.Presence:
    """Another kind of phone keeps the SIP address for the day on which it is needed again."""
    me, phone = ask.me, ask.body
    _check_address(phone)
    check_phone(ask.desk, "uri", phone.uri)
    uri = me.phone if phone.uri is None else phone.uri
    fields: dict[str, Any] = {"phone": uri, "phone_kind": phone.kind, "auto_answer": phone.auto_answer}
    await ask.desk.store.accounts.update(me.username, **fields)
    await ask.desk.switchboard.set_phone(me.username, phone.kind, uri, phone.auto_answer)
    return ask.desk.switchboard.presence(me.username)


def _check_address(phone: Phone) -> None:
    if (phone.kind is PhoneKind.SIP) == (phone.uri is not None):
        return
    message = words(
        "Alamat SIP diisi untuk telepon SIP, dan hanya untuk itu.", "A SIP phone, and no other, has a SIP address."
    )
    raise Problem("invalid", errors=[field_error("uri", "sip_phone_only", message)])


async def set_preferences(ask: Ask[Preferences, Nothing]) -> shapes.Account:
    fields = ask.body.model_dump(exclude_none=True)
    return ask.desk.json.account(await ask.desk.store.accounts.update(ask.me.username, **fields))


async def change_password(ask: Ask[PasswordChange, Nothing]) -> shapes.Done:
    """Stores the new password and ends every other session of the account: whoever knew the old one is out."""
    desk, me, change = ask.desk, ask.me, ask.body
    await desk.sign_in.check_password(ask.request, me, change.old)
    check_other(change.old, change.new, "new")
    await check_new_password(desk, me, change.new, "new")
    hashed = await desk.passwords.hash(change.new)
    await desk.store.accounts.set_password_hash(me.username, hashed, temporary=False)
    await desk.sign_in.end_all(me.username, "password changed", but=ask.session.session.token_hash)
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
        "What I speak through, and where it rings",
        permission=Permission.TAKE_CALLS,
    ),
    route("PATCH", "/me", set_preferences, "My language on the screen, and whether I get mail"),
    route(
        "POST",
        "/me/password",
        change_password,
        "Change my password",
        during=frozenset({Pending.NEW_PASSWORD}),
        problems=("wrong_password", "too_many_attempts"),
    ),
)
