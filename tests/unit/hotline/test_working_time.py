"""Working time, against a slow and obvious reference: look at the clock on the wall in every minute."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config import DAYS, Hours, Span
from hotline.office_days import open_spans
from hotline.working_time import WorkingTime

JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = config.load(None, {}).hours
WORK = WorkingTime(OFFICE)
HOUR = 3600.0


def at(text: str, zone: ZoneInfo = JAKARTA) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def by_the_minute(hours: Hours, start: int, end: int) -> float:
    """Seconds of the open minutes between two whole minutes. Nothing clever: each minute's wall clock is looked at."""
    seconds = 0.0
    for minute in range(start, end, 60):
        wall = datetime.fromtimestamp(minute, UTC).astimezone(hours.zone)
        if any(span.open <= f"{wall:%H:%M}" < span.close for span in open_spans(hours, wall.date())):
            seconds += 60
    return seconds


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 09:00", "2026-11-23 10:00", 1),
        ("2026-11-23 14:30", "2026-11-24 08:30", 1),  # closing time and a night
        ("2026-11-27 11:00", "2026-11-27 13:30", 1),  # Friday's prayer and lunch
        ("2026-11-27 14:30", "2026-11-30 08:30", 1),  # a week-end
        ("2026-12-23 14:30", "2026-12-28 08:30", 1),  # cuti bersama, Christmas, week-end
        ("2026-08-14 14:30", "2026-08-18 08:30", 1),  # Independence Day is a Monday
        ("2026-11-28 09:00", "2026-11-29 18:00", 0),
        ("2026-11-23 15:00", "2026-11-24 08:00", 0),
        ("2026-11-23 10:00", "2026-11-23 09:00", 0),  # backwards
    ],
)
def test_the_clock_stands_still_while_the_office_is_closed(start: str, end: str, hours: float) -> None:
    assert WORK.between(at(start), at(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 09:00", 1, "2026-11-23 10:00"),
        ("2026-11-23 14:30", 1, "2026-11-24 08:30"),
        ("2026-11-27 11:00", 1, "2026-11-27 13:30"),
        ("2026-12-23 14:30", 1, "2026-12-28 08:30"),
        ("2026-11-28 09:00", 7, "2026-11-30 15:00"),  # the last second of a day belongs to it
        ("2026-11-28 09:00", 0, "2026-11-28 09:00"),
    ],
)
def test_what_is_due_in_working_hours_is_due_in_an_open_office(start: str, hours: float, due: str) -> None:
    assert WORK.add(at(start), hours * HOUR) == at(due)


def test_an_exception_opens_a_holiday_and_closes_a_working_day() -> None:
    dates = {date(2026, 12, 25): (Span(open="09:00", close="10:00"),), date(2026, 11, 23): ()}
    work = WorkingTime(OFFICE.model_copy(update={"exceptions": dates}))
    assert work.between(at("2026-12-25 00:00"), at("2026-12-26 00:00")) == HOUR
    assert work.between(at("2026-11-23 00:00"), at("2026-11-24 00:00")) == 0


def test_an_office_that_never_opens_again_has_no_moment_when_anything_is_due() -> None:
    closed = {date.fromordinal(date(2026, 11, 23).toordinal() + day): () for day in range(500)}
    work = WorkingTime(OFFICE.model_copy(update={"exceptions": closed}))
    assert work.add(at("2026-11-23 09:00"), 1) is None


def test_an_office_that_is_always_open_counts_every_second() -> None:
    work = WorkingTime(Hours.always())
    assert work.between(1_000_000.25, 5_000_000.75) == pytest.approx(4_000_000.5)
    assert work.add(1_000_000.25, 100_000) == pytest.approx(1_100_000.25)


times = st.integers(0, 24 * 60).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
some_spans = st.lists(times, max_size=6, unique=True).map(
    lambda clocks: [Span(open=o, close=c) for o, c in zip(*[iter(sorted(clocks))] * 2, strict=False)]
)
# Summer time begins and ends in three of them: at 2 in the morning, at midnight, and by half an hour.
zones = st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"])
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@st.composite
def offices(draw: st.DrawFn) -> Hours:
    week = draw(st.fixed_dictionaries(dict.fromkeys(DAYS, some_spans)).filter(lambda week: any(week.values())))
    return Hours(
        timezone=draw(zones),
        week=week,
        holidays=draw(st.booleans()),
        cuti_bersama=draw(st.dictionaries(days, st.just("Cuti"), max_size=3)),
        exceptions=draw(st.dictionaries(days, some_spans, max_size=3)),
    )


CHANGES = ("2026-03-08 12:00", "2026-11-01 12:00", "2026-04-24 00:00", "2026-10-29 23:00", "2026-04-05 00:00")
# Most of the moments lie around the nights in which clocks are changed (2026), the others anywhere.
minutes = st.one_of(
    st.integers(int(at("2024-01-01 00:00")) // 60, int(at("2027-12-31 00:00")) // 60),
    *(
        st.integers(int(at(night)) // 60 - 2000, int(at(night)) // 60 + 2000)
        for night in (
            "2026-03-08 12:00",
            "2026-11-01 12:00",
            "2026-04-24 00:00",
            "2026-10-29 23:00",
            "2026-04-05 00:00",
        )
    ),
)
lengths = st.integers(0, 3 * 24 * 60)


@given(offices(), minutes, lengths)
def test_any_span_counts_what_a_look_at_every_minute_counts(hours: Hours, start: int, length: int) -> None:
    begin, end = 60 * start, 60 * (start + length)
    assert WorkingTime(hours).between(begin, end) == by_the_minute(hours, begin, end)


@given(offices(), minutes)
def test_open_is_what_the_clock_on_the_wall_says(hours: Hours, minute: int) -> None:
    assert WorkingTime(hours).is_open(60 * minute) == (by_the_minute(hours, 60 * minute, 60 * minute + 60) == 60)


@given(offices(), minutes, st.floats(0.001, 200_000))
def test_adding_gives_the_first_moment_by_which_so_much_has_passed(hours: Hours, start: int, seconds: float) -> None:
    work, begin = WorkingTime(hours), 60.0 * start
    due = work.add(begin, seconds)
    if due is None:
        return
    assert work.between(begin, due) == pytest.approx(seconds, abs=1e-3)
    assert work.between(begin, due - 1) < seconds


@given(offices(), minutes, lengths, lengths)
def test_parts_of_a_span_add_up_to_the_whole(hours: Hours, start: int, first: int, second: int) -> None:
    work = WorkingTime(hours)
    a, b, c = (60.0 * minute for minute in (start, start + first, start + first + second))
    assert work.between(a, b) + work.between(b, c) == pytest.approx(work.between(a, c))
