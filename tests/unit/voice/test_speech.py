"""Values are said as an office says them."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.number_words import from_english, from_indonesian
from voice.speech import EXAMPLES, TONGUES, spoken
from voice.tongue import NUMBER_LIMIT

numbers = st.integers(0, NUMBER_LIMIT - 1) | st.integers(0, 3000)


@given(numbers)
def test_indonesian_number_words_mean_the_number(number: int) -> None:
    assert from_indonesian(spoken("number", str(number), "id")) == number


@given(numbers)
def test_english_number_words_mean_the_number(number: int) -> None:
    assert from_english(spoken("number", str(number), "en")) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "nol"),
        ("10", "sepuluh"),
        ("11", "sebelas"),
        ("19", "sembilan belas"),
        ("21", "dua puluh satu"),
        ("100", "seratus"),
        ("111", "seratus sebelas"),
        ("1000", "seribu"),
        ("1100", "seribu seratus"),
        ("2000", "dua ribu"),
        ("11000", "sebelas ribu"),
        ("101000", "seratus satu ribu"),
        ("1000000", "satu juta"),
        ("1001000", "satu juta seribu"),
        ("2000000000", "dua miliar"),
        ("1000000000000", "satu triliun"),
        ("-3", "minus tiga"),
    ],
)
def test_indonesian_numbers_have_their_contracted_forms(number: str, words: str) -> None:
    assert spoken("number", number, "id") == words


@given(st.text("0123456789", min_size=1, max_size=15))
def test_digits_are_said_one_by_one_with_pauses_and_none_is_lost(digits: str) -> None:
    words = spoken("digits", digits, "id").split(", ")
    assert "".join(str(from_indonesian(word)) for word in words) == digits


def test_an_international_number_is_read_without_its_punctuation() -> None:
    assert spoken("digits", "+62 812-34", "en") == "plus, six, two, eight, one, two, three, four"


def test_the_keys_of_a_telephone_have_names() -> None:
    assert spoken("digits", "1*#", "id") == "satu, bintang, pagar"
    assert spoken("digits", "1*#", "en") == "one, star, hash"


@pytest.mark.parametrize("plate", ["D 1234 ABC", "d1234abc", "D-1234-ABC"])
def test_a_plate_is_spelled_letter_by_letter_and_digit_by_digit(plate: str) -> None:
    assert spoken("plate", plate, "id") == "D, satu, dua, tiga, empat, A, B, C"


@pytest.mark.parametrize(
    ("at", "indonesian", "english"),
    [
        ("08:00", "pukul delapan", "eight a.m."),
        ("08:30", "pukul delapan lewat tiga puluh", "eight thirty a.m."),
        ("08:05", "pukul delapan lewat lima", "eight oh five a.m."),
        ("15:30", "pukul lima belas lewat tiga puluh", "three thirty p.m."),
        ("12:00", "pukul dua belas", "noon"),
        ("12:15", "pukul dua belas lewat lima belas", "twelve fifteen p.m."),
        ("00:30", "pukul nol lewat tiga puluh", "twelve thirty a.m."),
        ("24:00", "pukul dua puluh empat", "midnight"),
        ("7:00", "pukul tujuh", "seven a.m."),
    ],
)
def test_a_time_is_said_by_the_clock_of_the_language(at: str, indonesian: str, english: str) -> None:
    assert (spoken("time", at, "id"), spoken("time", at, "en")) == (indonesian, english)


@given(st.times())
def test_an_indonesian_time_means_its_hour_and_minute(at: object) -> None:
    hour, _, minute = spoken("time", f"{at:%H:%M}", "id").removeprefix("pukul ").partition(" lewat ")
    assert f"{from_indonesian(hour):02}:{from_indonesian(minute):02}" == f"{at:%H:%M}"


def test_money_is_said_in_rupiah() -> None:
    assert spoken("money", "1250000", "id") == "satu juta dua ratus lima puluh ribu rupiah"
    assert spoken("money", "1250000", "en") == "one million two hundred fifty thousand rupiah"


def test_minutes_have_their_plural_and_nothing_is_less_than_one() -> None:
    assert [spoken("minutes", n, "en") for n in "012"] == ["less than one minute", "one minute", "two minutes"]
    assert [spoken("minutes", n, "id") for n in "01"] == ["kurang dari satu menit", "satu menit"]


def test_opening_hours_name_days_and_spans() -> None:
    hours = "mon-thu 08:00-12:00,13:00-15:30; fri,sat 08:00-11:00"
    assert spoken("hours", hours, "id") == (
        "Senin sampai Kamis, pukul delapan sampai pukul dua belas, dan pukul tiga belas sampai pukul lima belas lewat"
        " tiga puluh; Jumat, dan Sabtu, pukul delapan sampai pukul sebelas"
    )
    assert spoken("hours", "mon-fri 08:00-15:00", "en") == "Monday to Friday, eight a.m. to three p.m."


def test_opening_hours_may_be_the_whole_day_or_none() -> None:
    assert spoken("hours", "mon-sun 00:00-24:00", "id") == "Senin sampai Minggu, dua puluh empat jam"
    assert spoken("hours", "", "id") == "tutup"
    assert spoken("hours", "", "en") == "closed"


def test_a_date_and_a_moment_are_said_in_the_order_of_the_language() -> None:
    assert spoken("date", "2026-11-03", "id") == "tiga November dua ribu dua puluh enam"
    assert spoken("date", "2026-11-03", "en") == "November third, twenty twenty-six"
    assert spoken("moment", "2026-11-24T08:00", "id") == "Selasa, dua puluh empat November, pukul delapan"
    assert spoken("moment", "2026-11-24T08:00", "en") == "Tuesday, November twenty-fourth, at eight a.m."


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_every_date_has_english_words_that_end_like_an_ordinal(day: date) -> None:
    month_and_day = spoken("date", day.isoformat(), "en").split(",")[0]
    assert re.search(r"(first|second|third|th)$", month_and_day)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["id", "en"]))
def test_a_moment_names_the_right_weekday(at: datetime, language: str) -> None:
    assert spoken("moment", at.isoformat(), language).startswith(TONGUES[language].days[at.weekday()] + ",")


@pytest.mark.parametrize(
    ("year", "words"), [(1900, "nineteen hundred"), (1905, "nineteen oh five"), (2007, "two thousand seven")]
)
def test_english_years_are_said_in_pairs_but_for_the_first_of_a_millennium(year: int, words: str) -> None:
    assert spoken("date", f"{year}-01-01", "en") == f"January first, {words}"


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("language", TONGUES)
def test_the_example_of_every_kind_is_readable_and_leaves_no_figures(kind: str, language: str) -> None:
    assert not re.search(r"[0-9]", spoken(kind, EXAMPLES[kind], language))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "many"),
        ("number", "1_000"),
        ("number", str(NUMBER_LIMIT)),
        ("digits", "08x"),
        ("digits", ""),
        ("plate", "D!1"),
        ("time", "24:01"),
        ("time", "8:60"),
        ("time", "8"),
        ("minutes", "-1"),
        ("date", "2026-13-01"),
        ("moment", "soon"),
        ("hours", "mon 08:00"),
        ("hours", "someday 08:00-12:00"),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused_with_an_example_and_without_the_value(
    kind: str, value: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(EXAMPLES[kind]))) as refusal:
        spoken(kind, value, "id")
    assert not value or repr(value) not in str(refusal.value)


def test_an_unknown_kind_or_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of value 'colour'"):
        spoken("colour", "red", "id")
    with pytest.raises(ValueError, match="no language 'fr'"):
        spoken("number", "1", "fr")


def test_text_is_said_as_it_is() -> None:
    assert spoken("text", "Hari Raya Nyepi", "id") == "Hari Raya Nyepi"
