"""Values of prompts in English: the 12-hour clock, American number words (no "and"), as the voice `en-us` says them."""

from datetime import date, datetime
from typing import ClassVar

from voice.tongue import Clock, Tongue

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}


class English(Tongue):
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months = (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )
    digit_names = _SMALL[:10]
    signs: ClassVar = {"+": "plus", "*": "star", "#": "hash"}
    minus = "minus"
    to = "to"
    and_ = "and"
    closed = "closed"
    whole_day = "twenty-four hours"
    currency = "rupiah"

    def cardinal(self, number: int) -> str:
        if number < 20:
            return _SMALL[number]
        if number < 100:
            tens, ones = divmod(number, 10)
            return f"{_TENS[tens]}-{_SMALL[ones]}" if ones else _TENS[tens]
        scale, word = next(row for row in _SCALES if number >= row[0])
        count, rest = divmod(number, scale)
        head = f"{self.cardinal(count)} {word}"
        return f"{head} {self.cardinal(rest)}" if rest else head

    def clock(self, at: Clock) -> str:
        if at.minute == 0 and at.hour % 12 == 0:
            return "noon" if at.hour == 12 else "midnight"
        hour = self.cardinal(at.hour % 12 or 12)
        half = "a.m." if at.hour < 12 else "p.m."
        return f"{hour}{self._past(at.minute)} {half}"

    def minutes(self, minutes: int) -> str:
        if minutes == 0:
            return "less than one minute"
        return f"{self.number(minutes)} {'minute' if minutes == 1 else 'minutes'}"

    def full_date(self, day: date) -> str:
        return f"{self._month_and_day(day)}, {self._year(day.year)}"

    def moment(self, at: datetime) -> str:
        time = self.clock(Clock(at.hour, at.minute))
        return f"{self.days[at.weekday()]}, {self._month_and_day(at)}, at {time}"

    def _past(self, minute: int) -> str:
        if minute == 0:
            return ""
        return f" oh {self.cardinal(minute)}" if minute < 10 else f" {self.cardinal(minute)}"

    def _month_and_day(self, day: date) -> str:
        *tens, last = self.cardinal(day.day).split("-")
        return f"{self.months[day.month - 1]} {'-'.join([*tens, _ORDINALS.get(last, last + 'th')])}"

    def _year(self, year: int) -> str:
        century, rest = divmod(year, 100)
        if century % 10 == 0 and rest < 10:
            return self.cardinal(year)
        return f"{self.cardinal(century)}{self._past(rest) or ' hundred'}"
