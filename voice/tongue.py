"""What a language must know to say the values of prompts; what all languages share is here."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, NamedTuple

NUMBER_LIMIT = 10**15  # first number that has no words here


class Clock(NamedTuple):
    """A time of day; 24:00 is the end of the day."""

    hour: int
    minute: int


class Span(NamedTuple):
    opens: Clock
    closes: Clock


class OpenDays(NamedTuple):
    """Days with the same hours. `days` holds ranges of weekdays (0 = Monday): (0, 4) is Monday to Friday."""

    days: tuple[tuple[int, int], ...]
    spans: tuple[Span, ...]


WHOLE_DAY = Span(Clock(0, 0), Clock(24, 0))


class Tongue(ABC):
    """Says values in the words of one language. Commas are the pauses that the synthesizer makes."""

    days: tuple[str, ...]  # Monday first
    months: tuple[str, ...]
    digit_names: tuple[str, ...]
    signs: ClassVar[Mapping[str, str]]  # names of the other keys of a telephone, and of +
    minus: str
    to: str  # between the ends of a range
    and_: str
    closed: str
    whole_day: str
    currency: str

    @abstractmethod
    def cardinal(self, number: int) -> str:
        """Words of 0 ≤ `number` < `NUMBER_LIMIT`."""

    @abstractmethod
    def clock(self, at: Clock) -> str:
        """A time of day."""

    @abstractmethod
    def minutes(self, minutes: int) -> str:
        """A duration in whole minutes; 0 is less than one."""

    @abstractmethod
    def full_date(self, day: date) -> str:
        """A date with its year."""

    @abstractmethod
    def moment(self, at: datetime) -> str:
        """Weekday, day and month, and time of day: soon enough that the year goes without saying."""

    def number(self, number: int) -> str:
        if abs(number) >= NUMBER_LIMIT:
            raise ValueError(f"no words for numbers of {NUMBER_LIMIT} and more")
        return self.cardinal(number) if number >= 0 else f"{self.minus} {self.cardinal(-number)}"

    def money(self, amount: int) -> str:
        return f"{self.number(amount)} {self.currency}"

    def spelled(self, characters: str) -> str:
        """One by one: digits by name, letters as capitals, which espeak-ng reads by name in both languages."""
        return ", ".join(self._character(character) for character in characters)

    def hours(self, opening: Sequence[OpenDays]) -> str:
        return "; ".join(self._open_days(days) for days in opening) or self.closed

    def _character(self, character: str) -> str:
        if character.isdigit():
            return self.digit_names[int(character)]
        return self.signs.get(character, character)

    def _open_days(self, opening: OpenDays) -> str:
        days = self._listed([self._day_range(first, last) for first, last in opening.days])
        return f"{days}, {self._listed([self._span(span) for span in opening.spans])}"

    def _day_range(self, first: int, last: int) -> str:
        return self.days[first] if first == last else f"{self.days[first]} {self.to} {self.days[last]}"

    def _span(self, span: Span) -> str:
        return self.whole_day if span == WHOLE_DAY else f"{self.clock(span.opens)} {self.to} {self.clock(span.closes)}"

    def _listed(self, items: Sequence[str]) -> str:
        *rest, last = items
        return f"{', '.join(rest)}, {self.and_} {last}" if rest else last
