"""Whose account a person of the directory has, once it has taken their password."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import structlog

from config import Installation
from config.ldap import Ldap
from config.sign_in import SignInRole
from desk.directory import Directory
from desk.openid_people import USERNAME, NotOurs, OpenIdPeople
from storage import Store
from storage.accounts import Account

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Rules:
    """How `desk.directory` names what it tells, for `desk.openid_people`."""

    roles: Mapping[str, SignInRole]
    accounts: Literal["existing", "create"]
    username_claim: str = "username"
    name_claim: str = "name"
    email_claim: str = "email"
    unit_claim: str = ""
    roles_claim: str = "groups"


class DirectoryPeople:
    """Raises `DirectoryAway`, `StoreUnavailable`."""

    def __init__(self, store: Store, installation: Installation, settings: Ldap, directory: Directory) -> None:
        roles = {plain(group): role for group, role in settings.roles.items()}
        self._people = OpenIdPeople(store, installation, _Rules(roles, settings.accounts))
        self._directory = directory

    async def account(self, username: str, password: str, at: float) -> tuple[Account, bool] | None:
        """The account, and whether something of it has just changed; `None` for who does not come in."""
        if not USERNAME.match(username):
            return None
        claims = await self._directory.prove(username, password)
        if claims is None:
            return None
        try:
            groups = [plain(group) for group in claims["groups"]]
            return await self._people.account({**claims, "groups": groups}, at)
        except NotOurs as error:
            _log.info("directory_person_not_ours", reason=str(error))
            return None

    def close(self) -> None:
        self._directory.close()


def directory_people(store: Store, installation: Installation) -> DirectoryPeople | None:
    """As the settings say; `None` without a directory. Raises `NoLibrary`."""
    settings = installation.settings
    if settings.ldap is None:
        return None
    return DirectoryPeople(store, installation, settings.ldap, Directory(settings.ldap, settings.ldap_password))


def plain(dn: str) -> str:
    """A full name (DN) as it is compared: small letters, no blanks around commas and equal signs."""
    return re.sub(r"\s*([,=])\s*", r"\1", dn.strip().lower())
