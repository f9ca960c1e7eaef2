"""Reports: METRICS.md's own example, whole and in parts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.facts import EventName, Fact
from storage.records import EventLogged
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House

ZONE = ZoneInfo("Asia/Jakarta")
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


def call(name: str, entered: datetime, how: EventName, wait_s: float) -> tuple[Fact, Fact]:
    at = entered.timestamp()
    operator = "operator1" if how is EventName.CONNECT else None
    return Fact(EventName.ENTERQUEUE, at, name, "utama"), Fact(how, at + wait_s, name, "utama", operator)


@pytest.fixture
async def example(built: House) -> None:
    """80 answered, 60 of them in time; 20 abandoned, 10 of them within 5 seconds: spread over two hours."""
    waits = [(EventName.CONNECT, 10.0)] * 60 + [(EventName.CONNECT, 30.0)] * 20
    waits += [(EventName.ABANDON, 3.0)] * 10 + [(EventName.ABANDON, 40.0)] * 10
    facts: list[Fact] = []
    for n, (how, wait_s) in enumerate(waits):
        facts += call(f"c{n}", NINE + timedelta(minutes=n), how, wait_s)
    facts.sort(key=lambda fact: fact.at)
    await built.store.journal.write(*(EventLogged(fact) for fact in facts))


async def test_a_day_has_the_figures_of_the_written_example(example: None, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    report = (await supervisor.get("/api/v1/metrics?from=2026-03-02&to=2026-03-02&by=day")).body
    total = report["total"]
    counts = ("offered", "answered", "answered_within", "abandoned", "abandoned_within", "short_abandons")
    assert [total[name] for name in counts] == [100, 80, 60, 20, 10, 10]
    assert total["service_level"] == pytest.approx(60 / 90)
    assert total["service_level_strict"] == pytest.approx(0.6)
    assert total["service_level_answered"] == pytest.approx(0.75)
    assert total["service_level_with_abandons"] == pytest.approx(0.7)
    assert total["abandon_rate"] == pytest.approx(0.2)
    assert total["asa_s"] == pytest.approx(15.0)
    assert set(total["formulas"]) >= {"service_level", "asa_s", "aht_s", "abandon_rate"}
    assert [span["key"] for span in report["spans"]] == ["2026-03-02T00:00+07:00"]


async def test_hours_add_up_to_the_day_also_for_calls_that_cross_the_hour(example: None, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    report = (await supervisor.get("/api/v1/metrics?from=2026-03-02&to=2026-03-02&by=hour")).body
    assert len(report["spans"]) == 24
    for name in ("offered", "answered", "answered_within", "abandoned", "short_abandons"):
        assert sum(span["figures"][name] for span in report["spans"]) == report["total"][name]
    assert report["spans"][9]["key"] == "2026-03-02T09:00+07:00"
    assert report["spans"][9]["figures"]["offered"] == 60


async def test_a_call_that_is_answered_after_the_end_of_a_span_counts_as_answered_in_it(
    built: House, arrive: Arrive
) -> None:
    facts = call("late", NINE + timedelta(minutes=59, seconds=55), EventName.CONNECT, 15.0)
    await built.store.journal.write(*(EventLogged(fact) for fact in facts))
    supervisor = await arrive("supervisor")
    report = (await supervisor.get("/api/v1/metrics?from=2026-03-02&to=2026-03-02&by=hour")).body
    nine, ten = report["spans"][9]["figures"], report["spans"][10]["figures"]
    assert (nine["offered"], nine["answered"], nine["asa_s"]) == (1, 1, 15.0)
    assert (ten["offered"], ten["answered"]) == (0, 0)


async def test_figures_can_be_cut_by_queue(built: House, example: None, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    report = (await supervisor.get("/api/v1/metrics?from=2026-03-02&to=2026-03-02&by=queue")).body
    assert {span["key"]: span["figures"]["offered"] for span in report["spans"]} == {"utama": 100}


async def test_without_a_span_it_is_today_so_far(arrive: Arrive) -> None:
    report = (await (await arrive("supervisor")).get("/api/v1/metrics")).body
    assert report["total"]["offered"] == 0
    assert report["total"]["service_level"] is None
    assert report["since"].endswith("T00:00:00.000+07:00")


@pytest.mark.parametrize("query", ["from=2026-03-02&to=2026-02-20", "from=2020-01-01&by=hour", "by=moon"])
async def test_a_span_that_cannot_be_is_refused(arrive: Arrive, query: str) -> None:
    assert (await (await arrive("supervisor")).get(f"/api/v1/metrics?{query}")).code == "invalid"
