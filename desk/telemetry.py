"""What Prometheus sees of the desk. Labels are routes and statuses, never people or callers."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds


class Telemetry:
    """The desk's own series in the service's registry."""

    def __init__(self, registry: CollectorRegistry, sockets: Callable[[], int]) -> None:
        self._requests = Counter(
            "sambut_http_requests", "Answered requests", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "sambut_http_request_seconds",
            "Time from request to answer",
            ("method", "route"),
            registry=registry,
            buckets=_BUCKETS,
        )
        Gauge("sambut_websockets", "Open pages", registry=registry).set_function(sockets)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the pattern, such as `/api/v1/tickets/{number}`."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)
