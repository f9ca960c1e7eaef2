"""Browsers in which somebody has signed in before: a stranger's wrong tries do not shut them out."""

from sqlalchemy import Connection, delete, insert, select, update

from storage.engine import Database
from storage.factor_tables import DeviceRow

AT_MOST = 20
"""Devices that are known of one person; the one unseen for longest is forgotten."""


class Devices:
    """All of them, by the hash of the cookie each keeps. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def knows(self, token_hash: str, username: str, since: float) -> bool:
        """Whether this person has signed in there, and not before `since`."""
        mine = (DeviceRow.token_hash == token_hash, DeviceRow.username == username, DeviceRow.seen_at >= since)
        return await self._database.scalar(select(DeviceRow.username).where(*mine)) is not None

    async def known(self, token_hash: str) -> bool:
        """Whether anybody has signed in there."""
        statement = select(DeviceRow.username).where(DeviceRow.token_hash == token_hash).limit(1)
        return await self._database.scalar(statement) is not None

    async def seen(self, token_hash: str, username: str, at: float) -> None:
        """They have just signed in there."""
        await self._database.write(lambda connection: _seen(connection, token_hash, username, at))

    async def forget(self, username: str) -> None:
        """None of this person's devices is known any more."""
        await self._database.execute(delete(DeviceRow).where(DeviceRow.username == username))


def _seen(connection: Connection, token_hash: str, username: str, at: float) -> None:
    mine = (DeviceRow.token_hash == token_hash, DeviceRow.username == username)
    if connection.execute(update(DeviceRow).where(*mine).values(seen_at=at)).rowcount:
        return
    connection.execute(insert(DeviceRow), {"token_hash": token_hash, "username": username, "seen_at": at})
    newest_first = select(DeviceRow.token_hash).where(DeviceRow.username == username).order_by(DeviceRow.seen_at.desc())
    surplus = list(connection.scalars(newest_first))[AT_MOST:]
    connection.execute(delete(DeviceRow).where(DeviceRow.username == username, DeviceRow.token_hash.in_(surplus)))
