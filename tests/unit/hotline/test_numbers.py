"""Callers' numbers: one spelling, and a masked one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.numbers import clean, e164, is_several, mask, normalise
from tests.spellings import NUMBERS, SEVERAL, SINGLE

PREFIXES = ("0", "62", "+62", "0062", "00162", "00762", "00862", "0101762", "+0", "+620", "+0062", "620")
SEPARATORS = " -.()\u2011\u2212\u00a0\u200e\u202a\u202c\ufeff"
subscribers = st.from_regex(r"8[1-35-9][0-9]{6,11}|2[124][2-9][0-9]{6,7}", fullmatch=True)
anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=40)
digits_and_signs = st.text(alphabet="0123456789+ -()./;," + SEPARATORS + "٠٦２８", max_size=30)


@pytest.mark.parametrize(("raw", "number"), NUMBERS)
def test_a_number_is_read_as_whose_it_is_however_it_is_spelt(raw: str, number: str) -> None:
    assert normalise(raw) == number


@pytest.mark.parametrize(
    ("raw", "number"), [each for each in NUMBERS if each[1].startswith("+62") and len(each[1]) > 9]
)
def test_whoever_called_can_be_called_back(raw: str, number: str) -> None:
    assert e164(raw, "62") == number and e164(normalise(raw), "62") == number


@given(subscribers, st.sampled_from(PREFIXES))
def test_one_subscriber_is_one_person_by_whatever_way_the_call_comes(subscriber: str, prefix: str) -> None:
    assert normalise(prefix + subscriber) == "+62" + subscriber


@given(subscribers, st.lists(st.sampled_from(SEPARATORS), min_size=1, max_size=12))
def test_what_stands_between_the_digits_changes_nothing(subscriber: str, separators: list[str]) -> None:
    spelt = "0" + "".join(digit + separators[at % len(separators)] for at, digit in enumerate(subscriber))
    assert normalise(spelt) == "+62" + subscriber
    assert not is_several(spelt)


@given(anything | digits_and_signs)
def test_whatever_comes_is_read_without_a_fault_once_and_for_all(raw: str) -> None:
    number = normalise(raw)
    assert number.isprintable() and normalise(number) == number
    assert clean(clean(raw)) == clean(raw)
    is_several(raw)
    dialled = e164(raw, "62")
    assert dialled is None or (dialled[0], dialled[1:].isdecimal(), dialled.isascii()) == ("+", True, True)
    assert dialled is None or normalise(raw) == dialled, "what is called is what the caller is known by"


@pytest.mark.parametrize("typed", SEVERAL)
def test_two_numbers_in_one_field_are_noticed_and_neither_is_taken(typed: str) -> None:
    assert is_several(typed)
    assert e164(typed, "62") is None and not normalise(typed).startswith("+")


@pytest.mark.parametrize("typed", SINGLE)
def test_one_number_is_no_cause_to_ask(typed: str) -> None:
    assert not is_several(typed)


def test_another_country_reads_its_own_numbers() -> None:
    assert (e164("6123 4567", "65"), e164("6561234567", "65"), e164("12", "65")) == ("+6561234567", "+6561234567", None)


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
