"""What SQLite's full-text index still holds of erased words, and how it leaves the file.

FTS5 takes a ticket's words back by noting beside them that they are gone; both stay until the pieces of the index that
they stand in are merged (https://sqlite.org/fts5.html, "The 'merge' Command"; `secure-delete` came with SQLite 3.42).
To merge all is to write the index anew: 2 s and 120 MB at 100,000 tickets. So it is done in steps, and others write
between them.

PostgreSQL's index takes words out with the old rows, by its autovacuum.
"""

import asyncio
from functools import partial

from sqlalchemy import Connection, text

from storage.engine import Database

STEP_PAGES = 64
"""Pages that a step writes: 7 ms on average and 42 ms at most, at 100,000 tickets."""
PAUSE_S = 0.005
"""Between two steps another process, which has to poll for SQLite's write lock, gets its turn."""

_SET = text("INSERT INTO ticket_text (ticket_text, rank) VALUES (:what, :value)")
_CHANGES = text("SELECT total_changes()")
_DONE = 2
"""A merge that changed fewer rows than that had nothing to do (the same chapter)."""


async def remove_erased_words(database: Database) -> None:
    """Leaves no word in the index, nor in the log before it, that no ticket has any more. May raise `StoreUnavailable`.

    Cut short, the next one does the rest.
    """
    if not database.is_sqlite:
        return
    # What is written meanwhile makes small pieces of its own: with more than two needed, they would end it too early.
    await database.execute(_SET, {"what": "usermerge", "value": 2})
    pages = -STEP_PAGES  # negative: all pieces are to become one
    while await database.write(partial(_merge, pages=pages)) >= _DONE:
        pages = STEP_PAGES
        await asyncio.sleep(PAUSE_S)
    await database.rows(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def _merge(connection: Connection, pages: int) -> int:
    """One step; how many rows of the index it changed."""
    before = connection.execute(_CHANGES).scalar_one()
    connection.execute(_SET, {"what": "merge", "value": pages})
    changed: int = connection.execute(_CHANGES).scalar_one() - before
    return changed
