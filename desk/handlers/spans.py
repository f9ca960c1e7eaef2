"""Spans of time in a query: `from` and `to`, as days or as moments."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field

from desk.field_errors import field_error, words
from desk.handlers.fields import Day, Moment
from desk.problems import Problem


def _plus_again(value: object) -> object:
    """`+07:00` typed into an address without encoding arrives as ` 07:00`."""
    return value.replace(" ", "+") if isinstance(value, str) and "T" in value else value


MomentOrDay = Annotated[Moment | Day | None, Field(union_mode="left_to_right"), BeforeValidator(_plus_again)]


class SpanQuery(BaseModel, extra="forbid"):
    """`from` is inclusive. `to` is exclusive for a moment, and includes the whole of a day."""

    since: MomentOrDay = Field(None, alias="from", description="RFC 3339 moment, or a day")
    until: MomentOrDay = Field(None, alias="to", description="RFC 3339 moment (exclusive), or a day (inclusive)")

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


def within(query: SpanQuery, now: float, zone: ZoneInfo, longest_days: int) -> tuple[float, float]:
    """A report's span in epoch seconds: from today's beginning and until now, unless the query says otherwise.

    Raises `Problem` invalid for one that runs backwards or is too long to count while calls go on.
    """
    since, until = query.bounds(zone)
    begin = midnight(datetime.fromtimestamp(now, zone).date(), zone).timestamp() if since is None else since
    end = now if until is None else min(until, now)
    if not 0 <= end - begin <= longest_days * 86_400:
        message = words(
            f"Rentang waktu harus maju dan paling panjang {longest_days} hari.",
            f"The span must run forward, {longest_days} days at the most.",
        )
        raise Problem("invalid", errors=[field_error("from", "bad_span", message)])
    return begin, end
