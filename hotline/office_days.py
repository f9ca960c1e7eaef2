"""Which days and hours the office works: the reading of hours.yaml that the IVR and the clocks share."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from config.base import Language
from config.hours import DAYS, Hours, Span

LOOK_AHEAD_DAYS = 400
"""Longer than the longest stretch that an office could reasonably be closed."""

_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
"""Remarks of the package such as "(estimated)", which nobody should read out."""


def holiday_name(hours: Hours, day: date, language: Language = "id") -> str | None:
    """The holiday or cuti bersama that closes this day; None on other days and on exceptions."""
    if day in hours.exceptions:
        return None
    public = _public(day.year, language).get(day) if hours.holidays else None
    # The file's names are Indonesian: in English the package's name goes first.
    own = hours.cuti_bersama.get(day)
    return (public or own) if language == "en" else (own or public)


def open_spans(hours: Hours, day: date) -> tuple[Span, ...]:
    """The spans in which the office is open on this day, in order; none on a day that is closed."""
    if day in hours.exceptions:
        return hours.exceptions[day]
    if holiday_name(hours, day):
        return ()
    return hours.week.get(DAYS[day.weekday()], ())


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
