"""Cells of a file and members of JSON, however they are written, as values. Pure."""

import re
from datetime import date, datetime
from math import isfinite

MAX_RUPIAH = 10**12
"""A tax of a trillion rupiah is a misplaced column."""
MAX_TEXT = 80
"""Characters of a name; longer ones are a misplaced column."""
FIRST_YEAR, LAST_YEAR = 1900, 2100

_DIGITS = 18
"""More digits are no amount of anything."""
_RUPIAH = re.compile(
    r"(?:rp\.?)?\s*(\d{1,18}|\d{1,3}(?:\.\d{3}){1,5}|\d{1,3}(?:,\d{3}){1,5})(?:[.,](\d{1,2}))?(?:,-|\.-)?",
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[-/. ]+([A-Za-z]+)\.?[-/. ]+(\d{4})", re.ASCII)
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "januari january jan",
            "februari february feb peb pebruari",
            "maret march mar mrt",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu agt ags agust aug",
            "september sep sept",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EMPTY = ("", "-", "–")


class BadValue(ValueError):
    """A value that cannot be used. `code` is a key of `vehicles.words.REASONS`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def rupiah(value: object) -> int | None:
    """Whole rupiah: `1250000`, `1.250.000`, `Rp 1.250.000,00`, `1,250,000`, or a number; None when nothing is there.

    Raises `BadValue`: not_money, not_whole (sen), too_large.
    """
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _amount(value)
    text = str(value).strip()
    if text in _EMPTY:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return _amount(int(text))
    form = _RUPIAH.fullmatch(text)
    if form is None:
        raise BadValue("not_money")
    if form[2] and int(form[2]):
        raise BadValue("not_whole")
    return _amount(int(re.sub(r"[.,]", "", form[1])))


def _amount(value: float) -> int:
    if (isinstance(value, float) and not isfinite(value)) or value < 0:
        raise BadValue("not_money")
    if value != int(value):
        raise BadValue("not_whole")
    if value > MAX_RUPIAH:
        raise BadValue("too_large")
    return int(value)


def day(value: object) -> date | None:
    """A day: `2026-11-24`, `24-11-2026`, `24/11/2026`, `24 November 2026`, `20261124`; None when nothing is there.

    The day stands before the month, as it is written in Indonesia. Raises `BadValue`: not_a_date, no_such_day.
    """
    if value is None or isinstance(value, datetime):
        return None if value is None else _plausible(value.date())
    if isinstance(value, date):
        return _plausible(value)
    text = str(value).strip()
    if text in _EMPTY:
        return None
    year, month, number = _parts(text)
    try:
        return _plausible(date(year, month, number))
    except ValueError as error:
        raise BadValue("no_such_day") from error


def _parts(text: str) -> tuple[int, int, int]:
    """Year, month, day."""
    form = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if form is not None:
        return int(form[1]), int(form[2]), int(form[3])
    form = _DAY_FIRST.fullmatch(text)
    if form is not None:
        return int(form[3]), int(form[2]), int(form[1])
    form = _NAMED.fullmatch(text)
    if form is None or form[2].lower() not in _MONTHS:
        raise BadValue("not_a_date")
    return int(form[3]), _MONTHS[form[2].lower()], int(form[1])


def _plausible(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise BadValue("no_such_day")
    return found


def year(value: object) -> int | None:
    """A year of make, 1900 to 2100; None when nothing is there. Raises `BadValue` not_a_year."""
    text = str(int(value) if isinstance(value, float) and isfinite(value) and value == int(value) else value or "")
    text = text.strip()
    if text in _EMPTY:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise BadValue("not_a_year")
    return int(text)


def words(value: object) -> str:
    """A name on one line, `""` when nothing is there. Raises `BadValue`: control_character, too_long."""
    if value is None:
        return ""
    text = str(int(value) if isinstance(value, float) and isfinite(value) and value == int(value) else value).strip()
    if _CONTROL.search(text):
        raise BadValue("control_character")
    if len(text) > MAX_TEXT:
        raise BadValue("too_long")
    return "" if text in _EMPTY else text
