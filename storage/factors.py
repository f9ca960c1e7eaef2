"""Second factors: authenticator apps, passkeys, recovery codes. `Account.second_factor` says whether there is one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.errors import AlreadyExists, NotFound
from storage.factor_tables import PasskeyRow, RecoveryCodeRow, TotpRow
from storage.tables import AccountRow


@dataclass(frozen=True, slots=True)
class Totp:
    """What is shared with a person's authenticator app, sealed; since when (Unix seconds).

    `offered` waits for its first code, and then takes the place of `secret`.
    """

    username: str
    secret: str | None = None
    since: float | None = None
    offered: str | None = None


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey; `id` and `public_key` in base64url. Times in Unix seconds."""

    id: str
    username: str
    name: str
    public_key: str
    sign_count: int
    created_at: float
    used_at: float | None = None


class Factors:
    """All second factors. `changed` is called when an account has its first, or none any more.

    Everything here may raise `StoreUnavailable`.
    """

    def __init__(self, database: Database, changed: Callable[[], None]) -> None:
        self._database = database
        self._changed = changed

    # -- authenticator apps ----------------------------------------------------------------------------------------

    async def totp(self, username: str) -> Totp | None:
        rows = await self._database.rows(select(TotpRow).where(TotpRow.username == username))
        return Totp(**{name: rows[0][name] for name in Totp.__slots__}) if rows else None

    async def offer_totp(self, username: str, sealed: str) -> None:
        """Keeps a secret that waits for its first code; the one in use stays until then."""
        await self._database.write(lambda connection: _offer(connection, username, sealed))

    async def take_offer(self, offer: str, username: str, step: int, at: float) -> bool:
        """The first code of what was offered has come, that of this step of time. False when another is offered."""
        mine = (TotpRow.username == username, TotpRow.offered == offer)
        values = {"secret": offer, "since": at, "offered": None, "used_step": step}
        if await self._database.execute(update(TotpRow).where(*mine).values(**values)) == 0:
            return False
        await self._settle(username)
        return True

    async def use_step(self, username: str, step: int) -> bool:
        """Notes that the code of this step of time was given; False when it, or a later one, was given before."""
        mine = (TotpRow.username == username, TotpRow.used_step < step)
        return await self._database.execute(update(TotpRow).where(*mine).values(used_step=step)) == 1

    async def remove_totp(self, username: str) -> None:
        """The person's app proves nothing any more; without one this is no error."""
        await self._database.execute(delete(TotpRow).where(TotpRow.username == username))
        await self._settle(username)

    # -- passkeys --------------------------------------------------------------------------------------------------

    async def passkeys(self, username: str) -> tuple[Passkey, ...]:
        """A person's passkeys, the oldest first."""
        mine = select(PasskeyRow).where(PasskeyRow.username == username).order_by(PasskeyRow.created_at, PasskeyRow.id)
        return tuple(
            Passkey(**{name: row[name] for name in Passkey.__slots__}) for row in await self._database.rows(mine)
        )

    async def add_passkey(self, passkey: Passkey) -> None:
        """Raises `AlreadyExists`."""
        try:
            row = {name: getattr(passkey, name) for name in Passkey.__slots__}
            await self._database.execute(insert(PasskeyRow), row)
        except IntegrityError as error:
            raise AlreadyExists("passkey", passkey.id) from error
        await self._settle(passkey.username)

    async def used_passkey(self, id: str, sign_count: int, at: float) -> None:
        """Notes its use, and how often its authenticator says it has signed."""
        values = {"sign_count": sign_count, "used_at": at}
        await self._database.execute(update(PasskeyRow).where(PasskeyRow.id == id).values(**values))

    async def remove_passkey(self, username: str, id: str) -> None:
        """Raises `NotFound`."""
        mine = (PasskeyRow.username == username, PasskeyRow.id == id)
        if await self._database.execute(delete(PasskeyRow).where(*mine)) == 0:
            raise NotFound("passkey", id)
        await self._settle(username)

    # -- recovery codes --------------------------------------------------------------------------------------------

    async def recovery_left(self, username: str) -> int:
        statement = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.username == username)
        count: int = await self._database.scalar(statement)
        return count

    async def set_recovery(self, username: str, hashes: Iterable[str]) -> None:
        """New codes; those of before are no good any more."""
        rows = [{"username": username, "code_hash": each} for each in hashes]
        await self._database.write(lambda connection: _set_recovery(connection, username, rows))

    async def use_recovery(self, username: str, code_hash: str) -> bool:
        """Whether there was such a code; now there is not."""
        mine = (RecoveryCodeRow.username == username, RecoveryCodeRow.code_hash == code_hash)
        return await self._database.execute(delete(RecoveryCodeRow).where(*mine)) == 1

    # -- all of them -----------------------------------------------------------------------------------------------

    async def reset(self, username: str) -> None:
        """The person has no second factor any more, and no recovery codes."""
        for table in (TotpRow, PasskeyRow, RecoveryCodeRow):
            await self._database.execute(delete(table).where(table.username == username))
        await self._settle(username)

    async def _settle(self, username: str) -> None:
        await self._database.write(lambda connection: _settle(connection, username))
        self._changed()


def _offer(connection: Connection, username: str, sealed: str) -> None:
    mine = update(TotpRow).where(TotpRow.username == username)
    if connection.execute(mine.values(offered=sealed)).rowcount == 0:
        connection.execute(insert(TotpRow), {"username": username, "offered": sealed})


def _set_recovery(connection: Connection, username: str, rows: Sequence[dict[str, str]]) -> None:
    connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))
    if rows:
        connection.execute(insert(RecoveryCodeRow), list(rows))


def _settle(connection: Connection, username: str) -> None:
    """The account says whether there is a factor; recovery codes without one are of no use."""
    app = exists().where(TotpRow.username == username, TotpRow.secret.is_not(None))
    has_one = bool(connection.scalar(select(app | exists().where(PasskeyRow.username == username))))
    connection.execute(update(AccountRow).where(AccountRow.username == username).values(second_factor=has_one))
    if not has_one:
        connection.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.username == username))
