"""What the status page tells of this node: engine, trunks, warnings."""

from collections.abc import Sequence

from config import Installation
from desk import shapes
from desk.times import Clock, rfc3339
from sambut.backup.making import last_backup
from sip.engine import Engine
from sip.events import RegistrationChanged


class Status:
    """Facts about the running service that are not about a single call."""

    def __init__(self, installation: Installation, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.accepting = False
        self.warnings: list[str] = [engine.warning] if engine.warning else []
        self.reloading: Sequence[str] = ()
        """What the last reading of the data files left undone, and why."""
        self._installation = installation
        self._clock = clock
        self._started_at = clock()
        self._registrations: dict[str, RegistrationChanged] = {}

    def registration(self, event: RegistrationChanged) -> None:
        self._registrations[event.trunk] = event

    def warn(self, warnings: Sequence[str]) -> None:
        self.warnings.extend(warnings)

    def last_backup(self) -> float | None:
        """When the last good one was made, in Unix seconds; None if none is known of."""
        return last_backup(self._installation.settings.data)

    def view(self) -> shapes.Status:
        return {
            "engine": f"pjsua2 {self.engine.version}",
            "accepting": self.accepting,
            "trunks": [self._trunk(trunk.name) for trunk in self._installation.settings.trunks],
            "nodes": [{"name": self._installation.settings.node, "started_at": rfc3339(self._started_at)}],
            "last_backup": None if (made_at := self.last_backup()) is None else rfc3339(made_at),
            "warnings": [*self.warnings, *self.reloading],
        }

    def _trunk(self, name: str) -> dict[str, object]:
        event = self._registrations.get(name)
        registered = None if event is None else event.active
        return {"name": name, "registered": registered, "status": None if event is None else event.status}
