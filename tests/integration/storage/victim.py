"""A program that writes calls and tickets as fast as it can and says which were acknowledged; to be killed.

Usage: python -m tests.integration.storage.victim URL SPOOL
"""

import asyncio
import sys
from pathlib import Path

import structlog

from hotline.facts import EventName
from storage import Store, open_store
from storage.records import EventLogged, TicketOpened
from tests.integration.storage.samples import fact, started, ticket

WRITERS = 8


async def main(url: str, spool: Path) -> None:
    async with await open_store(url, spool=spool, node="node1") as store:
        await store.start()
        await asyncio.gather(*(_write_for_ever(store, writer) for writer in range(WRITERS)))


async def _write_for_ever(store: Store, writer: int) -> None:
    number = writer
    while True:
        number += WRITERS
        entered = EventLogged(fact(EventName.ENTERQUEUE, number, position=1))
        await store.journal.write(started(number), TicketOpened(ticket(number, call=number), "utama"), entered)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
