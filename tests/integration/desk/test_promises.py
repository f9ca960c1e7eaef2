"""A caller is promised a call only at a time at which somebody is there to make it, whatever program asks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import Hours
from config.hours import DAYS, Span
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, Reply
from tests.integration.desk.test_validation import act, number, operator

__all__ = ["number", "operator"]

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def parts() -> dict[str, Any]:
    """Open every day from eight to three."""
    day = (Span(open="08:00", close="15:00"),)
    return {"hours": Hours(timezone=JAKARTA.key, week=dict.fromkeys(DAYS, day), holidays=False)}


def tomorrow(built: House, clock: str) -> datetime:
    today = datetime.fromtimestamp(built.switchboard.clock(), JAKARTA)
    return datetime.fromisoformat(f"{today.date() + timedelta(days=1)} {clock}").replace(tzinfo=JAKARTA)


async def promise(operator: Person, number: str, at: datetime) -> Reply:
    return await act(operator, number, "escalate", way="call_back", question="Apa?", promised_at=at.isoformat())


async def test_a_promise_outside_working_hours_is_refused_with_the_next_time_that_may_be_promised(
    built: House, operator: Person, number: str
) -> None:
    refused = await promise(operator, number, tomorrow(built, "05:30"))

    assert (refused.status, refused.code) == (422, "invalid")
    (error,) = refused.body["errors"]
    assert (error["field"], error["code"]) == ("promised_at", "promise_outside_hours")
    upcoming = tomorrow(built, "08:15")
    assert datetime.fromisoformat(refused.body["next"]) == upcoming
    assert f"{upcoming:%d/%m/%Y %H.%M}" in error["message"]["id"]
    stored = (await operator.get(f"/api/v1/tickets/{number}")).body
    assert (stored["escalation"], stored["callback"]) == (None, None)

    assert (await promise(operator, number, upcoming)).status == 200


async def test_a_time_that_is_past_is_told_to_be_past_even_when_it_lay_outside_working_hours(
    built: House, operator: Person, number: str
) -> None:
    refused = await promise(operator, number, tomorrow(built, "05:30") - timedelta(days=2))

    assert [error["code"] for error in refused.body["errors"]] == ["promise_past"]


async def test_a_time_beyond_every_calendar_is_refused_and_breaks_nothing(operator: Person, number: str) -> None:
    refused = await promise(operator, number, datetime.max.replace(tzinfo=UTC))
    assert (refused.code, [error["field"] for error in refused.body["errors"]]) == ("invalid", ["promised_at"])

    judged = await operator.get("/api/v1/promises?at=9999-12-31T23:59:59Z")
    assert (judged.code, [error["field"] for error in judged.body["errors"]]) == ("invalid", ["at"])
