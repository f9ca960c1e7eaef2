"""An engine that dies again and again is replaced at once a few times, and then with a pause before each."""

from sip.link.restarts import Restarts


def test_a_few_are_made_at_once_and_the_next_wait() -> None:
    restarts = Restarts(most=3, within_s=60, pause_s=5)
    assert [restarts.next(at) for at in (0, 1, 2)] == [0, 0, 0]
    assert [restarts.next(at) for at in (3, 8, 13)] == [5, 5, 5]
    assert restarts.total == 6


def test_after_a_quiet_minute_they_are_made_at_once_again() -> None:
    restarts = Restarts(most=2, within_s=60, pause_s=5)
    assert [restarts.next(at) for at in (0, 1, 2)] == [0, 0, 5]
    assert restarts.next(68) == 0
