"""Callers' numbers: one spelling, and a masked one."""

import pytest

from hotline.numbers import mask, normalise


@pytest.mark.parametrize(
    "raw", ["081234567890", "6281234567890", "+6281234567890", "0812-3456-7890", " +62 812 3456 7890"]
)
def test_one_caller_has_one_number_however_the_trunk_spells_it(raw: str) -> None:
    assert normalise(raw) == "+6281234567890"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("0222534567", "+62222534567"),
        ("14155552671", "+14155552671"),
        ("+14155552671", "+14155552671"),
        ("1001", "1001"),
        ("110", "110"),
        ("budi", "budi"),
        ("*97", "*97"),
    ],
)
def test_foreign_numbers_keep_their_country_and_extensions_stay_as_dialled(raw: str, number: str) -> None:
    assert normalise(raw) == number


@pytest.mark.parametrize("raw", ["", "  ", "anonymous", "Anonymous", "unknown", "restricted"])
def test_a_withheld_number_is_empty(raw: str) -> None:
    assert normalise(raw) == ""


def test_normalising_twice_changes_nothing() -> None:
    for raw in ("081234567890", "1001", "anonymous", "14155552671"):
        assert normalise(normalise(raw)) == normalise(raw)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+6281234567890", "+62812•••7890"),
        ("+62222534567", "+62222•••4567"),
        ("0812345678", "081•••5678"),
        ("1001", "•••01"),
        ("", ""),
    ],
)
def test_a_masked_number_tells_the_operator_and_the_end(number: str, masked: str) -> None:
    assert mask(number) == masked
