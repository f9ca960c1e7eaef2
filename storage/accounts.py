"""People who sign in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.errors import AlreadyExists, NotFound
from storage.tables import AccountRow


class Role(StrEnum):
    """What an account may do (SOP.md, People)."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    PIC = "pic"
    OPERATOR = "operator"


class PhoneKind(StrEnum):
    """What an operator speaks through: a headset at the browser, `sambut softphone`, or a phone with a SIP address."""

    BROWSER = "browser"
    SOFTPHONE = "softphone"
    SIP = "sip"


@dataclass(frozen=True, slots=True)
class Account:
    """A person. `unit` is the code of the office or division that a PIC answers for.

    `phone` is the SIP URI that rings for an operator whose `phone_kind` is `SIP` ("" if none); `auto_answer` asks that
    phone to pick up by itself. `email_notices` asks for a mail to `email` when something waits and no page is open.
    `password_temporary`: somebody else chose the password, the person has to choose another. `second_factor`: there is
    one (`storage.factors` keeps this true).
    """

    username: str
    name: str
    role: Role
    language: str = "id"
    phone: str = ""
    unit: str = ""
    active: bool = True
    phone_kind: PhoneKind = PhoneKind.BROWSER
    auto_answer: bool = False
    email: str = ""
    email_notices: bool = True
    password_temporary: bool = False
    second_factor: bool = False


def usual_phone(uri: str | None) -> PhoneKind:
    """What an operator of whom only this SIP address (or none) is known speaks through."""
    return PhoneKind.SIP if uri else PhoneKind.BROWSER


class Accounts:
    """All accounts. The hash of a password is handed over as the caller made it, and read back only by `password_hash`.

    `changed` is called when an account is not what it was. Everything here may raise `StoreUnavailable`.
    """

    def __init__(self, database: Database, changed: Callable[[], None]) -> None:
        self._database = database
        self._changed = changed

    async def create(self, account: Account, password_hash: str, at: float) -> None:
        """Adds an account. Raises `AlreadyExists`."""
        row = {**_row(account), "username": account.username, "password_hash": password_hash, "created_at": at}
        try:
            await self._database.execute(insert(AccountRow), row)
        except IntegrityError as error:
            raise AlreadyExists("account", account.username) from error

    async def get(self, username: str) -> Account | None:
        rows = await self._database.rows(select(AccountRow).where(AccountRow.username == username))
        return account_of(rows[0]) if rows else None

    async def list(self, role: Role | None = None) -> tuple[Account, ...]:
        """All accounts, or those of one role, by username."""
        statement = select(AccountRow).order_by(AccountRow.username)
        statement = statement if role is None else statement.where(AccountRow.role == role)
        return tuple(account_of(row) for row in await self._database.rows(statement))

    async def count(self) -> int:
        count: int = await self._database.scalar(select(func.count()).select_from(AccountRow))
        return count

    async def update(self, username: str, *, new_hash: str | None = None, **fields: Any) -> Account:
        """Changes fields of `Account` (never the username), and with them the hash of a new password if there is one.

        Raises `NotFound`, or `TypeError` for an unknown field.
        """
        hashed = {} if new_hash is None else {"password_hash": new_hash}
        account = await self._database.write(lambda connection: _update(connection, username, fields, hashed))
        self._changed()
        return account

    async def password_hash(self, username: str) -> str | None:
        """The stored hash, also of an inactive account; None when there is no such account."""
        statement = select(AccountRow.password_hash).where(AccountRow.username == username)
        found: str | None = await self._database.scalar(statement)
        return found

    async def set_password_hash(self, username: str, password_hash: str, *, temporary: bool | None = None) -> None:
        """`temporary`: whether the person has to choose another; None leaves that as it is. Raises `NotFound`."""
        values: dict[str, Any] = {"password_hash": password_hash}
        if temporary is not None:
            values["password_temporary"] = temporary
        if (
            await self._database.execute(update(AccountRow).where(AccountRow.username == username).values(**values))
            == 0
        ):
            raise NotFound("account", username)
        self._changed()


def _update(connection: Connection, username: str, fields: Mapping[str, Any], more: Mapping[str, Any]) -> Account:
    mine = AccountRow.username == username
    row = connection.execute(select(AccountRow).where(mine).with_for_update()).mappings().first()
    if row is None:
        raise NotFound("account", username)
    changed = replace(account_of(row), **fields)
    connection.execute(update(AccountRow).where(mine).values({**_row(changed), **more}))
    return changed


def _row(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in Account.__slots__ if name != "username"}


def account_of(row: Any) -> Account:
    """The account that a row holds, whatever else it holds."""
    known = {name: row[name] for name in Account.__slots__}
    return Account(**known | {"role": Role(row["role"]), "phone_kind": PhoneKind(row["phone_kind"])})
