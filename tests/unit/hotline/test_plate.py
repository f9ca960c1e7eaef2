"""Number plates, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.plate import MESSAGES, Plate, PlateError, parse, region_of

AREAS = {"D": "Bandung", "AB": "Yogyakarta", "B": "Jakarta, Depok, Bekasi"}
letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
plates = st.builds(
    Plate, st.sampled_from(sorted(AREAS)), st.integers(1, 9999), st.lists(letters, max_size=3).map("".join)
)


@pytest.mark.parametrize("typed", ["D 1234 ABC", "d1234abc", " D-1234-ABC ", "d.1234.abc", "D\t1234 abc"])
def test_case_spaces_and_separators_do_not_matter(typed: str) -> None:
    assert str(parse(typed)) == "D 1234 ABC"


def test_a_plate_without_suffix_has_no_trailing_space() -> None:
    assert str(parse("B 1")) == "B 1"


@given(plates)
def test_what_is_written_is_read_back(plate: Plate) -> None:
    assert parse(str(plate), AREAS) == plate


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "plate_empty"),
        ("  -", "plate_empty"),
        ("D 12é4", "plate_characters"),
        ("1234 ABC", "plate_area_missing"),
        ("ABC 1234", "plate_area_missing"),
        ("D", "plate_number"),
        ("D 0123 AB", "plate_number"),
        ("D 12345", "plate_number"),
        ("D 1234 ABCD", "plate_suffix"),
        ("D 12 AB 3", "plate_suffix"),
        ("X 1234 AB", "plate_area_unknown"),
    ],
)
def test_a_wrong_plate_is_refused_with_what_is_wrong(typed: str, code: str) -> None:
    with pytest.raises(PlateError) as refused:
        parse(typed, AREAS)
    assert refused.value.code == code
    assert refused.value.message == MESSAGES[code]


@given(st.text())
def test_any_text_is_a_plate_or_a_plate_error(text: str) -> None:
    try:
        plate = parse(text)
    except PlateError as error:
        assert error.message.id
        assert error.message.en
    else:
        assert parse(str(plate)) == plate


def test_the_area_letters_tell_the_region() -> None:
    assert region_of(parse("D 1 A"), AREAS) == "Bandung"
    assert region_of(parse("Z 1 A"), AREAS) is None
