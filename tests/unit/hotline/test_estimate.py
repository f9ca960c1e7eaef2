"""The estimated wait comes from the queue's own recent service."""

import heapq
from random import Random
from statistics import fmean

import pytest

from config.queues import QueueRules
from hotline.distributor import Distributor
from hotline.effects import Effect, Ring
from hotline.estimate import RECENT_CALLS, RECENT_S, ServiceTimes, estimated_wait_s, operators_for
from tests.unit.hotline.effects_of import connected, of_type, offer


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


def test_who_serves_two_queues_counts_for_each_by_the_work_that_waits_there() -> None:
    crews = {frozenset({"pajak"}): 1, frozenset({"pajak", "bpkb"}): 2, frozenset({"bpkb"}): 0}
    assert operators_for("pajak", crews, {"pajak": 300.0, "bpkb": 100.0}) == pytest.approx(1 + 2 * 0.75)
    assert operators_for("bpkb", crews, {"pajak": 300.0, "bpkb": 100.0}) == pytest.approx(2 * 0.25)
    assert operators_for("pajak", crews, {"pajak": 300.0, "bpkb": 0.0}) == pytest.approx(3)


SERVICE_S = {"pajak": 120.0, "bpkb": 240.0}
CREWS = [("ani", ("pajak",)), ("budi", ("pajak", "bpkb")), ("citra", ("pajak", "bpkb")), ("dedi", ("bpkb",))]


class Rush:
    """More callers than operators: the real distributor, with exponential times of service, until all are served."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._house = Distributor([QueueRules(name=queue, wrap_up_s=0) for queue in SERVICE_S])
        self._ends: list[tuple[float, str]] = []  # when which call will be over
        self._queue_of: dict[str, str] = {}
        self._entered: dict[str, float] = {}
        self.estimated: dict[str, dict[str, float]] = {queue: {} for queue in SERVICE_S}
        self.waited: dict[str, dict[str, float]] = {queue: {} for queue in SERVICE_S}

    def run(self) -> None:
        for name, queues in CREWS:
            self._house.set_members(name, dict.fromkeys(queues, 0), 0.0)
            self._house.ready(name, 0.0)
        now = 0.0
        for number in range(150):
            now += self._random.expovariate(1 / 30)
            self._serve_until(now)
            self._enter(f"c{number}", self._random.choice(["pajak", "pajak", "bpkb"]), now)
        self._serve_until(float("inf"))

    def _enter(self, call: str, queue: str, now: float) -> None:
        self._queue_of[call], self._entered[call] = queue, now
        self._answer(self._house.caller_entered(call, queue, now), now)
        estimate = self._house.estimated_wait_s(call, now)
        if estimate is not None:
            self.estimated[queue][call] = estimate

    def _answer(self, effects: list[Effect], now: float) -> None:
        for ring in of_type(Ring, effects):
            for call, _ in connected(self._house.answered(ring.offer, ring.operator, now)):
                queue = self._queue_of[call]
                self.waited[queue][call] = now - self._entered[call]
                lasts_s = self._random.expovariate(1 / SERVICE_S[queue])
                heapq.heappush(self._ends, (now + lasts_s, call))

    def _serve_until(self, now: float) -> None:
        while self._ends and self._ends[0][0] <= now:
            at, call = heapq.heappop(self._ends)
            self._answer(self._house.call_over(call, at, "caller"), at)


def test_in_a_rush_on_queues_that_share_operators_the_estimate_is_right_on_average() -> None:
    estimated: dict[str, list[float]] = {queue: [] for queue in SERVICE_S}
    waited: dict[str, list[float]] = {queue: [] for queue in SERVICE_S}
    for seed in range(20):
        rush = Rush(seed)
        rush.run()
        for queue in SERVICE_S:
            asked = [call for call in rush.estimated[queue] if call in rush.waited[queue]]
            estimated[queue] += [rush.estimated[queue][call] for call in asked]
            waited[queue] += [rush.waited[queue][call] for call in asked]
    for queue in SERVICE_S:
        assert fmean(estimated[queue]) == pytest.approx(fmean(waited[queue]), rel=0.15)
