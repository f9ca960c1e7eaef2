"""What Prometheus sees of the calls. Counts and states only, never people."""

from functools import partial

from prometheus_client import CollectorRegistry, Gauge

from desk.handlers.system import version
from sambut.switchboard import Switchboard
from sip.door import COUNTERS
from storage import Store


def observe(registry: CollectorRegistry, switchboard: Switchboard, store: Store) -> None:
    """Register gauges that are read when Prometheus asks."""
    calls = Gauge("sambut_calls", "Calls that are up, by state", ("state",), registry=registry)
    for state in ("ivr", "waiting", "ringing", "talking", "hold", "message"):
        calls.labels(state).set_function(partial(switchboard.count, state))
    Gauge("sambut_legs", "SIP legs that are up", registry=registry).set_function(lambda: switchboard.legs)
    door = Gauge("sambut_sip_door", "What the SIP door let pass and refused", ("what",), registry=registry)
    for what in COUNTERS:
        door.labels(what).set_function(partial(switchboard.refusals, what))
    journal = Gauge("sambut_journal_spooling", "1 while records go to the disk spool", registry=registry)
    journal.set_function(lambda: float(store.journal.spooling))


def tell_build(registry: CollectorRegistry, store: Store) -> None:
    """What runs here, once the tables' revision is known."""
    labels = ("version", "schema")
    build = Gauge("sambut_build_info", "Always 1: the program, and its tables' revision", labels, registry=registry)
    build.labels(version(), store.schema or "").set(1)
