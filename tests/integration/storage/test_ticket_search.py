"""The list of tickets by words and fields: the same on both databases, whichever way the search takes."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from hotline.ticket import Callback, Step, Ticket
from storage import Store, TicketQuery
from storage.engine import Database
from storage.ticket_search import WEEK_S, search
from tests.integration.storage.samples import NOON, full_ticket, ticket


async def numbers(store: Store, query: TicketQuery) -> list[int]:
    """The serials of what is found on all pages, in their order."""
    found: list[int] = []
    while True:
        page = await store.tickets.search(query)
        found += [int(each.number[-6:]) for each in page.items]
        if page.next is None:
            return found
        query = replace(query, cursor=page.next)


@pytest.mark.parametrize(
    "typed",
    [
        "0812 3456 7890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "+62 (0)812 3456 7890",
        "62812345",
        "0812",
        "7890",
        "567890",
        "081234567890 2025",
        "2025 081234567890",
        "stnk 2025 081234567890",
        "0812-3456-7890 12",
        "12 0812-3456-7890",
        "0812 3456 7890 12",
        "0812 3456 7890 2025",
        "12 0812 3456 7890",
        "2025 0812 3456 7890",
        "+62 81234567890",
        "+62 81234567890 12 2025",
        "+62 812 34567890",
        "0812 34567890",
        "HTL-2025-0000",
        "2025-000001",
        "00001",
        "1",
        "d1234",
        "D 1234 ABC",
        "d.1234.abc",
        "1234 abc",
        "1234abc",
        "ib",
        "r",
        "belum STNK",
        "bayar, tetapi",
    ],
)
async def test_a_ticket_is_found_as_people_write(store: Store, typed: str) -> None:
    await store.tickets.open(ticket(900_222, caller="+622276543", at=NOON - 9))
    await store.tickets.open(full_ticket())
    await store.tickets.open(ticket(800_222, caller="+6285511122233", at=NOON + 9))
    await store.tickets.open(ticket(800_333, caller="", at=NOON + 10))

    assert await numbers(store, TicketQuery(text=typed)) == [1]


@pytest.mark.parametrize(
    "typed",
    ["andari", "sudah belum lunas", "d 1235", "0813 3456 7890", "081234567890 2024", "000002", "closed", "=closed"],
)
async def test_other_words_do_not_find_it(store: Store, typed: str) -> None:
    await store.tickets.open(full_ticket())
    await store.tickets.open(ticket(3, caller="", at=NOON + 10))
    await store.tickets.open(ticket(4, caller="", at=NOON + 10))

    assert await numbers(store, TicketQuery(text=typed)) == []


@pytest.fixture
async def many(store: Store) -> AsyncIterator[dict[int, Ticket]]:
    """Forty tickets, some opened in the same moment and not stored in the order of time."""
    kept = {}
    for serial in (serial * 7 % 40 + 1 for serial in range(40)):
        kept[serial] = replace(
            ticket(serial, at=NOON + serial // 3, caller=f"+62812000{serial % 5}"),
            step=Step.CLOSED if serial % 2 else Step.ANSWER,
            kind="pengaduan" if serial % 3 else "informasi",
            category="pengaduan-stnk" if serial % 3 else "informasi-pkb",
            operator=f"operator{serial % 4}",
            origin="desk" if serial % 5 == 0 else "call",
            region="cimahi" if serial % 7 == 0 else "",
            description="samsat " + ("ganjil" if serial % 2 else "genap"),
            callback=Callback("missed", NOON, NOON) if serial % 8 == 0 else None,
        )
        await store.tickets.open(kept[serial])
    yield kept


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        (TicketQuery(text="samsat"), lambda each: True),
        (TicketQuery(text="sam gan"), lambda each: "ganjil" in each.description),
        (TicketQuery(text="ganjil genap"), lambda each: False),
        (TicketQuery(kind="informasi", origin="desk"), lambda each: each.kind == "informasi" and each.origin == "desk"),
        (TicketQuery(region="cimahi"), lambda each: each.region == "cimahi"),
        (
            TicketQuery(category="pengaduan-stnk", text="genap"),
            lambda each: each.kind == "pengaduan" and "genap" in each.description,
        ),
        (
            TicketQuery(step="closed", operator="operator1"),
            lambda each: each.step == "closed" and each.operator == "operator1",
        ),
        (TicketQuery(step="answer", text="samsat", operator="operator2"), lambda each: each.operator == "operator2"),
        (TicketQuery(step="greeting", text="samsat"), lambda each: False),
        (TicketQuery(callback=True, text="samsat"), lambda each: each.callback is not None),
        (TicketQuery(callback=False, text="samsat"), lambda each: each.callback is None),
        (
            TicketQuery(number="+628120001", text="ganjil"),
            lambda each: each.caller_number == "+628120001" and "ganjil" in each.description,
        ),
        (TicketQuery(text="sa", since=NOON + 3, until=NOON + 6.5), lambda each: 9 <= int(each.number[-6:]) < 21),
        (TicketQuery(origin="desk", since=NOON + 3), lambda each: each.origin == "desk" and int(each.number[-6:]) >= 9),
    ],
)
async def test_words_and_fields_must_all_hold(store: Store, many: dict[int, Ticket], query: TicketQuery, holds) -> None:
    wanted = {serial for serial, each in many.items() if holds(each)}

    found = await numbers(store, replace(query, limit=4))

    assert sorted(found) == sorted(wanted)
    moments = [many[serial].created_at for serial in found]
    assert moments == sorted(moments, reverse=True)
    assert (await store.tickets.search(query)).total == len(wanted)


async def test_a_saved_word_is_found_and_a_word_taken_away_is_not(store: Store) -> None:
    await store.tickets.open(ticket(1))
    saved = await store.tickets.save(replace(ticket(1), description="pajak motor"), 1, "operator1", NOON)
    await store.tickets.save(replace(saved, description="pajak mobil"), 2, "operator1", NOON)

    assert await numbers(store, TicketQuery(text="mobil")) == [1]
    assert await numbers(store, TicketQuery(text="motor")) == []


async def test_tickets_of_one_moment_are_all_found(store: Store) -> None:
    for serial in range(1, 31):
        await store.tickets.open(replace(ticket(serial), description="pajak"))

    assert sorted(await numbers(store, TicketQuery(text="pajak", limit=7))) == list(range(1, 31))


async def test_matches_of_many_weeks_come_newest_first(store: Store) -> None:
    """Also those opened in the moment that a week begins, and in that before it."""
    midnight = NOON // WEEK_S * WEEK_S
    moments = [midnight + week * WEEK_S + after for week in (-60, -2, -1, 0, 3) for after in (-0.25, 0.0, 86_400.0)]
    for serial, at in enumerate(moments, start=1):
        description = "pajak ganjil" if serial % 2 else "pajak genap"
        await store.tickets.open(replace(ticket(serial, at=at), description=description))

    for limit in (1, 4, 50):
        assert await numbers(store, TicketQuery(text="pajak", limit=limit)) == list(range(15, 0, -1))
        assert await numbers(store, TicketQuery(text="genap", limit=limit)) == list(range(14, 0, -2))
    since = TicketQuery(text="pajak", since=moments[4], until=moments[10], limit=2)
    assert await numbers(store, since) == list(range(10, 4, -1))
    assert (await store.tickets.search(since)).total == 6


async def test_only_what_is_found_is_counted(store: Store) -> None:
    """Of operators whose names differ in a sign only, and of the second that the period ends in."""
    for serial, name in enumerate(("budi.s", "budi_s", "budi-s"), start=1):
        await store.tickets.open(replace(ticket(serial, at=NOON + serial / 4), operator=name, description="pajak"))

    for query in (TicketQuery(operator="budi_s"), TicketQuery(text="pajak", since=NOON + 0.4, until=NOON + 0.6)):
        assert await numbers(store, query) == [2]
        assert (await store.tickets.search(query)).total == 1


async def test_matches_are_counted_up_to_a_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.ticket_search.MOST_COUNTED", 5)
    for serial in range(1, 9):
        await store.tickets.open(replace(ticket(serial, at=NOON + serial), description="pajak"))

    for query in (TicketQuery(), TicketQuery(text="pajak"), TicketQuery(origin="call")):
        assert (await store.tickets.search(query)).total == 5
        assert len(await numbers(store, replace(query, limit=3))) == 8


async def test_what_is_found_survives_vacuum(store: Store, url: str, kind: str) -> None:
    if kind != "sqlite":
        pytest.skip("row ids are SQLite's")
    for serial in (3, 1, 2):
        await store.tickets.open(replace(ticket(serial, at=NOON + serial), description=f"kata{serial}"))
    database = Database(url)
    await database.execute(text("DELETE FROM ticket WHERE number LIKE '%1'"))
    await database.read(lambda connection: connection.connection.driver_connection.executescript("VACUUM; BEGIN"))
    await database.close()

    assert [await numbers(store, TicketQuery(text=f"kata{serial}")) for serial in (1, 2, 3)] == [[], [2], [3]]


async def test_no_search_by_words_walks_through_all_tickets(store: Store, url: str, kind: str) -> None:
    if kind != "postgresql":
        pytest.skip("SQLite's full-text index is always the outer loop")
    for serial in range(1, 9):
        await store.tickets.open(replace(ticket(serial, at=NOON + serial), description=f"pajak kata{serial}"))
    database = Database(url)

    def walks(connection: Connection) -> int:
        for typed in ("pajak", "kata1", "tiada", "pajak kata2"):
            search(connection, TicketQuery(text=typed), 4)
        return connection.scalar(text("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'ticket'"))

    assert await database.read(walks) == 0
    await database.close()
