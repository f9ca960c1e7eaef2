"""The list of tickets among a million, by words and fields, beside its earlier self: LIKE on every row.

The tickets are put into a database as revision 0009 has it, where the earlier search and saves are measured; then it is
migrated, and the same is measured with the index: on SQLite, and on a PostgreSQL of its own. Contact search and the
access log are measured at the same size.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from alembic import command
from sqlalchemy import func, insert, select, text

from storage import Store, TicketQuery, open_store
from storage.audit import LookQuery
from storage.audit_tables import AuditRow
from storage.contacts_tables import ContactNumberRow, ContactRow
from storage.engine import Database
from storage.migrate import configuration
from storage.tables import TicketRow
from storage.tickets import Tickets
from tests.integration.postgres import PostgresServer
from tests.load import many_tickets
from tests.load.figures import Figure, Report, at_most

TICKETS, QUICK_TICKETS = 1_000_000, 50_000
TIMES, QUICK_TIMES = 40, 10
"""How often each kind of search is asked, each time for something else where that can be."""
SAVES = 200
CHUNK = 5_000
BEFORE = "0009"


async def run(report: Report, folder: Path, quick: bool) -> None:
    """Issue 4: search over a million tickets, p95 at most 100 ms; what the index costs a save."""
    await _measure(report, f"sqlite:///{folder}/sambut.db", "SQLite", folder, quick)
    cluster = Path(tempfile.mkdtemp(prefix="sambut-pg-"))  # not in `folder`, where only we may look
    server = PostgresServer(cluster)
    try:
        server.create()
        server.start()
        await _measure(report, server.url(server.new_database()), "PostgreSQL", folder, quick)
    finally:
        server.stop()
        shutil.rmtree(cluster, ignore_errors=True)


async def _measure(report: Report, url: str, kind: str, folder: Path, quick: bool) -> None:
    count, times = (QUICK_TICKETS, QUICK_TIMES) if quick else (TICKETS, TIMES)
    database = Database(url, command_s=None)
    try:
        await database.write(lambda connection: command.upgrade(configuration(connection), BEFORE))
        await _fill(report, database, count)
        earlier = [await _milliseconds(partial(_scan, database, each)) for each in _scanned(count)]
        saved_before = await _saves(Tickets(database), count)
        size = await _bytes(database)
        async with await open_store(url, spool=folder / f"spool-{kind}") as store:
            took = await _milliseconds(store.migrate)
            grown = await _bytes(database) - size
            report.add(
                Figure("search", f"{kind}: migration of {count:,} tickets", took / 1000, "s"),
                Figure("search", f"{kind}: the index on disk", grown / 1e6, "MB", note=f"beside {size / 1e6:.0f} MB"),
            )
            _tell_saves(report, kind, saved_before, await _saves(store.tickets, count))
            await _searches(report, kind, store, count, times, max(earlier))
            await _lists(report, kind, database, store, count, times)
    finally:
        await database.close()


async def _fill(report: Report, database: Database, count: int) -> None:
    await _insert(report, database, TicketRow.__table__, many_tickets.rows(count), count)


async def _insert(report: Report, database: Database, table: Any, rows: Iterator[dict[str, Any]], count: int) -> None:
    done = 0
    while some := list(islice(rows, CHUNK)):
        await database.execute(insert(table), *some)
        done += len(some)
        if done % 100_000 == 0:
            report.say(f"{table.name}: {done:,} of {count:,}")


def _scanned(count: int) -> list[str]:
    return [many_tickets.RARE_WORD, "zzzqx", many_tickets.phone(count // 2)[3:]]


async def _scan(database: Database, needle: str) -> None:
    """The earlier search: a page and the total, both by LIKE."""
    matching = select(TicketRow).where(TicketRow.haystack.contains(needle, autoescape=True))
    await database.rows(matching.order_by(TicketRow.created_at.desc(), TicketRow.number.desc()).limit(51))
    await database.scalar(select(func.count()).select_from(matching.subquery()))


async def _saves(tickets: Tickets, count: int) -> list[float]:
    """Milliseconds of saves that change the words, one after the other, each of another ticket among all."""
    dice, took = random.Random(5), []
    for turn in range(SAVES):
        ticket = await tickets.get(many_tickets.number_of(dice.randrange(count) + 1))
        if ticket is None:
            raise RuntimeError("a ticket is missing")
        changed = replace(ticket, description=f"{ticket.description} tambahan{turn}")
        took.append(await _milliseconds(partial(tickets.save, changed, ticket.version, "operator1", time.time())))
    return took


def _tell_saves(report: Report, kind: str, before: list[float], after: list[float]) -> None:
    for share in (50, 99):
        value, peer = float(np.percentile(after, share)), float(np.percentile(before, share))
        name = f"{kind}: save that changes the words, p{share}"
        report.add(Figure("search", name, value, "ms", peer=peer, note="beside: without the index"))


def _kinds(count: int) -> dict[str, Callable[[random.Random], TicketQuery]]:
    """What people ask, and the worst that they can."""

    def some(dice: random.Random) -> int:
        return dice.randrange(count) + 1

    year = many_tickets.FIRST + count * many_tickets.APART_S / 2
    return {
        "a ticket's number": lambda dice: TicketQuery(text=many_tickets.number_of(some(dice))),
        "the end of a number": lambda dice: TicketQuery(text=f"{some(dice):06d}"),
        "a plate": lambda dice: TicketQuery(text=many_tickets.plate(some(dice))),
        "a plate without blanks": lambda dice: TicketQuery(
            text=many_tickets.plate(some(dice)).replace(" ", "").lower()
        ),
        "half a plate": lambda dice: TicketQuery(text=many_tickets.plate(some(dice))[:6]),
        "a telephone number": lambda dice: TicketQuery(text="0" + many_tickets.phone(some(dice))[3:]),
        "its last five digits": lambda dice: TicketQuery(text=many_tickets.phone(some(dice))[-5:]),
        "its first four digits": lambda _: TicketQuery(text="0812"),
        "a name": lambda dice: TicketQuery(
            text=f"{dice.choice(many_tickets.NAMES)} {dice.choice(many_tickets.SURNAMES)}"
        ),
        "two letters": lambda dice: TicketQuery(text=dice.choice(("sa", "me", "bu", "ke", "zx"))),
        "one letter": lambda dice: TicketQuery(text=dice.choice("sdkmq")),
        "a word of all": lambda _: TicketQuery(text=many_tickets.ALL_WORD),
        "a word of none": lambda dice: TicketQuery(text=f"zz{dice.randrange(10**6)}"),
        "a rare word": lambda _: TicketQuery(text=many_tickets.RARE_WORD),
        "a word of the oldest third": lambda _: TicketQuery(text=many_tickets.OLD_WORD),
        "two frequent words, rarely together": lambda _: TicketQuery(text=f"{many_tickets.LEFT} {many_tickets.RIGHT}"),
        "a long frequent word": lambda dice: TicketQuery(text=dice.choice(("kendaraan", "membayar", "terlambat"))),
        "no filter": lambda _: TicketQuery(),
        "a kind": lambda dice: TicketQuery(kind=dice.choice(("informasi", "pengaduan"))),
        "four fields": lambda dice: TicketQuery(
            operator=dice.choice(many_tickets.OPERATORS), kind="pengaduan", origin="desk", region="garut"
        ),
        "a word and an operator": lambda dice: TicketQuery(text="stnk", operator=dice.choice(many_tickets.OPERATORS)),
        "half a plate with a filter": lambda dice: TicketQuery(
            text=f"d {dice.randrange(10, 100)} {dice.choice('abcdefgh')}", step="closed"
        ),
        "two letters of none with a filter": lambda _: TicketQuery(text="zx", step="closed"),
        "one letter and an operator": lambda dice: TicketQuery(
            text=dice.choice("sdkmq"), operator=dice.choice(many_tickets.OPERATORS)
        ),
        "a word among the open": lambda _: TicketQuery(text=many_tickets.ALL_WORD, step="answer"),
        "a word of old and dates since": lambda _: TicketQuery(text=many_tickets.OLD_WORD, since=year),
    }


async def _searches(report: Report, kind: str, store: Store, count: int, times: int, earlier: float) -> None:
    dice, mixed = random.Random(7), []
    for name, ask in _kinds(count).items():
        took = [await _milliseconds(partial(store.tickets.search, ask(dice))) for _ in range(times)]
        mixed += took
        report.add(Figure("search", f"{kind}: {name}, p95", float(np.percentile(took, 95)), "ms"))
    for share in (50, 95, 99):
        target = at_most(100) if share == 95 and count == TICKETS else None
        name = f"{kind}: all of these mixed, {count:,} tickets, p{share}"
        note = "beside: LIKE, the slowest of three"
        report.add(Figure("search", name, float(np.percentile(mixed, share)), "ms", target, earlier, note))


async def _lists(report: Report, kind: str, database: Database, store: Store, count: int, times: int) -> None:
    """Contacts, and the log of looks: as many as there are tickets."""
    at = many_tickets.FIRST
    people = (
        {"id": f"{n:032x}", "name": f"Nama {n}", "folded": f"nama {n}", "created_at": at + n, "seen_at": at + n}
        for n in range(count)
    )
    numbers = ({"number": f"+62811{n:08d}", "contact": f"{n:032x}"} for n in range(count))
    looks = (
        {
            "at": at + n,
            "by": many_tickets.OPERATORS[n % 100],
            "role": "operator",
            "what": "ticket" if n % 50 else "contact",
            "about": many_tickets.number_of(n),
            "page": "",
            "note": "",
        }
        for n in range(count)
    )
    for table, rows in ((ContactRow, people), (ContactNumberRow, numbers), (AuditRow, looks)):
        await _insert(report, database, table.__table__, rows, count)
    dice = random.Random(9)
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "contacts by name": lambda: store.contacts.search(f"nama {dice.randrange(count)}"),
        "contacts by the end of a number": lambda: store.contacts.search(f"{dice.randrange(count):06d}"),
        "access log, all": lambda: store.audit.search(LookQuery()),
        "access log of a person": lambda: store.audit.search(LookQuery(by="operator7")),
        "access log, one kind of look": lambda: store.audit.search(LookQuery(what="contact")),
    }
    for name, ask in asked.items():
        took = [await _milliseconds(ask) for _ in range(min(times, 10))]
        report.add(Figure("search", f"{kind}: {name}, {count:,} rows, p95", float(np.percentile(took, 95)), "ms"))


async def _milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def _bytes(database: Database) -> float:
    if database.is_sqlite:
        pages = await database.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        return float(pages)
    return float(await database.scalar(text("SELECT pg_database_size(current_database())")))
