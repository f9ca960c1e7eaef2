"""When data is overdue, and when the night's look at it is due. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from config.retention import KeepDays, Retention
from hotline.retention import DAY_S, cutoffs, next_night

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")  # a zone whose days have 23 and 25 hours, too
NOON = 1_760_000_000.0


def test_each_category_is_overdue_by_its_own_days_and_what_is_kept_for_good_never() -> None:
    rules = KeepDays(recordings=30, caller=None, words=100, paper=None, audit=366)

    assert cutoffs(rules, NOON) == {
        "recordings": NOON - 30 * DAY_S,
        "caller": 0.0,
        "words": NOON - 100 * DAY_S,
        "paper": 0.0,
        "audit": NOON - 366 * DAY_S,
    }


@given(st.floats(1.6e9, 2.2e9), st.integers(0, 24 * 60 - 1), st.sampled_from([JAKARTA, BERLIN]))
def test_the_next_night_is_at_that_time_of_day_and_at_most_a_day_and_an_hour_away(
    now: float, minute: int, zone: ZoneInfo
) -> None:
    due = next_night(now, minute, zone)
    here = datetime.fromtimestamp(due, zone)

    assert now < due <= now + timedelta(hours=25).total_seconds()
    skipped = here.utcoffset() != datetime.fromtimestamp(due - 7200, zone).utcoffset()  # a night without that hour
    assert skipped or here.hour * 60 + here.minute == minute


def test_the_time_in_the_file_is_read_as_minutes_after_midnight() -> None:
    assert Retention(at="02:30").minute == 150
