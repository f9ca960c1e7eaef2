"""The price of one queue decision, against the number of waiting callers: `python tests/load/bench_queue.py`.

Prints one JSON line per strategy and size, and one with the growth between the sizes beside the growth of log n.
A decision is one event that makes the distributor choose: an operator becomes free and gets the next caller (call over,
without wrap-up), the operator answers, a caller enters, a caller leaves.
"""

import gc
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from config.queues import QueueRules  # noqa: E402 - the path above makes the script run from anywhere
from hotline.distributor import Distributor  # noqa: E402
from hotline.effects import Effect, Ring  # noqa: E402

STRATEGIES = ("longest_idle", "round_robin", "fewest_calls", "ring_all", "linear")
SIZES = (100, 1_000, 10_000, 100_000)
OPERATORS = 1_000
QUEUES = 5
ROUNDS = 1_000
LIMIT_US = 1_000
"""What one decision may cost (issue 2), in microseconds."""


class House:
    """Several queues of one strategy, all operators busy, and a line before each."""

    def __init__(self, strategy: str, waiting: int) -> None:
        rules = [
            QueueRules.model_validate({"name": f"q{n}", "strategy": strategy, "wrap_up_s": 0, "max_wait_s": 7200})
            for n in range(QUEUES)
        ]
        self.distributor = Distributor(rules)
        self.now = 0.0
        self.entered = 0
        self.talking: list[str] = []
        self.samples_us: list[float] = []
        self._fill(waiting)

    def _fill(self, waiting: int) -> None:
        for n in range(OPERATORS):
            # Everybody serves two queues, every other one at a penalty.
            seats = {f"q{n % QUEUES}": 0, f"q{(n + 1) % QUEUES}": n % 2}
            self.distributor.set_members(
                f"operator{n}", seats, self.now, skills=frozenset({"english"} if n % 4 else ())
            )
        for _ in range(OPERATORS + waiting):
            self._enter()
        for n in range(OPERATORS):
            self._answer_first(self.distributor.ready(f"operator{n}", self._tick()))
        self.samples_us.clear()

    def round(self) -> None:
        """One call ends and its operator gets the next caller; one caller gives up, two come."""
        over = self.talking.pop(0)
        self._answer_first(self._timed(lambda: self.distributor.call_over(over, self._tick(), "caller")))
        leaver = f"c{self.entered}"
        self._timed(lambda: self.distributor.caller_left(leaver, self._tick()))
        self._timed(self._enter)
        self._timed(self._enter)

    def _answer_first(self, effects: list[Effect]) -> None:
        """The first phone that is to ring is answered, if any is."""
        ring = next((effect for effect in effects if isinstance(effect, Ring)), None)
        if ring is not None:
            self._timed(lambda: self.distributor.answered(ring.offer, ring.operator, self._tick()))
            self.talking.append(ring.call)

    def _enter(self) -> list[Effect]:
        self.entered += 1
        skills = frozenset({"english"} if self.entered % 3 == 0 else ())
        call, queue = f"c{self.entered}", f"q{self.entered % QUEUES}"
        return self.distributor.caller_entered(
            call, queue, self._tick(), priority=int(self.entered % 7 == 0), skills=skills
        )

    def _tick(self) -> float:
        self.now += 0.001
        return self.now

    def _timed(self, decide: Callable[[], list[Effect]]) -> list[Effect]:
        began = time.perf_counter_ns()
        effects = decide()
        self.samples_us.append((time.perf_counter_ns() - began) / 1000)
        return effects


def measure(strategy: str, waiting: int) -> dict[str, object]:
    """The figures of one strategy at one size."""
    house = House(strategy, waiting)
    for _ in range(ROUNDS):
        house.round()
    samples = sorted(house.samples_us)
    return {
        "benchmark": "queue.decision",
        "strategy": strategy,
        "waiting": waiting,
        "operators": OPERATORS,
        "queues": QUEUES,
        "p50_us": round(samples[len(samples) // 2], 1),
        "p99_us": round(samples[len(samples) * 99 // 100], 1),
        "per_decision_us": round(sum(samples) / len(samples), 1),
    }


def growth(rows: list[dict[str, object]]) -> dict[str, object]:
    """How the mean decision grows from the smallest to the largest line, beside log n."""
    first, last = rows[0], rows[-1]
    cost = float(str(last["per_decision_us"])) / float(str(first["per_decision_us"]))
    logarithm = math.log(int(str(last["waiting"]))) / math.log(int(str(first["waiting"])))
    return {
        "benchmark": "queue.growth",
        "strategy": first["strategy"],
        "from": first["waiting"],
        "to": last["waiting"],
        "cost_ratio": round(cost, 2),
        "log_ratio": round(logarithm, 2),
        "no_faster_than_log_n": cost <= logarithm,
    }


def main() -> int:
    """Measure every strategy; 1 when a decision costs too much at 10,000 waiting, or grows faster than log n."""
    failed = False
    gc.freeze()
    for strategy in STRATEGIES:
        rows = []
        for waiting in SIZES:
            row = measure(strategy, waiting)
            rows.append(row)
            print(json.dumps(row), flush=True)
            failed |= waiting <= 10_000 and float(str(row["p99_us"])) > LIMIT_US
        grown = growth(rows)
        print(json.dumps(grown), flush=True)
        failed |= not grown["no_faster_than_log_n"]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
