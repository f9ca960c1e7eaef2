"""Headings in two languages, and rows below them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.vehicles import VehicleField
from vehicles.columns import NAMES, columns_of
from vehicles.refusals import FileRefused, Refusal
from vehicles.rows import Rows

AREAS = frozenset({"D", "F", "Z"})
HEADING = [
    "No. Polisi",
    "Merk",
    "Tipe",
    "Tahun",
    "Warna",
    "Wilayah",
    "Wilayah Pemilik",
    "PKB",
    "Denda",
    "Total",
    "Jatuh Tempo",
]
GOOD = [
    "d 1234 abc",
    "HONDA",
    "BEAT",
    "2019",
    "HITAM",
    "P3DW Kota Bandung I",
    "Kota Bandung",
    "250.000",
    "5000",
    "255000",
    "24-11-2026",
]


def read(cells: list[object], heading: list[object] = HEADING) -> object:
    return Rows(columns_of(heading), AREAS).read(7, cells)


def changed(field: VehicleField, value: object) -> list[object]:
    cells: list[object] = list(GOOD)
    cells[columns_of(HEADING).places[field]] = value
    return cells


def test_a_good_row_is_a_vehicle() -> None:
    assert read(GOOD) == {
        "row": 7,
        "plate": "D 1234 ABC",
        "make": "HONDA",
        "type": "BEAT",
        "year": 2019,
        "colour": "HITAM",
        "region": "P3DW Kota Bandung I",
        "owner_region": "Kota Bandung",
        "tax_due": 250_000,
        "fine": 5_000,
        "total": 255_000,
        "due_date": date(2026, 11, 24),
    }


def test_columns_that_are_not_there_are_not_known_and_no_total_is_worked_out() -> None:
    record = read(["D 1", "100", "2026-01-02", "9"], ["nopol", "Tax Due", "due_date", "Denda"])
    assert isinstance(record, dict)
    assert (record["fine"], record["total"], record["make"], record["year"]) == (9, None, "", None)


@pytest.mark.parametrize("field", sorted(NAMES))
def test_every_name_of_a_column_is_understood_in_any_case_and_with_any_punctuation(field: VehicleField) -> None:
    others = {"plate": "nopol", "tax_due": "pkb", "due_date": "jatuh tempo"}
    for name in NAMES[field].split(", "):
        for title in (name, name.upper(), name.replace(" ", "_"), f" {name}. ", name.title().replace(" ", "-")):
            heading = [other for which, other in others.items() if which != field] + [title]
            assert columns_of(heading).places[field] == len(heading) - 1, title


def test_no_name_means_two_columns() -> None:
    names = [name for written in NAMES.values() for name in written.split(", ")]
    assert len(names) == len(set(names))


def test_a_heading_without_the_needed_columns_says_which_and_what_it_has() -> None:
    with pytest.raises(FileRefused) as refused:
        columns_of(["Nomor Polisi", "Merk", "Catatan"])
    assert refused.value.code == "columns_missing"
    assert "tax due, due date" in refused.value.message.en
    assert "Nomor Polisi, Merk, Catatan" in refused.value.message.id


def test_two_columns_that_mean_the_same_are_refused_by_their_names() -> None:
    with pytest.raises(FileRefused, match="Nopol, Plate"):
        columns_of(["Nopol", "PKB", "Jatuh Tempo", "Plate"])


@pytest.mark.parametrize(
    ("field", "value", "column", "code"),
    [
        ("plate", "", "No. Polisi", "plate_empty"),
        ("plate", None, "No. Polisi", "plate_empty"),
        ("plate", "1234", "No. Polisi", "plate_area_missing"),
        ("plate", "D 0123 AB", "No. Polisi", "plate_number"),
        ("plate", "D 12345", "No. Polisi", "plate_number"),
        ("plate", "D 1 ABCD", "No. Polisi", "plate_suffix"),
        ("plate", "D/1/AB", "No. Polisi", "plate_characters"),
        ("plate", "Q 1 AB", "No. Polisi", "plate_area_unknown"),
        ("tax_due", "banyak", "PKB", "not_money"),
        ("fine", "1,5", "Denda", "not_whole"),
        ("total", "9999999999999", "Total", "too_large"),
        ("due_date", "31-11-2026", "Jatuh Tempo", "no_such_day"),
        ("due_date", "segera", "Jatuh Tempo", "not_a_date"),
        ("year", "89", "Tahun", "not_a_year"),
        ("make", "HON\tDA", "Merk", "control_character"),
        ("colour", "x" * 100, "Warna", "too_long"),
    ],
)
def test_a_bad_cell_is_told_with_row_column_reason_and_what_stood_there(
    field: VehicleField, value: object, column: str, code: str
) -> None:
    refusal = read(changed(field, value))
    assert isinstance(refusal, Refusal)
    assert (refusal.row, refusal.column, refusal.code) == (7, column, code)
    assert refusal.value == str(value or "")[:60]
    assert refusal.message.id
    assert refusal.message.en


def test_a_short_row_is_refused_as_a_whole() -> None:
    refusal = read(GOOD[:-1])
    assert isinstance(refusal, Refusal)
    assert (refusal.column, refusal.code) == ("", "row_short")
    assert "10" in refusal.message.en
    assert "11" in refusal.message.en


def test_a_long_row_is_refused_unless_what_is_too_much_is_empty() -> None:
    assert isinstance(read([*GOOD, "", None]), dict)
    refusal = read([*GOOD, "x"])
    assert isinstance(refusal, Refusal)
    assert refusal.code == "row_long"


@given(st.lists(st.one_of(st.none(), st.text(max_size=20), st.floats(), st.booleans(), st.dates()), max_size=13))
def test_any_row_is_taken_or_told(cells: list[object]) -> None:
    result = read(cells)
    assert isinstance(result, Refusal) or result["plate"]  # type: ignore[index]
    if isinstance(result, Refusal):
        assert "{" not in result.message.en
