"""Values of prompts as words: `spoken("time", "08:30", "id")` is "pukul delapan lewat tiga puluh".

espeak-ng would read figures by itself, but not as an office says them: 8:30 becomes a number, a plate a word.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime

from voice.english import English
from voice.indonesian import Indonesian
from voice.tongue import Clock, OpenDays, Span, Tongue

TONGUES: Mapping[str, Tongue] = {"id": Indonesian(), "en": English()}

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEPARATORS = str.maketrans("", "", " .-")


def spoken(kind: str, value: str, language: str) -> str:
    """`value` in words of `language` ("id" or "en").

    Kinds and what their values look like: see `EXAMPLES`. Raises `ValueError` for an unknown kind or language and
    for a value that is not of its kind. The message never holds the value: it may be a caller's number.
    """
    if language not in TONGUES:
        raise ValueError(f"no language {language!r}; there are: {', '.join(TONGUES)}")
    if kind not in _KINDS:
        raise ValueError(f"no kind of value {kind!r}; there are: {', '.join(_KINDS)}")
    try:
        return _KINDS[kind](TONGUES[language], value.strip())
    except (ValueError, IndexError):
        raise ValueError(f"a value of kind {kind!r} must look like {EXAMPLES[kind]!r}") from None


EXAMPLES: Mapping[str, str] = {
    "number": "12",
    "digits": "+62 812-3456-7890",
    "plate": "D 1234 ABC",
    "time": "08:30",
    "money": "1250000",
    "minutes": "3",
    "date": "2026-11-24",
    "moment": "2026-11-24T08:00",
    "hours": "mon-fri 08:00-12:00,13:00-15:30; sat 08:00-11:00",
    "text": "Kota Bandung",
}


def _number(tongue: Tongue, value: str) -> str:
    return tongue.number(_integer(value))


def _digits(tongue: Tongue, value: str) -> str:
    return tongue.spelled(_matched(r"\+?[0-9*#]+", value.translate(_SEPARATORS)))


def _plate(tongue: Tongue, value: str) -> str:
    return tongue.spelled(_matched(r"[A-Z0-9]+", value.translate(_SEPARATORS).upper()))


def _time(tongue: Tongue, value: str) -> str:
    return tongue.clock(_clock(value))


def _money(tongue: Tongue, value: str) -> str:
    return tongue.money(_integer(value))


def _minutes(tongue: Tongue, value: str) -> str:
    return tongue.minutes(int(_matched(r"[0-9]+", value)))


def _date(tongue: Tongue, value: str) -> str:
    return tongue.full_date(date.fromisoformat(value))


def _moment(tongue: Tongue, value: str) -> str:
    return tongue.moment(datetime.fromisoformat(value))


def _hours(tongue: Tongue, value: str) -> str:
    return tongue.hours([_open_days(part) for part in value.split(";") if part.strip()])


def _text(_: Tongue, value: str) -> str:
    return value


_KINDS: Mapping[str, Callable[[Tongue, str], str]] = {
    "number": _number,
    "digits": _digits,
    "plate": _plate,
    "time": _time,
    "money": _money,
    "minutes": _minutes,
    "date": _date,
    "moment": _moment,
    "hours": _hours,
    "text": _text,
}


def _open_days(text: str) -> OpenDays:
    days, spans = text.split()
    return OpenDays(
        tuple(_day_range(part) for part in days.split(",")),
        tuple(_span(part) for part in spans.split(",")),
    )


def _day_range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    return _DAYS.index(first), _DAYS.index(last or first)


def _span(text: str) -> Span:
    opens, closes = text.split("-")
    return Span(_clock(opens), _clock(closes))


def _clock(text: str) -> Clock:
    hour, minute = map(int, _matched(r"[0-9]{1,2}:[0-9]{2}", text).split(":"))
    if minute > 59 or (hour, minute) > (24, 0):
        raise ValueError("no such time of day")
    return Clock(hour, minute)


def _integer(text: str) -> int:
    return int(_matched(r"-?[0-9]+", text))


def _matched(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError(f"does not match {pattern}")
    return text
