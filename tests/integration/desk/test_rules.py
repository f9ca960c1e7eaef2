"""The desk's pure rules."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from desk.handlers.spans import SpanQuery
from desk.limits import AttemptLimiter
from desk.privacy import masked
from desk.reporting import cuts

JAKARTA = ZoneInfo("Asia/Jakarta")


@given(st.lists(st.integers(0, 1000), min_size=1).map(sorted), st.integers(1, 5), st.integers(1, 300))
def test_no_window_ever_holds_more_attempts_than_allowed(moments: list[int], attempts: int, window_s: int) -> None:
    limiter, let_in = AttemptLimiter(attempts, window_s), []
    for now in moments:
        if limiter.retry_after("key", now) == 0:
            limiter.attempted("key", now)
            let_in.append(now)
    for now in let_in:
        assert len([other for other in let_in if now - window_s < other <= now]) <= attempts


@given(st.integers(1, 5), st.floats(1, 300))
def test_after_waiting_as_long_as_told_one_may_try_again(attempts: int, window_s: float) -> None:
    limiter = AttemptLimiter(attempts, window_s)
    for _ in range(attempts):
        limiter.attempted("key", 0.0)
    wait = limiter.retry_after("key", 0.0)
    assert 0 < wait <= window_s
    assert limiter.retry_after("key", wait) == 0
    assert limiter.retry_after("other", 0.0) == 0


def test_made_up_names_do_not_fill_the_memory() -> None:
    limiter = AttemptLimiter(5, 300.0)
    for n in range(20_000):
        limiter.attempted(f"nobody{n}", 0.0)
    assert len(limiter._failures) <= 10_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["number", "diverted_from", "call", "operator", "x"]), inner)
    ),
)


@given(json_values)
def test_masking_hides_every_long_number_and_changes_nothing_else(value: Any) -> None:
    def numbers(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part[name] for name in ("number", "diverted_from") if isinstance(part.get(name), str)]
            return own + [n for inner in part.values() for n in numbers(inner)]
        return [n for inner in part for n in numbers(inner)] if isinstance(part, list) else []

    hidden = masked(value)
    assert all("•••" in number or not number for number in numbers(hidden))
    assert masked({"number": value, "operator": "me"}, "me") == {"number": value, "operator": "me"}


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 10))
def test_days_from_and_to_hold_whole_days_in_the_installations_time_zone(day: date, more: int) -> None:
    last = date.fromordinal(day.toordinal() + more)
    since, until = SpanQuery.model_validate({"from": day.isoformat(), "to": last.isoformat()}).bounds(JAKARTA)
    assert since is not None
    assert until is not None
    assert datetime.fromtimestamp(since, JAKARTA).isoformat().startswith(f"{day}T00:00:00")
    assert until - since == 86_400 * (more + 1)


@given(st.floats(1.5e9, 2e9), st.floats(0, 86_400 * 20), st.sampled_from(["hour", "day"]))
def test_the_parts_of_a_report_cover_its_span_without_gap_or_overlap(since: float, lasts: float, by: Any) -> None:
    until = since + lasts
    parts = cuts(by, since, until, JAKARTA, ())
    assert (parts[0].since, parts[-1].until) == (since, until)
    assert all(a.until == b.since for a, b in pairwise(parts))
    assert all(part.since <= part.until for part in parts)
