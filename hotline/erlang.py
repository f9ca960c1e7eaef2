"""Erlang C: how many operators a load needs, if callers arrive at random and none gives up."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErlangC:
    """What a queue of this size would give: chance of waiting, share answered within the target, mean wait (s)."""

    wait_probability: float
    service_level: float
    asa_s: float


def erlang_c(load: float, operators: int, aht: float, target: float) -> ErlangC:
    """Figures for an offered load in Erlangs (calls per second × AHT), AHT and target in seconds.

    With no more operators than load the line grows for ever: everybody waits, and the mean wait is infinite.
    Raises `ValueError` for a negative load or target, an AHT that is not positive, or a negative number of operators.
    """
    if load < 0 or operators < 0 or aht <= 0 or target < 0:
        raise ValueError("load, operators and target must not be negative, and aht must be positive")
    if operators <= load:
        return ErlangC(0.0, 1.0, 0.0) if load == 0 else ErlangC(1.0, 0.0, math.inf)
    spare = operators - load
    blocked = _erlang_b(load, operators)
    waits = blocked / (1 - (load / operators) * (1 - blocked))
    return ErlangC(waits, 1 - waits * math.exp(-spare * target / aht), waits * aht / spare)


def _erlang_b(load: float, operators: int) -> float:
    """The chance that all operators are taken, by the recursion over their number (stable, no factorials)."""
    blocked = 1.0
    for count in range(1, operators + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked
