"""What Prometheus is told of what others count."""

from prometheus_client import CollectorRegistry, generate_latest

from sambut.telemetry import CountedByKind


def test_what_the_door_counts_is_read_once_and_are_counters() -> None:
    asked = []

    def count() -> dict[str, int]:
        asked.append(1)
        return {"passed": 7, "too_many": 2}

    registry = CollectorRegistry(auto_describe=False)
    registry.register(CountedByKind("sambut_sip_door", "text", ("passed", "strangers"), count))
    asked.clear()
    lines = generate_latest(registry).decode().splitlines()
    assert "# TYPE sambut_sip_door_total counter" in lines
    assert [line for line in lines if not line.startswith("#")] == [
        'sambut_sip_door_total{what="passed"} 7.0',
        'sambut_sip_door_total{what="strangers"} 0.0',
    ]
    assert len(asked) == 1
