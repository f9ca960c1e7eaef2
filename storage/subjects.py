"""By which of the OpenID Connect provider's ids somebody signs in: names change hands there, ids do not."""

from sqlalchemy import Connection, delete, insert, select

from storage.engine import Database
from storage.factor_tables import SubjectRow


class Subjects:
    """One id for each account. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whose(self, subject: str) -> str | None:
        """The account that this id has signed in to before."""
        found: str | None = await self._database.scalar(
            select(SubjectRow.username).where(SubjectRow.subject == subject)
        )
        return found

    async def bind(self, username: str, subject: str) -> bool:
        """From the first time on the account belongs to this id; False when it belongs to another."""
        return await self._database.write(lambda connection: _bind(connection, username, subject))

    async def forget(self, username: str) -> None:
        """The next id with this user name may have the account."""
        await self._database.execute(delete(SubjectRow).where(SubjectRow.username == username))


def _bind(connection: Connection, username: str, subject: str) -> bool:
    mine = select(SubjectRow.subject).where(SubjectRow.username == username).with_for_update()
    known = connection.scalar(mine)
    if known is None:
        connection.execute(insert(SubjectRow), {"subject": subject, "username": username})
    return known in (None, subject)
