"""The estimated wait comes from the queue's own recent service."""

import pytest

from config.queues import QueueRules
from hotline.distributor import Distributor
from hotline.estimate import RECENT_CALLS, RECENT_S, ServiceTimes, estimated_wait_s
from tests.unit.hotline.effects_of import offer


def test_with_three_operators_and_three_minutes_each_the_second_in_line_waits_two_minutes() -> None:
    assert estimated_wait_s(1, 3, 180.0) == pytest.approx(120.0)


def test_nothing_is_said_without_recent_service_or_without_operators() -> None:
    assert estimated_wait_s(0, 3, None) is None
    assert estimated_wait_s(0, 0, 180.0) is None


def test_service_that_is_old_or_many_calls_ago_does_not_count() -> None:
    service = ServiceTimes()
    service.add(0, 1000)
    for _ in range(RECENT_CALLS):
        service.add(100, 60)
    assert service.mean_s(100) == 60
    assert service.mean_s(101 + RECENT_S) is None


def test_a_queue_learns_from_its_calls_and_counts_those_who_serve_it() -> None:
    house = Distributor([QueueRules(name="utama", wrap_up_s=20)])
    house.ready("ani", 0)
    ringing = offer(house.caller_entered("c1", "utama", 0))
    house.answered(ringing, "ani", 10)
    house.caller_entered("c2", "utama", 12)
    house.caller_entered("c3", "utama", 13)
    assert house.estimated_wait_s("c3", 13) is None
    house.call_over("c1", 100, "caller")
    house.tick(120)  # taken up for 120 s in all: ring, talk and wrap-up
    assert house.estimated_wait_s("c2", 120) == 0.0
    assert house.estimated_wait_s("c3", 120) == pytest.approx(240.0)
    house.pause("budi", "makan", 121)
    assert house.estimated_wait_s("c3", 121) == pytest.approx(240.0)
    house.caller_entered("c4", "utama", 122)
    house.ready("budi", 123)
    assert house.estimated_wait_s("c4", 123) == pytest.approx(180.0)
