"""Working days and hours: when the hotline answers (SOP step 1: "pada hari dan jam kerja")."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, StringConstraints, field_validator, model_validator

from config.base import Model

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `datetime.date.weekday()`."""

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
"""`HH:MM` of a 24-hour clock; compares as text. `24:00` is the end of the day."""


class Span(Model):
    """Open from `open` up to, not including, `close`. Written `08:00-15:00` in the file."""

    open: ClockTime
    close: ClockTime

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            opened, dash, closed = value.partition("-")
            if not dash:
                raise ValueError(f"{value!r} is not a span of time like 08:00-15:00")
            return {"open": opened.strip(), "close": closed.strip()}
        if isinstance(value, list | tuple) and len(value) == 2:
            return {"open": value[0], "close": value[1]}
        return value

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.open >= self.close:
            raise ValueError(f"{self} closes before it opens; write a night as two spans, one on each day")
        return self

    def __str__(self) -> str:
        return f"{self.open}-{self.close}"


def _in_order(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for earlier, later in pairwise(spans):
        if later.open < earlier.close:
            raise ValueError(f"{earlier} and {later} overlap or stand in the wrong order")
    return spans


Spans = Annotated[tuple[Span, ...], AfterValidator(_in_order)]
"""The spans of one day, in order and apart from each other; none means closed."""


class Hours(Model):
    """The week, and the days that differ from it.

    `exceptions` (spans of a single date, none for closed) goes before `cuti_bersama`, that before
    the public holidays of Indonesia, those before the week.
    """

    timezone: str
    week: Mapping[Day, Spans]
    holidays: bool = True
    cuti_bersama: Mapping[date, str] = {}
    exceptions: Mapping[date, Spans] = {}

    @classmethod
    def always(cls, timezone: str = "Asia/Jakarta") -> Self:
        """Open day and night, holidays included: for demonstrations and tests."""
        day = (Span(open="00:00", close="24:00"),)
        return cls(timezone=timezone, week=dict.fromkeys(DAYS, day), holidays=False)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that all times of this model are in."""
        return ZoneInfo(self.timezone)

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone; West Java is in Asia/Jakarta")
        return value

    @field_validator("week", "cuti_bersama", "exceptions", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        """A heading with nothing (or only comments) below it reads as null in YAML."""
        return {} if value is None else value

    @field_validator("week")
    @classmethod
    def _some_day_is_open(cls, week: Mapping[Day, Spans]) -> Mapping[Day, Spans]:
        if not any(week.values()):
            raise ValueError("no day of the week has working hours")
        return week
