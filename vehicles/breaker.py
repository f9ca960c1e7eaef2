"""A circuit breaker: a service that fails again and again is left alone for a while. Pure; time is an argument.

The pattern is M. Nygard's (Release It!, "Circuit Breaker"): closed, open, and half-open with one question on trial.
"""

from dataclasses import dataclass

from config.vehicles import Breaker as Rules


@dataclass(slots=True)
class Breaker:
    """Every question that `allows` says yes to must end in `worked`, `failed` or `dropped`. Times are in seconds."""

    rules: Rules
    _failures: int = 0
    _open_until: float | None = None
    _on_trial: bool = False

    def allows(self, now: float) -> bool:
        """Whether to ask the service now."""
        if self._open_until is None:
            return True
        if self._on_trial or now < self._open_until:
            return False
        self._on_trial = True
        return True

    def worked(self) -> None:
        """The service answered, whatever it said."""
        self._failures, self._open_until, self._on_trial = 0, None, False

    def failed(self, now: float) -> None:
        """No answer that can be used."""
        self._failures += 1
        if self._on_trial or self._failures >= self.rules.failures:
            self._open_until = now + self.rules.pause_s
        self._on_trial = False

    def dropped(self) -> None:
        """Nobody waits for the answer any more: it tells nothing about the service."""
        self._on_trial = False
