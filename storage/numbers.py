"""Ticket numbers, handed out from blocks that this node reserved beforehand: a call never waits for one."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

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
        async with self._database.write() as connection:
            blocks = {each: await self._take(connection, each) for each in low}
        for each, added in blocks.items():
            self._held.setdefault(each, []).append(added)

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
        async with self._database.write() as connection:
            rows = await connection.execute(select(NumberBlockRow).where(NumberBlockRow.node == self._node))
            for row in rows.mappings().all():
                used = await self._used_up_to(connection, row["year"], row["first"], row["last"])
                block = Block(row["first"], row["last"], used + 1)
                self._held.setdefault(row["year"], []).append(block)

    async def close(self) -> None:
        """Returns unused numbers. If the database is away, they come back at the next start instead."""
        if self._refill is not None:
            self._refill.cancel()
            with suppress(asyncio.CancelledError):
                await self._refill
        try:
            async with self._database.write() as connection:
                for year, blocks in self._held.items():
                    await self._give_back(connection, year, blocks)
        except StoreUnavailable as error:
            log.warning("numbers_not_returned", reason=str(error))
        self._held.clear()

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

    async def _take(self, connection: AsyncConnection, year: int) -> Block:
        if taken := await self._take_free(connection, year):
            return taken
        first = await self._advance(connection, year)
        block = Block(first, first + self._block - 1, first)
        row = {"year": year, "first": block.first, "last": block.last, "node": self._node}
        await connection.execute(insert(NumberBlockRow), [row])
        return block

    async def _take_free(self, connection: AsyncConnection, year: int) -> Block | None:
        free = select(NumberBlockRow).where(NumberBlockRow.year == year, NumberBlockRow.node == FREE)
        lowest = free.order_by(NumberBlockRow.first).limit(1).with_for_update(skip_locked=True)
        row = (await connection.execute(lowest)).mappings().first()
        if row is None:
            return None
        key = (NumberBlockRow.year == year, NumberBlockRow.first == row["first"])
        await connection.execute(update(NumberBlockRow).where(*key).values(node=self._node))
        return Block(row["first"], row["last"], row["first"])

    async def _advance(self, connection: AsyncConnection, year: int) -> int:
        """Moves the year's series on by one block; returns the block's first number."""
        series = NumberSeriesRow
        move = update(series).where(series.year == year).values(next=series.next + self._block).returning(series.next)
        end = await connection.scalar(move)
        if end is not None:
            return end - self._block
        await connection.execute(insert(series), [{"year": year, "next": 1 + self._block}])
        return 1

    async def _used_up_to(self, connection: AsyncConnection, year: int, first: int, last: int) -> int:
        numbers = {self._format(year, serial): serial for serial in range(first, last + 1)}
        found = await connection.execute(select(TicketRow.number).where(TicketRow.number.in_(numbers)))
        return max((numbers[number] for number in found.scalars()), default=first - 1)

    async def _give_back(self, connection: AsyncConnection, year: int, blocks: Iterable[Block]) -> None:
        for block in blocks:
            key = (NumberBlockRow.year == year, NumberBlockRow.first == block.first)
            if block.left:
                rest = {"first": block.next, "node": FREE}
                await connection.execute(update(NumberBlockRow).where(*key).values(rest))
            else:
                await connection.execute(delete(NumberBlockRow).where(*key))
