"""Accounts, for the admin."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from config.base import Language
from desk import shapes
from desk.addressees import check_unit
from desk.context import Ask, Nothing
from desk.handlers.fields import Email, Line, NewPassword, SipUri
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
    desk, new = ask.desk, ask.body
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
    """A new password, role or unit, or a closed account signs the person out everywhere.

    The password is one for the first sign-in: the person then chooses another.
    """
    desk, username = ask.desk, ask.path("username")
    fields = ask.body.model_dump(exclude_none=True, exclude={"password"})
    check_unit(desk.installation, ask.body.unit or "")
    check_phone(desk, "phone", ask.body.phone)
    await _keep_an_admin(ask, username, fields)
    try:
        account = await desk.store.accounts.update(username, **fields)
        if ask.body.password is not None:
            await check_new_password(desk, account, ask.body.password, "password")
            hashed = await desk.passwords.hash(ask.body.password)
            await desk.store.accounts.set_password_hash(username, hashed, temporary=True)
    except NotFound as error:
        raise Problem("not_found", f"there is no account {username}") from error
    if ask.body.password is not None or fields.keys() & {"role", "unit", "active"}:
        await desk.sign_in.end_all(username, "account changed")
    desk.switchboard.account_changed(account)
    return desk.json.account(account)


async def _keep_an_admin(ask: Ask[AccountPatch, Nothing], username: str, fields: dict[str, Any]) -> None:
    admins = [a for a in await ask.desk.store.accounts.list(Role.ADMIN) if a.active]
    after = [replace(a, **fields) if a.username == username else a for a in admins]
    if admins and not any(a.active and a.role is Role.ADMIN for a in after):
        raise Problem("last_admin")


ROUTES = (
    route("GET", "/accounts", list_all, "All accounts", permission=Permission.MANAGE_ACCOUNTS),
    route(
        "POST",
        "/accounts",
        create,
        "Add an account",
        permission=Permission.MANAGE_ACCOUNTS,
        status=201,
        problems=("taken",),
    ),
    route(
        "PATCH",
        "/accounts/{username}",
        change,
        "Change an account; it cannot be deleted, only made inactive, for tickets name it",
        permission=Permission.MANAGE_ACCOUNTS,
        problems=("not_found", "last_admin"),
    ),
)
