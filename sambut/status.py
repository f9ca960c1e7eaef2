"""What the status page tells of this node: engine, trunks, warnings."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from config import Installation
from desk import shapes
from desk.times import Clock, rfc3339
from sambut.backup.making import last_backup
from sip.engine import Engine
from sip.events import RegistrationChanged, TlsRefused

log = structlog.get_logger(__name__)

TLS_REFUSED_SHOWN_S = 3600.0
_FLAWS: Mapping[str, str] = {
    "expired": "it is not valid at this time",
    "untrusted": "no authority that we know vouches for it (setting tls_ca)",
    "invalid": "it is not fit for a server",
    "name": "it is another name's",
    "other_certificate": "it is not the pinned one",
    "no_certificate": "there was none",
}


class Status:
    """Facts about the running service that are not about a single call."""

    def __init__(self, installation: Installation, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.engine_up = True
        self.engine_restarts = 0
        self.engine_failing: Sequence[str] = ()
        """What is to be said of an engine that cannot be kept up."""
        self.accepting = False
        self.warnings: list[str] = [engine.warning] if engine.warning else []
        self.reloading: Sequence[str] = ()
        """What the last reading of the data files left undone, and why."""
        self._installation = installation
        self._clock = clock
        self._started_at = clock()
        self._registrations: dict[str, RegistrationChanged] = {}
        self._tls_refused: dict[str, tuple[float, str]] = {}
        self._asked: list[Callable[[], Sequence[str]]] = [self._refused_lately]

    def registration(self, event: RegistrationChanged) -> None:
        self._registrations[event.trunk] = event

    def tls_refused(self, event: TlsRefused) -> None:
        """Told on the page for an hour: somebody is on the way, or a certificate was renewed."""
        log.warning(
            "tls_peer_refused", trunk=event.trunk, source=event.address, reason=event.flaw, sha256=event.fingerprint
        )
        who = f"trunk {event.trunk}" if event.trunk else "a phone"
        text = f"{who} at {event.address} was not spoken to over TLS, by its certificate: {_FLAWS[event.flaw]}"
        if event.fingerprint:
            text += f" (sha256:{event.fingerprint})"
        self._tls_refused[event.trunk or event.address] = (self._clock(), text)

    def ask(self, warnings: Callable[[], Sequence[str]]) -> None:
        """Somebody else has warnings, too: asked each time the page is."""
        self._asked.append(warnings)

    def _refused_lately(self) -> list[str]:
        since = self._clock() - TLS_REFUSED_SHOWN_S
        return [text for at, text in self._tls_refused.values() if at > since]

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
            "warnings": [
                *self.engine_failing,
                *self.warnings,
                *(each for ask in self._asked for each in ask()),
                *self.reloading,
            ],
        }

    def _trunk(self, name: str) -> dict[str, object]:
        event = self._registrations.get(name)
        registered = None if event is None else event.active
        return {"name": name, "registered": registered, "status": None if event is None else event.status}
