"""Short questions to a list of effects."""

from collections.abc import Iterable
from typing import TypeVar

from hotline.effects import Connect, Effect, Log, Ring, StopRinging, WaitExpired
from hotline.facts import EventName, Fact

E = TypeVar("E")


def of_type(kind: type[E], effects: Iterable[Effect]) -> list[E]:
    return [effect for effect in effects if isinstance(effect, kind)]


def rung(effects: Iterable[Effect]) -> list[tuple[str, str]]:
    """(call, operator) of every phone that is to ring, in order."""
    return [(ring.call, ring.operator) for ring in of_type(Ring, effects)]


def offer(effects: Iterable[Effect]) -> str:
    """The offer of the one phone that is to ring."""
    (ring,) = of_type(Ring, effects)
    return ring.offer


def stopped(effects: Iterable[Effect]) -> list[tuple[str, str, str]]:
    """(call, operator, reason) of every phone that is to stop."""
    return [(stop.call, stop.operator, stop.reason.value) for stop in of_type(StopRinging, effects)]


def connected(effects: Iterable[Effect]) -> list[tuple[str, str]]:
    return [(connect.call, connect.operator) for connect in of_type(Connect, effects)]


def expired(effects: Iterable[Effect]) -> list[str]:
    return [gone.call for gone in of_type(WaitExpired, effects)]


def facts(effects: Iterable[Effect]) -> list[Fact]:
    return [log.fact for log in of_type(Log, effects)]


def names(effects: Iterable[Effect]) -> list[EventName]:
    return [fact.name for fact in facts(effects)]
