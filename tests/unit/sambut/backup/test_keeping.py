"""Which backups a rule keeps."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambut.backup.errors import BackupError
from sambut.backup.keeping import rule_of

NIGHT = datetime(2026, 11, 30, 2, 0)  # a Monday


def nights(count: int) -> list[tuple[str, datetime]]:
    days = (NIGHT - timedelta(days=number) for number in range(count))
    return [(f"{day:%Y-%m-%d}", day) for day in days]


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    kept = sorted(rule_of("daily=3,weekly=3,monthly=3").kept(nights(365)), reverse=True)
    # The newest of each: days; Sundays, for the week of the 30th has only begun; last days of months.
    assert kept == ["2026-11-30", "2026-11-29", "2026-11-28", "2026-11-22", "2026-10-31", "2026-09-30"]


def test_two_of_one_day_leave_the_newer() -> None:
    made = [("early", NIGHT), ("late", NIGHT + timedelta(hours=12))]
    assert rule_of("daily=7").kept(made) == {"late"}


def test_last_counts_backups_whenever_they_were_made() -> None:
    made = [(str(hour), NIGHT + timedelta(hours=hour)) for hour in range(5)]
    assert rule_of("last=2").kept(made) == {"4", "3"}


@given(st.sets(st.integers(0, 5000), min_size=1), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_the_newest_stays_and_no_more_than_the_rule_says(hours: set[int], days: int, weeks: int, months: int) -> None:
    made = [(str(hour), NIGHT - timedelta(hours=hour)) for hour in hours]
    kept = rule_of(f"daily={days},weekly={weeks},monthly={months}").kept(made)
    assert str(min(hours)) in kept
    assert len(kept) <= max(1, days + weeks + months)


@pytest.mark.parametrize("written", ["", "7", "daily", "daily=", "daily=-1", "hourly=3", "daily=7;weekly=2"])
def test_what_is_no_rule_is_told(written: str) -> None:
    with pytest.raises(BackupError, match="no rule"):
        rule_of(written)
