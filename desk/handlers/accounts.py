"""Accounts, for the admin."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from config.base import Language
from desk import shapes
from desk.addressees import check_unit
from desk.context import Ask, Nothing
from desk.handlers.fields import Email, Line, NewPassword, SipUri
from desk.last_admin import leaves_no_admin
from desk.new_passwords import check_new_password
from desk.phone_check import check_phone
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from storage.accounts import Account, PhoneKind, Role, usual_phone
from storage.errors import AlreadyExists, NotFound

# Lower case only, so that two people can never have names that differ by case.
Username = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
Name = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewAccount(BaseModel, extra="forbid"):
    username: Username
    name: Name
    role: Role
    password: NewPassword
    language: Language = "id"
    phone: SipUri | None = None
    phone_kind: PhoneKind | None = None
    """If not given: a SIP phone when `phone` is, else a headset at the browser."""
    auto_answer: bool = False
    unit: Line = ""
    """A PIC's office or division."""
    email: Email = ""
    email_notices: bool = True


class AccountPatch(BaseModel, extra="forbid"):
    name: Name | None = None
    role: Role | None = None
    password: NewPassword | None = None
    language: Language | None = None
    phone: SipUri | None = None
    phone_kind: PhoneKind | None = None
    auto_answer: bool | None = None
    unit: Line | None = None
    email: Email | None = None
    email_notices: bool | None = None
    active: bool | None = None


async def list_all(ask: Ask[Nothing, Nothing]) -> shapes.Accounts:
    return {"items": [ask.desk.json.account(account) for account in await ask.desk.store.accounts.list()]}


async def create(ask: Ask[NewAccount, Nothing]) -> shapes.Account:
    """Whoever adds an account can get in with it: that takes a proof, as a change of one does."""
    desk, new = ask.desk, ask.body
    desk.sign_in.want_proof(ask.session)
    check_unit(desk.installation, new.unit)
    check_phone(desk, "phone", new.phone)
    account = Account(
        new.username,
        new.name,
        new.role,
        new.language,
        new.phone or "",
        new.unit,
        phone_kind=new.phone_kind or usual_phone(new.phone),
        auto_answer=new.auto_answer,
        email=new.email,
        email_notices=new.email_notices,
        password_temporary=True,
    )
    await check_new_password(desk, account, new.password, "password")
    try:
        await desk.store.accounts.create(account, await desk.passwords.hash(new.password), desk.clock())
    except AlreadyExists as error:
        raise Problem("taken") from error
    desk.switchboard.account_changed(account)
    return desk.json.account(account)


async def change(ask: Ask[AccountPatch, Nothing]) -> shapes.Account:
    """A new password, role or unit, or a closed account signs the person out everywhere. All of it is done, or nothing.

    The password is one for the first sign-in: the person then chooses another.
    """
    desk, username = ask.desk, ask.path("username")
    before = await _found(ask, username)
    wanted = ask.body.model_dump(exclude_none=True, exclude={"password"})
    fields = {name: value for name, value in wanted.items() if getattr(before, name) != value}
    await _check_change(ask, before, fields)
    try:
        account = await desk.store.accounts.update(username, **fields, **await _first_password(ask, before, fields))
    except NotFound as error:
        raise _unknown(username) from error
    if ask.body.password is not None:
        desk.sign_in.forget_tries(username)
    if ask.body.password is not None or fields.keys() & {"role", "unit", "active"}:
        await desk.sign_in.end_all(username, "account changed")
    desk.switchboard.account_changed(account)
    return desk.json.account(account)


async def _check_change(ask: Ask[AccountPatch, Nothing], before: Account, fields: dict[str, Any]) -> None:
    """Raises `Problem` for whatever is not to be. Who may get in, and as what, only a proved admin says."""
    check_unit(ask.desk.installation, ask.body.unit or "")
    check_phone(ask.desk, "phone", ask.body.phone)
    if await leaves_no_admin(ask.desk.store, before.username, fields):
        raise Problem("last_admin")
    if ask.body.password is not None and before.username == ask.me.username:
        raise Problem("own_account")
    if ask.body.password is not None or fields.keys() & {"role", "active"}:
        ask.desk.sign_in.want_proof(ask.session)


async def _first_password(ask: Ask[AccountPatch, Nothing], before: Account, fields: dict[str, Any]) -> dict[str, Any]:
    """What is to be stored of a new password; nothing without one."""
    if ask.body.password is None:
        return {}
    await check_new_password(ask.desk, replace(before, **fields), ask.body.password, "password")
    return {"new_hash": await ask.desk.passwords.hash(ask.body.password), "password_temporary": True}


async def _found(ask: Ask[Any, Any], username: str) -> Account:
    account = await ask.desk.store.accounts.get(username)
    if account is None:
        raise _unknown(username)
    return account


def _unknown(username: str) -> Problem:
    return Problem("not_found", f"there is no account {username}")


ROUTES = (
    route("GET", "/accounts", list_all, "All accounts", permission=Permission.MANAGE_ACCOUNTS),
    route(
        "POST",
        "/accounts",
        create,
        "Add an account",
        permission=Permission.MANAGE_ACCOUNTS,
        status=201,
        problems=("taken", "proof_needed"),
    ),
    route(
        "PATCH",
        "/accounts/{username}",
        change,
        "Change an account; it cannot be deleted, only made inactive, for tickets name it",
        permission=Permission.MANAGE_ACCOUNTS,
        problems=("not_found", "last_admin", "own_account", "proof_needed"),
    ),
)
