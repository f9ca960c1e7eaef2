"""Ticket numbers, handed out from blocks that this node reserved beforehand: a call never waits for one."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from storage.engine import Database
from storage.errors import NumbersExhausted, StoreUnavailable
from storage.numbers_file import Block, NumbersFile
from storage.tables import NumberBlockRow, NumberSeriesRow, TicketRow

log = structlog.get_logger(__name__)

BLOCK = 1000
"""Numbers reserved at a time: how many tickets a node can open while the database is away, at least half of it."""
KEPT = 200
"""Numbers of a year that a node keeps when it closes: for calls between its next start and the database's return."""
AHEAD = 100
"""Numbers that the file counts as used before they are: written once in so many, and so many are left out after a crash
that the database cannot be asked about."""
FREE = ""
"""The `node` of a block that nobody holds."""


class Numbers:
    """Hands out `HTL-2026-000123`: prefix, year, and a serial that starts at 1 each year.

    Two nodes never give the same number. What a node did not use goes back when it closes, or, after
    a crash, when it starts again under the same name. With a `file`, it keeps some and finds them there when it has to
    start without the database.
    """

    def __init__(
        self, database: Database, *, node: str, prefix: str, block: int = BLOCK, file: Path | None = None
    ) -> None:
        if not node:
            raise ValueError("a node needs a name")
        self._database = database
        self._node = node
        self._prefix = prefix
        self._block = block
        self._held: dict[int, list[Block]] = {}
        self._refill: asyncio.Task[None] | None = None
        self._file = None if file is None else NumbersFile(file, node, prefix)
        self._noted: dict[tuple[int, int], int] = {}  # year and first of a block: the first number that the file leaves
        self._noting: asyncio.Task[None] | None = None

    async def reserve(self, year: int) -> None:
        """Makes sure that numbers of `year` and of the year after it are held. Raises `StoreUnavailable`.

        The next year's come along so that the first call of a year finds its number ready.
        """
        low = [each for each in (year, year + 1) if self._is_low(each)]
        if not low:
            return
        taken = await self._database.write(lambda connection: [(each, self._take(connection, each)) for each in low])
        self._hold(taken)
        await self._note()

    def resume(self) -> None:
        """Takes up what the file says that this node holds, because the database cannot be asked."""
        if self._file is not None:
            self._hold(self._file.read())

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
        if self._file is not None and block.next + AHEAD // 2 > self._noted.get((year, block.first), 0):
            self._note_soon()
        return self._format(year, serial)

    async def reclaim(self) -> None:
        """Takes up what this node held before a crash; the tickets tell how far each block was used.

        Only for the start: a spool must be replayed before, and no other process of this name may run.
        """
        found = await self._database.read(self._left_behind)
        given = {(year, block.first): block.next for year, blocks in self._held.items() for block in blocks}
        self._held.clear()
        self._hold(
            (year, Block(each.first, each.last, max(each.next, given.get((year, each.first), 0))))
            for year, each in found
        )
        await self._note()

    async def close(self) -> None:
        """Returns unused numbers. If the database is away, they come back at the next start instead."""
        if self._refill is not None:
            self._refill.cancel()
            with suppress(asyncio.CancelledError):
                await self._refill
        if self._noting is not None:
            await self._noting
        kept = [] if self._file is None else self._kept()
        try:
            await self._database.write(lambda connection: self._give_back(connection, dict(kept)))
        except StoreUnavailable as error:
            kept = self._all()
            log.warning("numbers_not_returned", reason=str(error))
        if self._file is not None:
            await asyncio.to_thread(self._file.write, kept)
        self._held.clear()

    def _all(self) -> list[tuple[int, Block]]:
        return [(year, block) for year, blocks in self._held.items() for block in blocks]

    def _kept(self) -> list[tuple[int, Block]]:
        """Of each year, the beginning of its first block that has numbers left."""
        firsts = ((year, next((each for each in blocks if each.left), None)) for year, blocks in self._held.items())
        return [
            (year, Block(block.next, min(block.last, block.next + KEPT - 1), block.next))
            for year, block in firsts
            if block is not None
        ]

    def _note_soon(self) -> None:
        if self._noting is None or self._noting.done():
            self._noting = asyncio.get_running_loop().create_task(self._note(), name="numbers file")

    async def _note(self) -> None:
        """The file says what is held, and counts the next `AHEAD` numbers of each block as used."""
        if self._file is None:
            return
        ahead = [
            (year, Block(each.first, each.last, min(each.next + AHEAD, each.last + 1))) for year, each in self._all()
        ]
        await asyncio.to_thread(self._file.write, ahead)
        self._noted = {(year, block.first): block.next for year, block in ahead}

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
            log.debug("numbers_not_reserved", left=self._left(year), reason=str(error))
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

    def _give_back(self, connection: Connection, kept: Mapping[int, Block]) -> None:
        for year, block in self._all():
            mine = (NumberBlockRow.year == year, NumberBlockRow.first == block.first)
            keeps = kept.get(year)
            if keeps is not None and keeps.first == block.next and block.left:
                mine_still = {"first": keeps.first, "last": keeps.last}
                connection.execute(update(NumberBlockRow).where(*mine).values(mine_still))
                if keeps.last < block.last:
                    rest = {"year": year, "first": keeps.last + 1, "last": block.last, "node": FREE}
                    connection.execute(insert(NumberBlockRow), [rest])
            elif block.left:
                rest = {"first": block.next, "node": FREE}
                connection.execute(update(NumberBlockRow).where(*mine).values(rest))
            else:
                connection.execute(delete(NumberBlockRow).where(*mine))
