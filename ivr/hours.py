"""Open or closed at a moment, why, and when next: working hours, holidays, cuti bersama, exceptions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal

from config import DAYS, Hours, Language
from hotline.office_days import LOOK_AHEAD_DAYS, holiday_name, open_spans


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
    if any(span.open <= clock < span.close for span in open_spans(hours, local.date())):
        return Opening(True, "open")
    name = holiday_name(hours, local.date(), language)
    return Opening(False, "holiday" if name else "outside", name, _next_open(hours, local))


def opens_at(hours: Hours, at: float) -> float | None:
    """The moment itself (Unix seconds) in working hours, else when they begin next; None if they never do."""
    found = opening(hours, datetime.fromtimestamp(at, hours.zone))
    if found.open:
        return at
    return None if found.next_open is None else found.next_open.timestamp()


def week_text(hours: Hours) -> str:
    """The week for `voice.speech` to read: `mon-thu 08:00-15:00; fri 08:00-11:30,13:00-15:00`."""
    days = [(day, ",".join(map(str, hours.week.get(day, ())))) for day in DAYS]
    groups = [(spans, [day for day, _ in same]) for spans, same in groupby(days, key=lambda pair: pair[1])]
    return "; ".join(f"{_days(same)} {spans}" for spans, same in groups if spans)


def _days(days: Sequence[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def _next_open(hours: Hours, local: datetime) -> datetime | None:
    return next((start for start in _starts(hours, local.date()) if start > local), None)


def _starts(hours: Hours, first: date) -> Iterator[datetime]:
    for ahead in range(LOOK_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        for span in open_spans(hours, day):
            hour, minute = map(int, span.open.split(":"))
            yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=hours.zone)
