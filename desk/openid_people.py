"""Whose account a person of the provider has: found, added or brought up to date, as the settings say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from config import Installation
from config.sign_in import SignInRole
from desk.last_admin import leaves_no_admin
from desk.openid import OpenIdClient
from desk.times import Clock
from storage import Store
from storage.accounts import Account, Role
from storage.errors import AlreadyExists

USERNAME = re.compile(r"^[a-z][a-z0-9._-]{1,31}$")
_LONGEST_NAME = 100


class NotOurs(Exception):
    """The provider knows this person, and we do not let them in; the text is a code for the log."""


@dataclass(frozen=True, slots=True)
class OpenIdDesk:
    """The provider, and whose accounts its people have. `trusted`: it asks for a second factor itself."""

    client: OpenIdClient
    people: "OpenIdPeople"
    trusted: bool


def openid_desk(store: Store, installation: Installation, clock: Clock) -> OpenIdDesk | None:
    """As the settings say; None without a provider."""
    openid, secret = installation.settings.openid, installation.settings.openid_secret
    if openid is None:
        return None
    people = OpenIdPeople(store, installation, openid)
    return OpenIdDesk(OpenIdClient(openid, secret, clock), people, openid.second_factor == "provider")


class Rules(Protocol):
    """Which claims say what, and who is let in (`config.openid.OpenId`)."""

    @property
    def username_claim(self) -> str: ...
    @property
    def name_claim(self) -> str: ...
    @property
    def email_claim(self) -> str: ...
    @property
    def unit_claim(self) -> str: ...
    @property
    def roles_claim(self) -> str: ...
    @property
    def roles(self) -> Mapping[str, SignInRole]: ...
    @property
    def accounts(self) -> Literal["existing", "create"]: ...


class OpenIdPeople:
    """Raises `NotOurs`, `StoreUnavailable`."""

    def __init__(self, store: Store, installation: Installation, openid: Rules) -> None:
        self._store = store
        self._openid = openid
        self._units = {unit.code for unit in installation.units} | {office.code for office in installation.offices}

    async def account(self, claims: Mapping[str, Any], at: float) -> tuple[Account, bool]:
        """The account, and whether something of it has just changed."""
        subject = f"{claims['iss']} {claims['sub']}"
        username = await self._store.subjects.whose(subject) or self._username(claims)
        account = await self._store.accounts.get(username)
        if account is not None and not account.active:
            raise NotOurs("closed_account")
        said = self._said(claims) if self._openid.accounts == "create" else {}
        new = account is None
        if account is None:
            account = await self._added(username, said, at)
        if not await self._store.subjects.bind(username, subject):  # before anything of it is changed
            raise NotOurs("another_subject")
        account, changed = await self._brought_up_to_date(account, said)
        return account, new or changed

    def _username(self, claims: Mapping[str, Any]) -> str:
        username = _text(claims, self._openid.username_claim).lower()
        if not USERNAME.match(username):
            raise NotOurs("no_username")
        return username

    async def _added(self, username: str, said: Mapping[str, Any], at: float) -> Account:
        if not said:
            raise NotOurs("unknown_account")
        new = Account(username, **{"name": username, **said})
        try:
            await self._store.accounts.create(new, "", at)  # no password: none fits
        except AlreadyExists as error:  # added a moment ago
            raise NotOurs("unknown_account") from error
        return new

    async def _brought_up_to_date(self, account: Account, said: Mapping[str, Any]) -> tuple[Account, bool]:
        """The account as the provider says, and whether that changed it. The last admin stays one, and outside."""
        if all(getattr(account, name) == value for name, value in said.items()):
            return account, False
        if await leaves_no_admin(self._store, account.username, said):
            raise NotOurs("last_admin")
        return await self._store.accounts.update(account.username, **said), True

    def _said(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        openid = self._openid
        said: dict[str, Any] = {"role": self._role(claims)}
        if name := " ".join(_text(claims, openid.name_claim).split())[:_LONGEST_NAME]:
            said["name"] = name
        if email := _text(claims, openid.email_claim):
            said["email"] = email
        if openid.unit_claim and (unit := _text(claims, openid.unit_claim)) in self._units:
            said["unit"] = unit
        return said

    def _role(self, claims: Mapping[str, Any]) -> Role:
        has = _claim(claims, self._openid.roles_claim)
        values = {str(value) for value in (has if isinstance(has, list) else [has])}
        for value, role in self._openid.roles.items():
            if value in values:
                return Role(role)
        raise NotOurs("no_role")


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name; with dots, one inside another."""
    found: Any = claims
    for part in [path] if path in claims else path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(claims: Mapping[str, Any], path: str) -> str:
    found = _claim(claims, path)
    return "".join(filter(str.isprintable, found)).strip() if isinstance(found, str) else ""
