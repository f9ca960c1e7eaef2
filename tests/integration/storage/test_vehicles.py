"""The vehicle table's editions: filled beside the one in use, swapped at once, given up without a trace."""

from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.dialects import sqlite

from hotline.vehicle import Vehicle, VehicleRecord, VehicleSourceDown
from storage import Store
from storage.engine import Database
from storage.vehicle_tables import VehicleRow
from storage.vehicles import GIVEN_UP_S, SWEPT_AT_ONCE, EditionLost, ImportRunning, look_up
from tests.integration.storage.outage import Outage
from tests.integration.storage.samples import NOON


def record(plate: str, tax_due: int = 250_000, row: int = 2) -> VehicleRecord:
    return {
        "row": row,
        "plate": plate,
        "make": "HONDA",
        "type": "BEAT",
        "year": 2019,
        "colour": "",
        "region": "P3DW Kota Bandung I",
        "owner_region": "Kota Bandung",
        "tax_due": tax_due,
        "fine": None,
        "total": 3_000_000_000,
        "due_date": date(2026, 11, 24),
    }


async def imported(store: Store, *records: VehicleRecord, at: float = NOON) -> int:
    edition = await store.vehicles.begin("data.csv", "admin", at)
    await store.vehicles.add(edition, records, at)
    await store.vehicles.finish(edition, 1, at)
    return edition


async def rows(url: str) -> int:
    database = Database(url)
    count: int = await database.scalar(select(func.count()).select_from(VehicleRow))
    await database.close()
    return count


async def test_a_vehicle_reads_as_it_was_imported(store: Store) -> None:
    await imported(store, record("D 1 A"))

    assert await store.vehicles.find("D 1 A") == Vehicle(
        "D 1 A",
        NOON,
        tax_due=250_000,
        total=3_000_000_000,
        due_date=date(2026, 11, 24),
        make="HONDA",
        type="BEAT",
        year=2019,
        region="P3DW Kota Bandung I",
        owner_region="Kota Bandung",
    )
    assert await store.vehicles.find("D 2 A") is None


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_look_up_goes_straight_to_the_plate(store: Store, url: str) -> None:
    await imported(store, record("D 1 A"))
    database = Database(url)
    query = str(look_up("D 1 A").compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    plan = await database.rows(text(f"EXPLAIN QUERY PLAN {query}"))
    await database.close()
    assert "SEARCH vehicle USING PRIMARY KEY (edition=? AND plate=?)" in [step["detail"] for step in plan]


async def test_before_the_first_import_no_plate_is_known(store: Store) -> None:
    assert await store.vehicles.current() is None
    assert await store.vehicles.find("D 1 A") is None


async def test_an_edition_is_not_looked_into_before_it_is_finished(store: Store) -> None:
    await imported(store, record("D 1 A", 1))
    edition = await store.vehicles.begin("new.csv", "admin", NOON + 1)
    await store.vehicles.add(edition, [record("D 1 A", 2), record("D 2 A", 3)], NOON + 1)

    before = await store.vehicles.find("D 1 A")
    await store.vehicles.finish(edition, 0, NOON + 2)
    after = await store.vehicles.find("D 1 A")

    assert before is not None
    assert after is not None
    assert (before.tax_due, before.as_of) == (1, NOON)
    assert (after.tax_due, after.as_of) == (2, NOON + 2)


async def test_what_a_new_edition_does_not_have_is_gone_with_the_old_one(store: Store, url: str) -> None:
    await imported(store, record("D 1 A"), record("D 2 A"))
    await imported(store, record("D 3 A"))

    assert await store.vehicles.find("D 1 A") is None
    assert await rows(url) == 1
    current = await store.vehicles.current()
    assert current is not None
    assert (current.rows, current.refused, current.file, current.by) == (1, 1, "data.csv", "admin")


async def test_an_abandoned_edition_leaves_the_table_as_it_was(store: Store, url: str) -> None:
    await imported(store, record("D 1 A"))
    edition = await store.vehicles.begin("bad.csv", "admin", NOON)
    await store.vehicles.add(edition, [record("D 2 A")], NOON)

    await store.vehicles.abandon(edition, NOON)

    assert await store.vehicles.find("D 1 A") is not None
    assert await rows(url) == 1


async def test_an_edition_in_use_cannot_be_abandoned(store: Store) -> None:
    edition = await imported(store, record("D 1 A"))
    await store.vehicles.abandon(edition, NOON)
    assert await store.vehicles.find("D 1 A") is not None


async def test_a_long_edition_is_swept_to_its_last_row(store: Store, url: str) -> None:
    many = [record(f"D {1 + n % 9999} {'AB'[n // 9999]}") for n in range(2 * SWEPT_AT_ONCE + 1)]
    await imported(store, *many)
    await imported(store, record("F 1 A"))
    assert await rows(url) == 1


async def test_one_import_at_a_time_fills_an_edition(store: Store) -> None:
    await store.vehicles.begin("a.csv", "ani", NOON)
    with pytest.raises(ImportRunning, match="ani"):
        await store.vehicles.begin("b.csv", "budi", NOON + GIVEN_UP_S - 1)


async def test_an_import_that_shows_no_life_makes_room_and_finds_its_edition_lost(store: Store, url: str) -> None:
    dead = await store.vehicles.begin("a.csv", "ani", NOON)
    await store.vehicles.add(dead, [record("D 1 A")], NOON)

    await store.vehicles.begin("b.csv", "budi", NOON + GIVEN_UP_S)

    assert await rows(url) == 0
    with pytest.raises(EditionLost):
        await store.vehicles.add(dead, [record("D 2 A")], NOON + GIVEN_UP_S)
    with pytest.raises(EditionLost):
        await store.vehicles.finish(dead, 0, NOON + GIVEN_UP_S)
    assert await store.vehicles.current() is None


async def test_the_database_keeps_to_one_edition_in_use(store: Store, url: str) -> None:
    await imported(store, record("D 1 A"))
    database = Database(url)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.execute(
            text(
                "INSERT INTO vehicle_edition SELECT 99, state, file, by, started_at, touched_at, "
                "rows, refused FROM vehicle_edition"
            )
        )
    await database.close()


@pytest.mark.parametrize("kind", ["postgresql"])  # an SQLite file that is locked can still be read
async def test_a_database_that_is_away_is_a_source_that_is_down(store: Store, outage: Outage) -> None:
    outage.begin()
    with pytest.raises(VehicleSourceDown, match="database"):
        await store.vehicles.find("D 1 A")
