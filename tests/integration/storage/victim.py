"""A program that writes calls and tickets as fast as it can and says which were acknowledged; to be killed.

Usage: python -m tests.integration.storage.victim URL SPOOL [typing]

`typing`: a person's words are saved in each ticket, too, before it is said to be acknowledged.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from hotline.facts import EventName
from hotline.ticket import Ticket
from storage import Store, TicketChange, open_store
from storage.records import EventLogged, TicketOpened
from tests.integration.storage.samples import NOON, fact, started, ticket

WRITERS = 8
WORDS = "STNK hilang di jalan"


async def main(url: str, spool: Path, *, typing: bool) -> None:
    async with await open_store(url, spool=spool, node="node1") as store:
        await store.start()
        await asyncio.gather(*(_write_for_ever(store, writer, typing=typing) for writer in range(WRITERS)))


async def _write_for_ever(store: Store, writer: int, *, typing: bool) -> None:
    number = writer
    while True:
        number += WRITERS
        entered = EventLogged(fact(EventName.ENTERQUEUE, number, position=1))
        await store.journal.write(started(number), TicketOpened(ticket(number, call=number), "utama"), entered)
        if typing:
            await store.tickets.change(ticket(number).number, 1, _typed, "operator1", NOON)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def _typed(current: Ticket, _: Sequence[TicketChange]) -> Ticket:
    return replace(current, description=WORDS)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), typing="typing" in sys.argv[3:]))
