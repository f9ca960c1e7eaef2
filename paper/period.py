"""The days that a register or a pile of forms is of."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.base import Language
from paper.times import day_words
from paper.words import month_name


@dataclass(frozen=True, slots=True)
class Period:
    """From the beginning of `first` to the end of `last`."""

    first: date
    last: date

    @classmethod
    def of_day(cls, day: date) -> "Period":
        return cls(day, day)

    @classmethod
    def of_month(cls, year: int, month: int) -> "Period":
        return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))

    @property
    def days(self) -> int:
        """How many; 0 or less when it runs backwards."""
        return (self.last - self.first).days + 1

    @property
    def whole_month(self) -> bool:
        return self == Period.of_month(self.first.year, self.first.month)

    def bounds(self, zone: ZoneInfo) -> tuple[float, float]:
        """Unix seconds: when it begins, and when it is over."""
        after = self.last + timedelta(days=1)
        return datetime.combine(self.first, time.min, zone).timestamp(), datetime.combine(
            after, time.min, zone
        ).timestamp()

    def name(self, language: Language) -> str:
        """`24 November 2026`, `November 2026`, or two days with a dash."""
        if self.days == 1:
            return day_words(self.first, language)
        if self.whole_month:
            return f"{month_name(self.first.month, language)} {self.first.year}"
        return f"{day_words(self.first, language)} – {day_words(self.last, language)}"

    @property
    def stem(self) -> str:
        """For file names: `2026-11-24`, `2026-11`, `2026-11-01_2026-11-15`."""
        if self.days == 1:
            return self.first.isoformat()
        return self.first.strftime("%Y-%m") if self.whole_month else f"{self.first}_{self.last}"
