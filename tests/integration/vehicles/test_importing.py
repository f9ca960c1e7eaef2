"""A file becomes the table, or nothing changes and somebody is told why: on both databases, with the real reader."""

import asyncio
import csv
import io
import os
import struct
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from storage import Store
from storage.vehicles import ImportRunning
from tests.integration.vehicles.conftest import Course
from tests.integration.vehicles.files import GOOD, csv_file, lines, row, workbook
from vehicles.importing import Importing, Report, TooManyRefused
from vehicles.refusals import FileRefused

PLENTY = [row(f"D {n} ZZ") for n in range(1, 101)]
"""Good rows beside which a few bad ones are no reason to refuse the file."""


async def run(importing: Importing, file: Path, course: Course | None = None) -> Report:
    return await importing.run(file, file.name, "admin", course or Course())


async def plates(store: Store, *wanted: str) -> list[str]:
    return [plate for plate in wanted if await store.vehicles.find(plate)]


async def test_a_file_becomes_the_table(importing: Importing, store: Store, tmp_path: Path, course: Course) -> None:
    report = await run(importing, csv_file(tmp_path, lines(row("Z 9 ZZ"), row("D 1 A", denda="5.000"))), course)

    assert (report.rows, report.refused, report.refusals) == (2, 0, ())
    found = await store.vehicles.find("D 1 A")
    assert found is not None
    assert (found.tax_due, found.fine, found.total) == (250_000, 5_000, None)
    assert (found.due_date, found.owner_region, found.year) == (date(2026, 11, 24), "Kota Bandung", 2019)
    assert [each.phase for each in course.told][-1] == "storing"
    assert course.told[-1].share == 1


async def test_every_kind_of_bad_row_is_left_out_and_told_with_row_and_column(
    importing: Importing, store: Store, tmp_path: Path
) -> None:
    bad = {
        "short": "D 11 A;HONDA;2019\n",
        "long": ";".join(row("D 12 A")) + ";more\n",
        "plate": ";".join(row("12 A")) + "\n",
        "area": ";".join(row("Q 12 A")) + "\n",
        "money": ";".join(row("D 13 A", pkb="banyak")) + "\n",
        "sen": ";".join(row("D 14 A", denda="0,50")) + "\n",
        "day": ";".join(row("D 15 A", jatuh_tempo="31-02-2026")) + "\n",
        "date": ";".join(row("D 16 A", jatuh_tempo="lusa")) + "\n",
        "year": ";".join(row("D 17 A", tahun="19")) + "\n",
        "quotes": ";".join(row("D 18 A", merk='"HONDA')) + "\n",
        "twice": ";".join(row("d-1-zz")) + "\n",
    }
    text = lines(*PLENTY).encode() + "".join(bad.values()).encode()
    text += ";".join(row("D 19 A", pemilik="Caf\xe9")).encode("latin-1") + b"\n"

    report = await run(importing, csv_file(tmp_path, text))

    first = len(PLENTY) + 2
    assert (report.rows, report.refused) == (100, 12)
    assert [(each.row - first, each.column, each.code) for each in report.refusals] == [
        (0, "", "row_short"),
        (1, "", "row_long"),
        (2, "No. Polisi", "plate_area_missing"),
        (3, "No. Polisi", "plate_area_unknown"),
        (4, "PKB", "not_money"),
        (5, "Denda", "not_whole"),
        (6, "Jatuh Tempo", "no_such_day"),
        (7, "Jatuh Tempo", "not_a_date"),
        (8, "Tahun", "not_a_year"),
        (9, "", "quotes"),
        (10, "No. Polisi", "plate_twice"),
        (11, "", "encoding"),
    ]
    assert "row 2" in report.refusals[10].message.en
    assert await plates(store, "D 1 ZZ", "D 13 A", "D 18 A") == ["D 1 ZZ"]


async def test_the_report_holds_every_refused_row_and_nothing_that_a_spreadsheet_runs(
    importing: Importing, tmp_path: Path
) -> None:
    rows = [*(row(f"D {n} A") for n in range(1, 2001)), *(row(f"D {n} B", pkb="=1+1") for n in range(1, 301))]
    report = await run(importing, csv_file(tmp_path, lines(*rows)))

    with importing.report.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert (report.refused, len(report.refusals), len(written)) == (300, 200, 301)
    assert written[1][:3] == ["2002", "PKB", "'=1+1"]
    assert written[1][3].startswith("Bukan jumlah rupiah")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
async def test_any_of_four_separators_parts_the_cells(
    importing: Importing, store: Store, tmp_path: Path, separator: str
) -> None:
    text = lines(row("D 1 A", merk='"HONDA, TBK | ; ""A"""'), separator=separator)
    assert (await run(importing, csv_file(tmp_path, text))).rows == 1
    found = await store.vehicles.find("D 1 A")
    assert found is not None
    assert found.make == 'HONDA, TBK | ; "A"'


@pytest.mark.parametrize(
    "text",
    [
        lines(GOOD).encode("utf-8-sig"),
        lines(GOOD).encode("utf-16"),
        lines(GOOD).replace("\n", "\r\n").encode(),
        lines(GOOD).replace("\n", "\r").encode(),
        ("\n\n" + lines(GOOD) + "\n  \n").encode(),
        lines(GOOD).rstrip("\n").encode(),
    ],
    ids=["utf-8 with mark", "utf-16 with mark", "windows", "old mac", "blank lines", "no last line end"],
)
async def test_text_comes_in_more_than_one_dress(
    importing: Importing, store: Store, tmp_path: Path, text: bytes
) -> None:
    assert (await run(importing, csv_file(tmp_path, text))).rows == 1
    assert await plates(store, "D 1 A") == ["D 1 A"]


async def test_a_workbook_becomes_the_table(importing: Importing, store: Store, tmp_path: Path) -> None:
    good = ("D 1 A", "HONDA", 2019, 250_000, 0, date(2026, 11, 24), "Kota Bandung")
    bad = ("D 2 A", "HONDA", 2019, 250_000.5, 0, "lusa", "")
    rows = [(f"D {n} B", *good[1:]) for n in range(1, 10)]

    report = await run(importing, workbook(tmp_path, good, (), bad, *rows, top=2))

    assert (report.rows, report.refused) == (10, 1)
    assert [(each.row, each.column, each.code) for each in report.refusals] == [(6, "PKB", "not_whole")]
    found = await store.vehicles.find("D 1 A")
    assert found is not None
    assert (found.tax_due, found.due_date, found.year) == (250_000, date(2026, 11, 24), 2019)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n  \n", "empty"),
        (lines().encode(), "no_rows"),
        (lines(GOOD).encode("utf-16-le"), "utf16"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_text"),
        (b"\xff\xfenot really", "columns_missing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 and then nothing", "broken_workbook"),
        (b"Nama;Alamat\nAsep;Bandung\n", "columns_missing"),
        (b"Nopol;PKB;Pajak;Jatuh Tempo\nD 1 A;1;1;2026-01-01\n", "column_twice"),
        ("Nopol;PKB;Jatuh Tempo;Kot\xe9\n".encode("latin-1"), "not_text"),
        (lines(row("Q 1 A")).encode(), "too_many_refused"),
        (lines(*PLENTY[:3], row("D 9 A", pkb="x")).encode(), "too_many_refused"),
    ],
)
async def test_a_file_that_cannot_be_taken_says_why_and_changes_nothing(
    importing: Importing, store: Store, tmp_path: Path, content: bytes, code: str
) -> None:
    await run(importing, csv_file(tmp_path, lines(GOOD)))

    with pytest.raises(FileRefused) as refused:
        await run(importing, csv_file(tmp_path, content, "bad.csv"))

    assert refused.value.code == code
    assert "{" not in refused.value.message.id
    current = await store.vehicles.current()
    assert current is not None
    assert (current.file, current.rows) == ("data.csv", 1)
    assert [path.name for path in importing.folder.iterdir()] == ["refused.csv"]


def _bomb(megabytes: int) -> bytes:
    """A workbook of a few kilobytes that unpacks to so much."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file, file.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(megabytes):
            sheet.write(bytes(1024**2))
    return packed.getvalue()


def _lying() -> bytes:
    """Of two, but each header says that it holds a kilobyte."""
    bomb = _bomb(2)
    length = struct.pack("<L", 2 * 1024**2)
    assert bomb.count(length) >= 1
    return bomb.replace(length, struct.pack("<L", 1024))


@pytest.mark.parametrize(
    ("content", "code"),
    [(partial(_bomb, 1025), "workbook_too_large"), (_lying, "broken_workbook")],
    ids=["honest", "lying"],
)
async def test_a_workbook_that_unpacks_to_more_than_we_take_is_refused_before_it_is_read(
    importing: Importing, tmp_path: Path, content: Callable[[], bytes], code: str
) -> None:
    packed = content()
    assert len(packed) < 2 * 1024**2
    with pytest.raises(FileRefused) as refused:
        await run(importing, csv_file(tmp_path, packed, "bomb.xlsx"))
    assert refused.value.code == code


async def test_too_many_bad_rows_are_still_told_one_by_one(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(TooManyRefused) as refused:
        await run(importing, csv_file(tmp_path, lines(*PLENTY[:3], row("D 9 A", pkb="x"))))
    assert [(each.row, each.code) for each in refused.value.report.refusals] == [(5, "not_money")]


async def test_an_import_that_is_broken_off_changes_nothing(importing: Importing, store: Store, tmp_path: Path) -> None:
    await run(importing, csv_file(tmp_path, lines(GOOD)))
    many = lines(*(row(f"F {1 + n % 9999} {'ABCD'[n // 9999]}") for n in range(20_000)))
    storing = asyncio.Event()
    job = asyncio.create_task(
        importing.run(
            csv_file(tmp_path, many, "new.csv"), "new.csv", "admin", lambda p: p.phase == "storing" and storing.set()
        )
    )
    await asyncio.wait_for(storing.wait(), 60)

    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    current = await store.vehicles.current()
    assert current is not None
    assert current.file == "data.csv"
    assert await plates(store, "D 1 A", "F 1 A") == ["D 1 A"]
    assert (await run(importing, csv_file(tmp_path, lines(GOOD), "again.csv"))).rows == 1


async def test_a_reader_that_dies_is_told(
    importing: Importing, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(FileRefused, match="half-way"):
        await run(importing, csv_file(tmp_path, lines(GOOD)))
    assert await store.vehicles.current() is None


async def test_two_imports_do_not_mix(importing: Importing, store: Store, tmp_path: Path) -> None:
    await store.vehicles.begin("other.csv", "other", importing.clock())
    with pytest.raises(ImportRunning):
        await run(importing, csv_file(tmp_path, lines(GOOD)))


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_a_killed_import_left_is_removed_after_a_day(importing: Importing, tmp_path: Path) -> None:
    importing.folder.mkdir()
    old, fresh, other = (importing.folder / name for name in ("upload-old", "upload-fresh", "notes.txt"))
    scratch = importing.folder / "import-old"
    scratch.mkdir()
    for path in (old, fresh, other, scratch / "stage.db"):
        path.write_text("D 1 A")
    for path in (old, other, scratch):
        os.utime(path, (0, 0))

    await run(importing, csv_file(tmp_path, lines(GOOD)))

    assert {path.name for path in importing.folder.iterdir()} == {"upload-fresh", "notes.txt", "refused.csv"}
