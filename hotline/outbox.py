"""Collects, in order, what one event made the distributor ask for."""

from collections.abc import Mapping

from hotline.effects import Effect, Log
from hotline.facts import EventName, Fact, Value


class Outbox:
    """Effects since the last `drain`, oldest first."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []

    def add(self, effect: Effect) -> None:
        """Ask for one thing."""
        self._effects.append(effect)

    def log(
        self,
        name: EventName,
        at: float,
        *,
        call: str | None = None,
        queue: str | None = None,
        operator: str | None = None,
        data: Mapping[str, Value] | None = None,
    ) -> None:
        """Ask for one row of the event log."""
        self.add(Log(Fact(name, at, call, queue, operator, data or {})))

    def drain(self) -> list[Effect]:
        """Everything asked for, which is then forgotten."""
        effects, self._effects = self._effects, []
        return effects
