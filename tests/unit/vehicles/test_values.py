"""Amounts, days, years and names, however offices write them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicles.values import MAX_RUPIAH, BadValue, day, rupiah, words, year

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
WRITTEN = (
    lambda d: d.isoformat(),
    lambda d: d.strftime("%d-%m-%Y"),
    lambda d: d.strftime("%d/%m/%Y"),
    lambda d: d.strftime("%d.%m.%Y"),
    lambda d: d.strftime("%Y/%m/%d"),
    lambda d: d.strftime("%Y%m%d"),
    lambda d: f"{d.day}-{d.month}-{d.year}",
    lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    lambda d: f"{d.day} {MONTHS[d.month - 1][:3].upper()} {d.year}",
    lambda d: f"{d.isoformat()} 00:00:00",
    lambda d: f" {d.isoformat()} ",
)


@given(st.integers(0, MAX_RUPIAH))
def test_an_amount_reads_the_same_however_its_thousands_are_parted(amount: int) -> None:
    dots = f"{amount:,}".replace(",", ".")
    for written in (str(amount), dots, f"{amount:,}", f"Rp {dots}", f"rp.{dots}", f"Rp{dots},00", f"{dots},-", amount):
        assert rupiah(written) == amount, written
    assert rupiah(float(amount)) == amount


@pytest.mark.parametrize("nothing", [None, "", "  ", "-", "–"])
def test_nothing_written_is_nothing_known(nothing: object) -> None:
    assert (rupiah(nothing), day(nothing), year(nothing), words(nothing)) == (None, None, None, "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("seratus", "not_money"),
        ("-5000", "not_money"),
        ("1.25.000", "not_money"),
        ("12.5000", "not_money"),
        ("1e6", "not_money"),
        ("١٢٣", "not_money"),
        (True, "not_money"),
        (-1, "not_money"),
        (float("nan"), "not_money"),
        (float("inf"), "not_money"),
        ("250.000,50", "not_whole"),
        ("1250.5", "not_whole"),
        (0.5, "not_whole"),
        ("1000000000001", "too_large"),
        ("9" * 5000, "not_money"),
        (10.0**15, "too_large"),
    ],
)
def test_what_is_no_whole_rupiah_is_refused(written: object, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        rupiah(written)
    assert refused.value.code == code


@given(DAYS, st.sampled_from(WRITTEN))
def test_a_day_reads_the_same_in_every_written_form(expected: date, written) -> None:
    assert day(written(expected)) == expected


@given(DAYS)
def test_a_day_of_a_workbook_is_taken_as_it_is(expected: date) -> None:
    assert day(expected) == day(datetime(expected.year, expected.month, expected.day)) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("besok", "not_a_date"),
        ("24-11", "not_a_date"),
        ("24-11-26", "not_a_date"),
        ("24 Smarch 2026", "not_a_date"),
        (20261124.5, "not_a_date"),
        ("31-02-2026", "no_such_day"),
        ("11/24/2026", "no_such_day"),
        ("2026-13-01", "no_such_day"),
        ("01-01-0001", "no_such_day"),
        (date(2101, 1, 1), "no_such_day"),
    ],
)
def test_what_is_no_day_is_refused(written: object, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        day(written)
    assert refused.value.code == code


@pytest.mark.parametrize("written", ["2019", " 2019 ", 2019, 2019.0])
def test_a_year_of_make_has_four_digits(written: object) -> None:
    assert year(written) == 2019


@pytest.mark.parametrize("written", ["19", "1899", "2101", "20l9", 2019.5, float("nan"), "-2019"])
def test_what_is_no_year_is_refused(written: object) -> None:
    with pytest.raises(BadValue, match="not_a_year"):
        year(written)


def test_a_name_keeps_its_letters_and_loses_the_space_around_it() -> None:
    assert words("  Kota Bandung ") == "Kota Bandung"
    assert words(125.0) == "125"


@pytest.mark.parametrize(
    ("written", "code"), [("a\0b", "control_character"), ("a\nb", "control_character"), ("a" * 81, "too_long")]
)
def test_what_is_no_name_is_refused(written: str, code: str) -> None:
    with pytest.raises(BadValue, match=code):
        words(written)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.lists(st.integers())))
def test_whatever_stands_in_a_cell_is_read_or_refused(anything: object) -> None:
    for reader in (rupiah, day, year, words):
        try:
            value = reader(anything)
        except BadValue:
            continue
        assert value is None or value == reader(value)
