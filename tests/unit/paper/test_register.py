"""The register: the same columns in every form, pages with their numbers, totals, and real dates in the spreadsheet."""

import io
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hotline.ticket import Callback, Step, Ticket
from paper.jobs import Job, Product, run, written
from paper.period import Period
from paper.register import COLUMNS, Rows, Span, codes
from tests.unit.paper.samples import HERE, NAMES, NOON, ZONE, a_ticket, closed_long_ago, pages

SPAN = Span("November 2026", "Asia/Jakarta")


def printed(product: Product, tickets: Iterable[Ticket], out: Path) -> bytes:
    job = Job(product, out, HERE.paper, "id", "Register", SPAN, "Keadaan per kini", "25 November 2026")
    rows = Rows(HERE.matrix, NAMES, "id")
    run([written(job), *(written(rows.row(ticket)) for ticket in tickets)])
    return out.read_bytes()


def test_codes_are_what_is_kept_and_rows_are_what_people_read() -> None:
    ticket = a_ticket(callback=Callback("missed", NOON, None))
    assert list(codes(ticket)) == list(COLUMNS)
    assert codes(ticket)["region"] == "kota-cimahi"
    assert codes(ticket)["callback"] == "missed"
    row = dict(zip(COLUMNS, Rows(HERE.matrix, NAMES, "id").row(ticket), strict=True))
    assert (row["region"], row["operator"], row["kind"]) == ("P3DW Kota Cimahi", "Ayu Lestari", "Permintaan informasi")
    assert (row["created_at"], row["closed_as"]) == (NOON - 10, "Selesai")


@settings(max_examples=10)
@given(st.integers(0, 120))
def test_every_page_says_which_it_is_and_of_how_many(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pdf = printed(Product.REGISTER_PDF, (closed_long_ago(number) for number in range(count)), Path(folder) / "r")
    texts = pages(pdf)
    for number, text in enumerate(texts, 1):
        assert f"Halaman {number} dari" in text
        assert text.split()[-1] == str(len(texts)) or f"\n{len(texts)}" in text
    everything = "\n".join(texts)
    assert sum(f"HTL-2026-{number:06d}" in everything for number in range(count)) == count


def test_the_heading_is_on_every_page_with_rows_and_the_totals_on_the_last(tmp_path: Path) -> None:
    closed = [closed_long_ago(number) for number in range(40)]
    still_open = [a_ticket(kind="pengaduan", step=Step.ANSWER, closed_at=None, closed_as=None)] * 3
    texts = pages(printed(Product.REGISTER_PDF, [*closed, *still_open], tmp_path / "r"))
    assert all("Nomor polisi" in text for text in texts)
    last = texts[-1].replace("\n", " ")
    for total in ("Jumlah 43", "Permintaan informasi 40", "Pengaduan 3", "Selesai 40", "Belum selesai 3"):
        assert total in last
    assert "Keadaan per kini" in last


def test_long_words_stay_within_their_column(tmp_path: Path) -> None:
    ticket = a_ticket(description="mempertanggungjawabkan" * 40, caller_name="W" * 100, plate="W" * 30)
    pdf = printed(Product.REGISTER_PDF, [ticket], tmp_path / "r")
    right = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox.right
    assert "…" in pages(pdf)[0]
    assert float(right) == pytest.approx(841.9, abs=0.1)


def test_the_spreadsheet_has_real_dates_and_text_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    out = tmp_path / "register.xlsx"
    printed(Product.REGISTER_XLSX, [a_ticket(answer="=1+1", caller_name="@SUM(A1)")], out)
    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [rows[0][0], rows[2][0], rows[3][0]] == ["BADAN PENDAPATAN DAERAH", "November 2026", "Keadaan per kini"]
    assert rows[4][:3] == ["Nomor tiket", "Diterima", "Selesai"]
    row = dict(zip(COLUMNS, rows[5], strict=True))
    assert row["created_at"] == datetime(2026, 11, 25, 11, 59, 50)
    assert (row["answer"], row["caller_name"]) == ("=1+1", "@SUM(A1)")
    assert ["Jumlah", 1] in [line[:2] for line in rows[6:]]


def test_the_spreadsheet_keeps_its_heading_in_sight_and_can_be_filtered(tmp_path: Path) -> None:
    out = tmp_path / "register.xlsx"
    printed(Product.REGISTER_XLSX, [closed_long_ago(number) for number in range(3)], out)
    with ZipFile(out) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane xSplit="1" ySplit="5"' in sheet
    assert '<autoFilter ref="A5:O8"/>' in sheet


def test_an_empty_register_says_so(tmp_path: Path) -> None:
    assert "Tidak ada tiket pada kurun ini." in pages(printed(Product.REGISTER_PDF, [], tmp_path / "r"))[0]
    printed(Product.REGISTER_XLSX, [], tmp_path / "register.xlsx")


DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_a_days_span_begins_and_ends_at_midnight(day: date) -> None:
    since, until = Period.of_day(day).bounds(ZONE)
    assert datetime.fromtimestamp(since, ZONE) == datetime(day.year, day.month, day.day, tzinfo=ZONE)
    assert until - since == 86_400


@given(DAYS)
def test_a_month_is_named_by_its_month(day: date) -> None:
    month = Period.of_month(day.year, day.month)
    assert month.whole_month
    assert month.stem == f"{day:%Y-%m}"
    assert month.name("en").endswith(str(day.year))


def test_other_spans_are_named_by_both_days() -> None:
    span = Period(date(2026, 11, 2), date(2026, 11, 15))
    assert (span.stem, span.name("id")) == ("2026-11-02_2026-11-15", "2 November 2026 – 15 November 2026")
