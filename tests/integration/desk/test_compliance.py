"""Compliance over HTTP: figures of a span, the tickets behind them, and the table for a spreadsheet."""

import csv
from dataclasses import replace
from io import StringIO

import pytest

from hotline.ticket import EscalationState, Step, StepTime, Ticket
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.unit.hotline.a_life import at, question, run

DAY = "from=2026-11-23&to=2026-11-23"


def a_ticket(n: int, created_at: float, *steps: StepTime, **known: object) -> Ticket:
    return Ticket(f"HTL-2026-{n:06}", created_at, step=Step.ANSWER, operator="operator1", steps=steps, **known)  # type: ignore[arg-type]


@pytest.fixture
async def a_monday(built: House, clock: TestClock) -> None:
    """Two quick tickets, a slow one whose question waits for a coordinator, and one of Tuesday. It is Wednesday."""
    clock.ahead = at("25 09:00:00") - clock()
    nine, ten = at("23 09:00:00"), at("23 10:00:00")
    asked = question(EscalationState.COORDINATOR, (ten + 70, "escalate"), (ten + 100, "accept"), to="coordinator")
    for ticket in (
        a_ticket(1, nine, run(Step.IDENTITY, nine, nine + 30), category="informasi.pkb"),
        a_ticket(2, nine + 9, run(Step.IDENTITY, nine + 9, nine + 49, "operator2")),
        a_ticket(
            3,
            ten,
            run(Step.IDENTITY, ten, ten + 61),
            run(Step.ANSWER, ten + 61, ten + 500),
            category="informasi.pkb",
            escalation=replace(asked, coordinator="coordinator"),
        ),
        a_ticket(4, at("24 09:00:00"), run(Step.IDENTITY, at("24 09:00:00"), at("24 09:00:10"))),
    ):
        await built.store.tickets.open(ticket)


async def lines(arrive: Arrive, query: str) -> dict[str, dict]:
    answer = await (await arrive("supervisor")).get(f"/api/v1/compliance?{query}")
    assert answer.status == 200, answer.body
    return {line["key"]: line for line in answer.body["lines"]}


async def test_steps_and_waits_have_their_share_median_and_count(a_monday: None, arrive: Arrive) -> None:
    found = await lines(arrive, f"{DAY}&by=step")
    assert list(found) == ["identity", "answer", "asked", "coordinator"]
    identity = found["identity"]
    assert (identity["count"], identity["in_time"], identity["share"]) == (3, 2, 0.6667)
    assert (identity["median_s"], identity["p90_s"]) == (40.0, 61.0)
    assert (found["asked"]["own_s"], found["asked"]["in_time"]) == (30.0, 1)


async def test_waiting_for_the_coordinator_is_apart_from_the_operators_own_time(a_monday: None, arrive: Arrive) -> None:
    answer = (await lines(arrive, f"{DAY}&by=step"))["answer"]
    assert answer["own_s"] == 9.0
    assert answer["waiting_s"] > 400


async def test_operators_categories_and_days_are_other_cuts_of_the_same_steps(a_monday: None, arrive: Arrive) -> None:
    by_operator = await lines(arrive, f"{DAY}&by=operator")
    assert {key: line["count"] for key, line in by_operator.items()} == {"operator1": 3, "operator2": 1}
    by_category = await lines(arrive, f"{DAY}&by=category")
    assert {key: line["count"] for key, line in by_category.items()} == {"-": 1, "informasi.pkb": 3}
    by_day = await lines(arrive, "from=2026-11-23&to=2026-11-24&by=day&clock=identity")
    assert {key: line["count"] for key, line in by_day.items()} == {"2026-11-23": 3, "2026-11-24": 1}


async def test_a_figure_leads_to_the_tickets_behind_it_the_slowest_first(a_monday: None, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    all_of_them = (await supervisor.get(f"/api/v1/compliance/passages?{DAY}&by=step&key=identity")).body
    assert [item["ticket"] for item in all_of_them["items"]] == [
        "HTL-2026-000003",
        "HTL-2026-000002",
        "HTL-2026-000001",
    ]
    late = (await supervisor.get(f"/api/v1/compliance/passages?{DAY}&by=operator&key=operator1&late=true")).body
    assert [(item["ticket"], item["clock"], item["own_s"]) for item in late["items"]] == [
        ("HTL-2026-000003", "identity", 61.0)
    ]
    assert late["total"] == 1


async def test_the_table_for_a_spreadsheet_has_the_same_lines(a_monday: None, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    answer = await supervisor.get(f"/api/v1/compliance.csv?{DAY}&by=step")
    assert answer.headers["Content-Disposition"] == ('attachment; filename="kepatuhan-step-2026-11-23-2026-11-23.csv"')
    rows = list(csv.DictReader(StringIO(answer.raw.decode("utf-8-sig"))))
    assert [(row["key"], row["count"], row["in_time"]) for row in rows[:1]] == [("identity", "3", "2")]


async def test_a_day_without_tickets_has_no_lines_and_no_total(arrive: Arrive) -> None:
    answer = (await (await arrive("supervisor")).get("/api/v1/compliance?from=2026-01-05&to=2026-01-05")).body
    assert (answer["lines"], answer["total"]) == ([], None)


async def test_a_span_of_more_than_a_year_is_refused_in_words(arrive: Arrive) -> None:
    answer = await (await arrive("supervisor")).get("/api/v1/compliance?from=2024-01-01&to=2026-11-23")
    assert (answer.status, answer.body["errors"][0]["code"]) == (422, "bad_span")


async def test_operators_do_not_see_each_others_figures(arrive: Arrive) -> None:
    assert (await (await arrive("operator1")).get("/api/v1/compliance")).status == 403
