"""What operators' softphones sign in with. Tokens themselves are never kept, only what the caller hashed them to."""

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from storage.engine import Database
from storage.errors import NotFound
from storage.tables import AccountRow, PhoneTokenRow


class PhoneTokens:
    """One token for each operator. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, username: str, token_hash: str, at: float) -> None:
        """Keeps the hash of a new token; the one before is no good any more. Raises `NotFound` without an account."""
        try:
            await self._database.write(lambda connection: _issue(connection, username, token_hash, at))
        except IntegrityError as error:
            raise NotFound("account", username) from error

    async def whose(self, token_hash: str) -> str | None:
        """The username of the active account that the token belongs to, if there is one."""
        statement = (
            select(PhoneTokenRow.username)
            .join(AccountRow, AccountRow.username == PhoneTokenRow.username)
            .where(PhoneTokenRow.token_hash == token_hash, AccountRow.active)
        )
        found: str | None = await self._database.scalar(statement)
        return found

    async def revoke(self, username: str) -> None:
        """The operator's softphone can sign in no more; without a token this is no error."""
        await self._database.execute(delete(PhoneTokenRow).where(PhoneTokenRow.username == username))


def _issue(connection: Connection, username: str, token_hash: str, at: float) -> None:
    connection.execute(delete(PhoneTokenRow).where(PhoneTokenRow.username == username))
    row = {"username": username, "token_hash": token_hash, "created_at": at}
    connection.execute(insert(PhoneTokenRow), row)
