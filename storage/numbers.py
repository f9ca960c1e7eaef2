"""Ticket numbers, handed out from blocks that this node reserved beforehand: a call never waits for one."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from storage.engine import Database
from storage.errors import NumbersExhausted, StoreUnavailable
from storage.tables import NumberBlockRow, NumberSeriesRow, TicketRow

log = structlog.get_logger(__name__)

BLOCK = 1000
"""Numbers reserved at a time: how many tickets a node can open while the database is away, at least half of it."""
FREE = ""
"""The `node` of a block that nobody holds."""


@dataclass(slots=True)
class Block:
    """Numbers `next` to `last` inclusive of a block that began at `first`; `next > last` when it is used up."""

    first: int
    last: int
    next: int

    @property
    def left(self) -> int:
        return self.last + 1 - self.next


class Numbers:
    """Hands out `HTL-2026-000123`: prefix, year, and a serial that starts at 1 each year.

    Two nodes never give the same number. What a node did not use goes back when it closes, or, after
    a crash, when it starts again under the same name.
    """

    def __init__(self, database: Database, *, node: str, prefix: str, block: int = BLOCK) -> None:
        if not node:
            raise ValueError("a node needs a name")
        self._database = database
        self._node = node
        self._prefix = prefix
        self._block = block
        self._held: dict[int, list[Block]] = {}
        self._refill: asyncio.Task[None] | None = None

    async def reserve(self, year: int) -> None:
        """Makes sure that numbers of `year` and of the year after it are held. Raises `StoreUnavailable`.

        The next year's come along so that the first call of a year finds its number ready.
        """
        low = [each for each in (year, year + 1) if self._is_low(each)]
        if not low:
            return
        taken = await self._database.write(lambda connection: [(each, self._take(connection, each)) for each in low])
        self._hold(taken)

    def next(self, year: int) -> str:
        """The next number of `year` (the year of the installation's own time zone). Never waits.

        Raises `NumbersExhausted` when none is held.
        """
        block = next((block for block in self._held.get(year, ()) if block.left), None)
        if block is None:
            self._refill_soon(year)
            raise NumbersExhausted(f"no ticket number of {year} is left")
        serial = block.next
        block.next += 1
        if self._is_low(year):
            self._refill_soon(year)
        return self._format(year, serial)

    async def reclaim(self) -> None:
        """Takes up what this node held before a crash; the tickets tell how far each block was used.

        Only for the start: a spool must be replayed before, and no other process of this name may run.
        """
        self._hold(await self._database.read(self._left_behind))

    async def close(self) -> None:
        """Returns unused numbers. If the database is away, they come back at the next start instead."""
        if self._refill is not None:
            self._refill.cancel()
            with suppress(asyncio.CancelledError):
                await self._refill
        try:
            await self._database.write(self._give_back)
        except StoreUnavailable as error:
            log.warning("numbers_not_returned", reason=str(error))
        self._held.clear()

    def _hold(self, blocks: Iterable[tuple[int, Block]]) -> None:
        for year, block in blocks:
            self._held.setdefault(year, []).append(block)

    def _is_low(self, year: int) -> bool:
        return self._left(year) * 2 <= self._block

    def _left(self, year: int) -> int:
        return sum(block.left for block in self._held.get(year, ()))

    def _format(self, year: int, serial: int) -> str:
        return f"{self._prefix}-{year}-{serial:06d}"

    def _refill_soon(self, year: int) -> None:
        if self._refill is None or self._refill.done():
            self._refill = asyncio.get_running_loop().create_task(self._refill_now(year), name="numbers")

    async def _refill_now(self, year: int) -> None:
        try:
            await self.reserve(year)
        except StoreUnavailable as error:
            log.warning("numbers_not_reserved", left=self._left(year), reason=str(error))
            await asyncio.sleep(1.0)  # the next call tries again, but not each one

    def _take(self, connection: Connection, year: int) -> Block:
        if taken := self._take_free(connection, year):
            return taken
        first = self._advance(connection, year)
        block = Block(first, first + self._block - 1, first)
        row = {"year": year, "first": block.first, "last": block.last, "node": self._node}
        connection.execute(insert(NumberBlockRow), [row])
        return block

    def _take_free(self, connection: Connection, year: int) -> Block | None:
        free = select(NumberBlockRow).where(NumberBlockRow.year == year, NumberBlockRow.node == FREE)
        lowest = free.order_by(NumberBlockRow.first).limit(1).with_for_update(skip_locked=True)
        row = (connection.execute(lowest)).mappings().first()
        if row is None:
            return None
        key = (NumberBlockRow.year == year, NumberBlockRow.first == row["first"])
        connection.execute(update(NumberBlockRow).where(*key).values(node=self._node))
        return Block(row["first"], row["last"], row["first"])

    def _advance(self, connection: Connection, year: int) -> int:
        """Moves the year's series on by one block; returns the block's first number."""
        series = NumberSeriesRow
        move = update(series).where(series.year == year).values(next=series.next + self._block).returning(series.next)
        end = connection.scalar(move)
        if end is not None:
            return end - self._block
        connection.execute(insert(series), [{"year": year, "next": 1 + self._block}])
        return 1

    def _left_behind(self, connection: Connection) -> list[tuple[int, Block]]:
        held = connection.execute(select(NumberBlockRow).where(NumberBlockRow.node == self._node)).mappings().all()
        return [(row["year"], self._rest_of(connection, row)) for row in held]

    def _rest_of(self, connection: Connection, row: RowMapping) -> Block:
        used = self._used_up_to(connection, row["year"], row["first"], row["last"])
        return Block(row["first"], row["last"], used + 1)

    def _used_up_to(self, connection: Connection, year: int, first: int, last: int) -> int:
        numbers = {self._format(year, serial): serial for serial in range(first, last + 1)}
        found = connection.execute(select(TicketRow.number).where(TicketRow.number.in_(numbers)))
        return max((numbers[number] for number in found.scalars()), default=first - 1)

    def _give_back(self, connection: Connection) -> None:
        for year, block in ((year, block) for year, blocks in self._held.items() for block in blocks):
            mine = (NumberBlockRow.year == year, NumberBlockRow.first == block.first)
            if block.left:
                rest = {"first": block.next, "node": FREE}
                connection.execute(update(NumberBlockRow).where(*mine).values(rest))
            else:
                connection.execute(delete(NumberBlockRow).where(*mine))
