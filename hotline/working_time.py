"""Working time: seconds count only while the office is open, across lunch, closing time, holidays, cuti bersama."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.hours import ClockTime, Hours
from hotline.office_days import LOOK_AHEAD_DAYS, open_spans

_DAYS_KEPT = 800
"""Two years of days read from the calendar: what a year's report looks at."""

Stretch = tuple[float, float]
"""Open from the first moment up to, not including, the second, in Unix seconds."""


class WorkingTime:
    """The office's calendar as a clock that stands still while the office is closed. Moments are Unix seconds."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self._zone = hours.zone
        self._open_on = lru_cache(maxsize=_DAYS_KEPT)(self._read)

    def is_open(self, at: float) -> bool:
        """Whether the office works at this moment."""
        return self.closes_at(at) is not None

    def closes_at(self, at: float) -> float | None:
        """When the office closes next, for lunch or for the day; None while it is closed."""
        return next((end for begin, end in self._open_on(self._day(at)) if begin <= at < end), None)

    def between(self, start: float, end: float) -> float:
        """Working seconds from `start` up to `end`; 0 when `end` is not later."""
        return sum(until - since for since, until in self.stretches(start, end))

    def stretches(self, start: float, end: float) -> Iterator[Stretch]:
        """The parts of a span in which the office is open, in order."""
        if end <= start:
            return
        last = self._day(end)
        for day in _days(self._day(start)):
            if day > last:
                return
            for begin, close in self._open_on(day):
                since, until = max(begin, start), min(close, end)
                if since < until:
                    yield since, until

    def add(self, start: float, seconds: float) -> float | None:
        """The first moment by which `seconds` of working time have passed since `start`: `start` itself for 0.

        None for an office that does not open any more (in the next 400 days).
        """
        if seconds <= 0:
            return start
        left, closed_days = seconds, 0
        for day in _days(self._day(start)):
            for begin, close in self._open_on(day):
                since = max(begin, start)
                if left <= close - since:
                    return since + left
                left -= max(close - since, 0.0)
            closed_days = 0 if self._open_on(day) else closed_days + 1
            if closed_days > LOOK_AHEAD_DAYS:
                return None
        return None  # the end of the calendar, in the year 9999

    def _day(self, at: float) -> date:
        return datetime.fromtimestamp(at, self._zone).date()

    def _read(self, day: date) -> tuple[Stretch, ...]:
        spans = open_spans(self._hours, day)
        if not spans:
            return ()
        found = (
            (max(begin, midnight + _seconds(span.open)), min(end, midnight + _seconds(span.close)))
            for begin, end, midnight in _pieces(day, self._zone)
            for span in spans
        )
        return tuple((since, until) for since, until in found if since < until)


def _days(first: date) -> Iterator[date]:
    for ahead in range((date.max - first).days):
        yield first + timedelta(days=ahead)


def _seconds(clock: ClockTime) -> float:
    hour, minute = clock.split(":")
    return 3600.0 * int(hour) + 60.0 * int(minute)


def _pieces(day: date, zone: ZoneInfo) -> Iterator[tuple[float, float, float]]:
    """The day's parts between changes of the zone's offset: begin, end, and the moment that 00:00 would have been.

    Indonesia has no summer time, so a day has one part there. Where a clock is put forward or back it has two.
    """
    begin, end = (datetime.combine(each, time.min, zone).timestamp() for each in (day, day + timedelta(days=1)))
    before, after = _offset(begin, zone), _offset(end - 1, zone)
    change = end if before == after else _change(begin, end, zone)
    midnight = datetime.combine(day, time.min, ZoneInfo("UTC")).timestamp()
    yield begin, change, midnight - before
    if change < end:
        yield change, end, midnight - after


def _change(begin: float, end: float, zone: ZoneInfo) -> float:
    """When the offset changes between the two, to the second, by halving."""
    old = _offset(begin, zone)
    while end - begin > 1:
        middle = (begin + end) // 2
        begin, end = (middle, end) if _offset(middle, zone) == old else (begin, middle)
    return end


def _offset(at: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()
