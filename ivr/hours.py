"""Open or closed at a moment, why, and when next: working hours, holidays, cuti bersama, exceptions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Literal

import holidays

from config import DAYS, Hours, Language, Span

_LOOK_AHEAD_DAYS = 400
"""Longer than the longest stretch that an office could reasonably be closed."""

_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
"""Remarks of the package such as "(estimated)", which nobody should read out."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the hotline is open. `next_open` is None while it is open, or if nothing opens within a year."""

    open: bool
    reason: Literal["open", "outside", "holiday"]
    holiday_name: str | None = None
    next_open: datetime | None = None


def opening(hours: Hours, at: datetime, language: Language = "id") -> Opening:
    """What holds at `at` (any zone). Holidays are named in `language` where a name is known."""
    local = at.astimezone(hours.zone)
    clock = f"{local:%H:%M}"
    if any(span.open <= clock < span.close for span in _spans(hours, local.date())):
        return Opening(True, "open")
    name = holiday_name(hours, local.date(), language)
    return Opening(False, "holiday" if name else "outside", name, _next_open(hours, local))


def holiday_name(hours: Hours, day: date, language: Language = "id") -> str | None:
    """The holiday or cuti bersama that closes this day; None on other days and on exceptions."""
    if day in hours.exceptions:
        return None
    public = _public(day.year, language).get(day) if hours.holidays else None
    # The file's names are Indonesian: in English the package's name goes first.
    own = hours.cuti_bersama.get(day)
    return (public or own) if language == "en" else (own or public)


def week_text(hours: Hours) -> str:
    """The week for `voice.speech` to read: `mon-thu 08:00-15:00; fri 08:00-11:30,13:00-15:00`."""
    days = [(day, ",".join(map(str, hours.week.get(day, ())))) for day in DAYS]
    groups = [(spans, [day for day, _ in same]) for spans, same in groupby(days, key=lambda pair: pair[1])]
    return "; ".join(f"{_days(same)} {spans}" for spans, same in groups if spans)


def _days(days: Sequence[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def _spans(hours: Hours, day: date) -> tuple[Span, ...]:
    if day in hours.exceptions:
        return hours.exceptions[day]
    if holiday_name(hours, day):
        return ()
    return hours.week.get(DAYS[day.weekday()], ())


def _next_open(hours: Hours, local: datetime) -> datetime | None:
    return next((start for start in _starts(hours, local.date()) if start > local), None)


def _starts(hours: Hours, first: date) -> Iterator[datetime]:
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        for span in _spans(hours, day):
            hour, minute = map(int, span.open.split(":"))
            yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=hours.zone)


@lru_cache(maxsize=16)
def _public(year: int, language: Language) -> Mapping[date, str]:
    """Public holidays and the government's joint leave; building a year takes milliseconds, so it is kept."""
    found = holidays.country_holidays(
        "ID",
        years=year,
        categories=(holidays.PUBLIC, holidays.GOVERNMENT),
        language="en_US" if language == "en" else "id",
    )
    return {day: _IN_BRACKETS.sub("", name) for day, name in found.items()}
