"""Open or closed: the week, holidays, cuti bersama, exceptions, and when the hotline opens again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import DAYS, Hours, Span
from hotline.office_days import holiday_name
from ivr.hours import Opening, opening, week_text
from tests.unit.ivr.caller import DEFAULT

JAKARTA = ZoneInfo("Asia/Jakarta")
HOURS = DEFAULT.hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 07:59", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 14:59", True),
        ("2026-11-23 15:00", False),
        ("2026-11-27 11:29", True),
        ("2026-11-27 12:00", False),
        ("2026-11-27 13:00", True),
        ("2026-11-28 10:00", False),
    ],
)
def test_the_week_is_open_from_the_first_minute_to_before_the_last(moment: str, is_open: bool) -> None:
    assert opening(HOURS, at(moment)).open is is_open


def test_any_zone_of_the_argument_is_understood() -> None:
    assert opening(HOURS, datetime(2026, 11, 23, 1, 0, tzinfo=UTC)).open  # 08:00 in Jakarta


def test_while_open_there_is_no_reason_and_no_next_opening() -> None:
    assert opening(HOURS, at("2026-11-23 09:00")) == Opening(True, "open")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 06:00", "2026-11-23 08:00"),
        ("2026-11-27 12:00", "2026-11-27 13:00"),
        ("2026-11-27 16:00", "2026-11-30 08:00"),
        ("2026-12-23 16:00", "2026-12-28 08:00"),  # cuti bersama, Christmas, week-end
        ("2026-12-31 16:00", "2027-01-04 08:00"),
    ],
)
def test_the_next_opening_passes_over_pauses_weekends_and_holidays(moment: str, opens: str) -> None:
    assert opening(HOURS, at(moment)).next_open == at(opens)


def test_a_public_holiday_is_closed_and_named_in_the_callers_language() -> None:
    assert opening(HOURS, at("2026-08-17 10:00")).holiday_name == "Hari Kemerdekaan Republik Indonesia"
    assert opening(HOURS, at("2026-08-17 10:00"), "en").holiday_name == "Independence Day"


def test_cuti_bersama_is_a_holiday_with_the_offices_own_name() -> None:
    found = opening(HOURS, at("2026-12-24 10:00"))
    assert (found.open, found.reason, found.holiday_name) == (False, "holiday", "Cuti Bersama Natal")


def test_cuti_bersama_of_the_file_closes_even_where_public_holidays_are_off() -> None:
    hours = HOURS.model_copy(update={"holidays": False})
    assert holiday_name(hours, date(2026, 12, 24)) == "Cuti Bersama Natal"
    assert holiday_name(hours, date(2026, 12, 25)) is None


def test_an_exception_goes_before_holidays_and_week() -> None:
    hours = HOURS.model_copy(
        update={"exceptions": {date(2026, 12, 24): (Span(open="09:00", close="10:00"),), date(2026, 11, 23): ()}}
    )
    assert opening(hours, at("2026-12-24 09:30")).open
    assert opening(hours, at("2026-11-23 09:30")).reason == "outside"
    assert opening(hours, at("2026-12-24 11:00")).holiday_name is None


def test_remarks_such_as_estimated_are_not_part_of_a_name() -> None:
    names = [holiday_name(HOURS, date(2027, 1, 1) + timedelta(days=day), "en") for day in range(365)]
    assert not [name for name in names if name and "(" in name]


def test_an_office_that_never_opens_again_has_no_next_opening() -> None:
    monday = date(2026, 11, 23)
    closed = {monday + timedelta(days=day): () for day in range(500)}
    assert opening(HOURS.model_copy(update={"exceptions": closed}), at("2026-11-23 09:00")).next_open is None


def test_always_is_always_open() -> None:
    assert opening(Hours.always(), at("2026-08-17 23:59")).open
    assert opening(Hours.always(), at("2026-08-16 00:00")).open


def test_the_week_is_told_with_equal_neighbours_together() -> None:
    assert week_text(HOURS) == "mon-thu 08:00-15:00; fri 08:00-11:30,13:00-15:00"
    assert week_text(Hours.always()) == "mon-sun 00:00-24:00"


@given(st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(JAKARTA)))
def test_the_next_opening_is_the_first_open_minute_after_now(moment: datetime) -> None:
    found = opening(HOURS, moment)
    if found.open:
        return
    assert found.next_open is not None
    assert found.next_open > moment
    assert opening(HOURS, found.next_open).open
    assert not opening(HOURS, found.next_open - timedelta(minutes=1)).open


times = st.integers(0, 24 * 60).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
spans = st.lists(times, min_size=2, max_size=2, unique=True).map(sorted).map(Span.model_validate)


@given(week=st.fixed_dictionaries({day: st.lists(spans, max_size=1).map(tuple) for day in DAYS}))
def test_any_week_can_be_told(week: dict) -> None:
    if not any(week.values()):
        return
    told = week_text(Hours(timezone="Asia/Jakarta", week=week))
    for day, day_spans in week.items():
        assert all(str(span) in told for span in day_spans), day
