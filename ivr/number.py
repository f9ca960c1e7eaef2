"""Agreeing on the number for a call back: read it back, let the caller change it by keypad."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ivr.effects import Phrase
from ivr.line import Line
from ivr.phrases import dialled

_CALLABLE = re.compile(r"^\+?\d{3,15}$")
"""What can be called back without asking; E.164 has 15 digits at the most, an extension of a PBX three or more."""

_TYPED = re.compile(r"^\d{8,15}$")
"""What a caller must type: Indonesian numbers with area code have 8 digits or more."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The caller confirmed this number."""

    number: str


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The caller let all tries pass."""


Outcome = Agreed | GaveUp | None
"""None: still talking about it."""


@dataclass(frozen=True, slots=True)
class Manners:
    """Keys to confirm and to change, seconds to wait for a key, and how often to ask."""

    confirm: str = "1"
    change: str = "2"
    wait: float = 6.0
    tries: int = 3


class NumberDialogue:
    """Two states: reading back a number that is known, or collecting digits up to `#` (`*` starts over)."""

    def __init__(self, line: Line, manners: Manners) -> None:
        self._line = line
        self._manners = manners
        self._tries_left = manners.tries
        self._typing = not _CALLABLE.match(line.caller_number)
        self._number = "" if self._typing else line.caller_number

    def start(self, now: float, first: Sequence[Phrase] = ()) -> None:
        """Begin, saying `first` before the number or the question for it."""
        self._ask(now, *first)

    def heard(self, now: float) -> None:
        """The question was spoken to its end."""
        self._line.listen(now, self._manners.wait)

    def key(self, key: str, now: float) -> Outcome:
        """A digit of the number, or the answer to it."""
        self._line.hush()
        return self._type(key, now) if self._typing else self._answer(key, now)

    def silence(self, now: float) -> Outcome:
        """No key came: a number that is complete needs no `#`."""
        return self._typed(now) if self._typing and self._number else self._again(now)

    def _answer(self, key: str, now: float) -> Outcome:
        if key == self._manners.confirm:
            return Agreed(self._number)
        if key != self._manners.change:
            return self._again(now, self._line.phrase("no_such_choice"))
        self._typing, self._number = True, ""
        self._ask(now)
        return None

    def _type(self, key: str, now: float) -> Outcome:
        if key == "#":
            return self._typed(now)
        self._number = "" if key == "*" else (self._number + key)[:16]
        self._line.listen(now, self._manners.wait)
        return None

    def _typed(self, now: float) -> Outcome:
        if _TYPED.match(self._number):
            self._typing = False
            self._ask(now)
            return None
        self._number = ""
        return self._again(now, self._line.phrase("callback_bad_number"))

    def _again(self, now: float, *first: Phrase) -> Outcome:
        self._tries_left -= 1
        if self._tries_left <= 0:
            return GaveUp()
        self._ask(now, *first)
        return None

    def _ask(self, now: float, *first: Phrase) -> None:
        self._line.say((*first, *self._question()), now)

    def _question(self) -> tuple[Phrase, ...]:
        if self._typing:
            return (self._line.phrase("callback_ask_number"),)
        keys = self._line.phrase("callback_keys", confirm=self._manners.confirm, change=self._manners.change)
        return self._line.phrase("callback_number", number=dialled(self._number)), keys
