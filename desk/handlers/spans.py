"""Spans of time in a query: `from` and `to`, as days or as moments."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field


def _plus_again(value: object) -> object:
    """`+07:00` typed into an address without encoding arrives as ` 07:00`."""
    return value.replace(" ", "+") if isinstance(value, str) and "T" in value else value


Moment = Annotated[AwareDatetime | date | None, Field(union_mode="left_to_right"), BeforeValidator(_plus_again)]


class SpanQuery(BaseModel, extra="forbid"):
    """`from` is inclusive. `to` is exclusive for a moment, and includes the whole of a day."""

    since: Moment = Field(None, alias="from", description="RFC 3339 moment, or a day")
    until: Moment = Field(None, alias="to", description="RFC 3339 moment (exclusive), or a day (inclusive)")

    def bounds(self, zone: ZoneInfo) -> tuple[float | None, float | None]:
        """Epoch seconds; None for an open end. Days begin at midnight in `zone`."""
        return _begin(self.since, zone), _end(self.until, zone)


def _begin(moment: date | datetime | None, zone: ZoneInfo) -> float | None:
    if moment is None:
        return None
    return (moment if isinstance(moment, datetime) else midnight(moment, zone)).timestamp()


def _end(moment: date | datetime | None, zone: ZoneInfo) -> float | None:
    if moment is None or isinstance(moment, datetime):
        return _begin(moment, zone)
    return midnight(moment + timedelta(days=1), zone).timestamp()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins."""
    return datetime.combine(day, time.min, zone)
