"""Times that a caller may be promised: somebody must be there to keep them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config import Hours
from hotline.promises import may_be_promised, next_promise, promises
from hotline.working_time import WorkingTime

JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = WorkingTime(config.load(None, {}).hours)
ALWAYS = WorkingTime(Hours.always())

years = st.floats(
    datetime(2026, 1, 1, tzinfo=JAKARTA).timestamp(), datetime(2027, 12, 1, tzinfo=JAKARTA).timestamp(), allow_nan=False
)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA).timestamp()


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-24 09:02", ["24 09:45", "24 10:15", "24 11:15", "25 09:00"]),
        ("2026-11-24 09:00", ["24 09:30", "24 10:00", "24 11:00", "25 09:00"]),
        ("2026-11-24 14:40", ["25 08:15", "25 08:45", "25 09:00", "25 09:45"]),  # closing time lies between
        ("2026-11-27 11:15", ["27 13:15", "27 13:45", "27 14:45", "30 09:00"]),  # Friday's prayer, then the weekend
        ("2026-11-28 12:00", ["30 08:30", "30 09:00", "30 10:00", "01 09:00"]),  # a Saturday
    ],
)
def test_times_ahead_are_counted_in_working_hours_and_the_next_morning_is_there(now: str, offered: list[str]) -> None:
    shown = [f"{datetime.fromtimestamp(moment, JAKARTA):%d %H:%M}" for moment in promises(OFFICE, at(now))]
    assert shown == offered


def test_an_office_that_never_closes_has_no_next_morning() -> None:
    now = at("2026-11-24 22:10")
    assert [moment - now for moment in promises(ALWAYS, now)] == [35 * 60, 65 * 60, 125 * 60]


@given(now=years)
def test_every_time_that_is_offered_may_be_promised_and_they_stand_in_order(now: float) -> None:
    offered = promises(OFFICE, now)
    assert offered
    assert all(may_be_promised(OFFICE, moment, now) for moment in offered)
    assert list(offered) == sorted(set(offered))


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("2026-11-24 08:00", False),  # nobody has worked yet
        ("2026-11-24 08:05", True),
        ("2026-11-24 15:00", True),  # by closing time
        ("2026-11-24 15:05", False),
        ("2026-11-28 10:00", False),  # a Saturday
        ("2026-11-23 10:00", False),  # is over
    ],
)
def test_a_time_of_the_operators_own_choice_must_lie_ahead_and_in_working_hours(text: str, may: bool) -> None:
    assert may_be_promised(OFFICE, at(text), at("2026-11-24 07:00")) is may


@pytest.mark.parametrize(
    ("text", "upcoming"),
    [
        ("2026-11-24 06:00", "24 08:15"),
        ("2026-11-24 16:00", "25 08:15"),
        ("2026-11-28 10:00", "30 08:15"),  # a Saturday
    ],
)
def test_for_a_time_outside_working_hours_the_next_that_may_be_promised_is_known(text: str, upcoming: str) -> None:
    found = next_promise(OFFICE, at(text))
    assert found is not None
    assert f"{datetime.fromtimestamp(found, JAKARTA):%d %H:%M}" == upcoming


@given(asked=years)
def test_the_next_that_may_be_promised_may_be_promised(asked: float) -> None:
    found = next_promise(OFFICE, asked)
    assert found is not None
    assert found > asked
    assert may_be_promised(OFFICE, found, asked)
