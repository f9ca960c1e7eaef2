"""A service that fails is left alone, and tried again by one question."""

from hypothesis import given
from hypothesis import strategies as st

from config.vehicles import Breaker as Rules
from vehicles.breaker import Breaker

RULES = Rules(failures=3, pause_s=30)


def opened() -> Breaker:
    """It failed three times, the last time at 0."""
    breaker = Breaker(RULES)
    for _ in range(3):
        assert breaker.allows(0)
        breaker.failed(0)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker(RULES)
    for _ in range(2):
        breaker.failed(0)
    breaker.worked()
    breaker.failed(0)
    breaker.failed(0)
    assert breaker.allows(0)
    breaker.failed(0)
    assert not breaker.allows(0)


def test_after_the_pause_one_question_goes_out_and_the_others_wait_for_it() -> None:
    breaker = opened()
    assert [breaker.allows(29.9), breaker.allows(30), breaker.allows(31)] == [False, True, False]
    breaker.worked()
    assert breaker.allows(31)
    assert breaker.allows(31)


def test_a_trial_that_fails_begins_the_pause_anew() -> None:
    breaker = opened()
    assert breaker.allows(30)
    breaker.failed(35)
    assert [breaker.allows(64), breaker.allows(65)] == [False, True]


def test_a_trial_that_nobody_waits_for_leaves_room_for_the_next() -> None:
    breaker = opened()
    assert breaker.allows(30)
    breaker.dropped()
    assert breaker.allows(30)


@given(st.lists(st.tuples(st.sampled_from(["worked", "failed", "dropped"]), st.floats(0, 100)), max_size=60))
def test_it_never_stays_shut_longer_than_the_pause(steps: list[tuple[str, float]]) -> None:
    breaker, now = Breaker(RULES), 0.0
    for end, waited in steps:
        now += waited
        if breaker.allows(now):
            getattr(breaker, end)(*([now] if end == "failed" else []))
    assert breaker.allows(now + RULES.pause_s)
