"""Callers who are not let in. Asked for every INVITE, so the answer comes from memory."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from storage.contacts_tables import BlockedCallerRow
from storage.engine import Database
from storage.errors import NotFound


@dataclass(frozen=True, slots=True)
class BlockedCaller:
    """A number (E.164), why it is blocked, by whom and since when; `until` None: until somebody unblocks it."""

    number: str
    reason: str
    by: str
    at: float
    until: float | None = None

    def holds(self, now: float) -> bool:
        """Whether it still counts at `now` (Unix seconds)."""
        return self.until is None or now < self.until


class BlockedCallers:
    """The list in the database, and a copy of it in memory.

    `block` and `unblock` change both; what other nodes changed comes with `refresh`, which may raise
    `StoreUnavailable`, as they may. The copy stays as it was then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, BlockedCaller] = {}

    def find(self, number: str, now: float) -> BlockedCaller | None:
        """Why this number is not let in now, if it is not. From memory: never waits, never fails."""
        blocked = self._known.get(number)
        return blocked if blocked is not None and blocked.holds(now) else None

    async def refresh(self) -> None:
        """Take over the list as it is stored."""
        self._known = {blocked.number: blocked for blocked in await self.list()}

    async def list(self) -> tuple[BlockedCaller, ...]:
        """All of them, also those whose time is over, the newest first."""
        rows = await self._database.rows(select(BlockedCallerRow).order_by(BlockedCallerRow.at.desc()))
        return tuple(BlockedCaller(**{name: row[name] for name in BlockedCaller.__slots__}) for row in rows)

    async def block(self, blocked: BlockedCaller) -> None:
        """From now on; a number that is on the list gets the new reason and time."""
        row = {name: getattr(blocked, name) for name in BlockedCaller.__slots__}
        mine = BlockedCallerRow.number == blocked.number

        await self._database.write(
            lambda connection: (
                connection.execute(delete(BlockedCallerRow).where(mine)),
                connection.execute(insert(BlockedCallerRow), [row]),
            )
        )
        self._known[blocked.number] = blocked

    async def unblock(self, number: str) -> None:
        """The number may call again. Raises `NotFound`."""
        removed = await self._database.execute(delete(BlockedCallerRow).where(BlockedCallerRow.number == number))
        self._known.pop(number, None)
        if removed == 0:
            raise NotFound("blocked caller", number)
