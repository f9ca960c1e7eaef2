"""What Prometheus sees of the calls. Counts and states only, never people."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from desk.handlers.system import version
from sambut.status import Status
from sambut.switchboard import Switchboard
from sip.door import COUNTERS
from storage import Store


class Counted(Collector):
    """A counter that somebody else counts, read when Prometheus asks."""

    def __init__(self, name: str, text: str, count: Callable[[], int]) -> None:
        self._name, self._text, self._count = name, text, count

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(self._name, self._text, value=self._count())


class CountedByKind(Collector):
    """Counters of one name that somebody else counts together, by the label `what`."""

    def __init__(self, name: str, text: str, kinds: Iterable[str], count: Callable[[], Mapping[str, int]]) -> None:
        self._name, self._text, self._kinds, self._count = name, text, kinds, count

    def collect(self) -> Iterator[CounterMetricFamily]:
        counted, family = self._count(), CounterMetricFamily(self._name, self._text, labels=("what",))
        for kind in self._kinds:
            family.add_metric((kind,), counted.get(kind, 0))
        yield family


def observe(
    registry: CollectorRegistry,
    switchboard: Switchboard,
    store: Store,
    status: Status,
    rtp_strangers: Callable[[], int],
) -> None:
    """Register gauges and counters that are read when Prometheus asks."""
    text = "RTP and RTCP packets of others than a call's peer, dropped unheard"
    registry.register(Counted("sambut_rtp_strangers", text, rtp_strangers))
    engine = Gauge("sambut_engine_up", "1 while the SIP engine takes calls", registry=registry)
    engine.set_function(lambda: float(status.engine_up))
    text = "Engines that took the place of one that died or hung"
    registry.register(Counted("sambut_engine_restarts", text, lambda: status.engine_restarts))
    calls = Gauge("sambut_calls", "Calls that are up, by state", ("state",), registry=registry)
    for state in ("ivr", "waiting", "ringing", "talking", "hold", "message"):
        calls.labels(state).set_function(partial(switchboard.count, state))
    Gauge("sambut_legs", "SIP legs that are up", registry=registry).set_function(lambda: switchboard.legs)
    text = "What the SIP door let pass and refused"
    registry.register(CountedByKind("sambut_sip_door", text, COUNTERS, switchboard.refusals))
    journal = Gauge("sambut_journal_spooling", "1 while records go to the disk spool", registry=registry)
    journal.set_function(lambda: float(store.journal.spooling))
    backup = Gauge(
        "sambut_last_backup_timestamp_seconds", "When the last good backup was made; 0: never", registry=registry
    )
    backup.set_function(lambda: status.last_backup() or 0.0)


def tell_build(registry: CollectorRegistry, store: Store) -> None:
    """What runs here, once the tables' revision is known."""
    labels = ("version", "schema")
    build = Gauge("sambut_build_info", "Always 1: the program, and its tables' revision", labels, registry=registry)
    build.labels(version(), store.schema or "").set(1)
