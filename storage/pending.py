"""A write that is waiting to be stored, and the future of whoever wrote it."""

import asyncio
from dataclasses import dataclass
from typing import Self

from storage.records import Record, to_line


@dataclass(frozen=True, slots=True)
class Entry:
    """The records of one `Journal.write`, and what tells its caller that they are stored."""

    records: tuple[Record, ...]
    stored: "asyncio.Future[None]"

    @classmethod
    def of(cls, records: tuple[Record, ...]) -> Self:
        """A new entry; its future belongs to the running loop and need not be awaited by anybody."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        stored.add_done_callback(_look_at_outcome)
        return cls(records, stored)

    @property
    def still_to_store(self) -> bool:
        """A cancelled future only means that its caller stopped waiting; the records are to be stored all the same."""
        return self.stored.cancelled() or not self.stored.done()

    @property
    def kinds(self) -> list[str]:
        """Names of the records' types: what a log may say of them."""
        return [type(record).__name__ for record in self.records]

    def line(self) -> str:
        """The entry as a line of the spool. Raises `ValueError` when it cannot be written as text."""
        return to_line(self.records)

    def succeed(self) -> None:
        if not self.stored.done():
            self.stored.set_result(None)

    def fail(self, error: Exception) -> None:
        if not self.stored.done():
            self.stored.set_exception(error)


def _look_at_outcome(future: "asyncio.Future[None]") -> None:
    """Marks the outcome as seen: a caller that does not await is told by the log, not by asyncio's complaint."""
    if not future.cancelled():
        future.exception()
