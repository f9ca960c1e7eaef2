"""Telephone numbers of callers: one spelling for each, and a form for screens that many people see."""

import re
import unicodedata
from collections.abc import Iterator

import phonenumbers

REGION = "ID"
"""Numbers without a country code are read as Indonesian."""

_COUNTRY = "62"

_WITHHELD = frozenset(
    {
        *("", "anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "blocked", "hidden"),
        *("no number", "nonumber", "unidentified", "null", "none"),
        *("asterisk", "freeswitch", "freepbx"),
    }
)
"""User parts by which networks say that there is no number (RFC 3323 section 4.1.1.3), and what PBXs send for none."""

_NOUGHTS = re.compile(r"\+?0+")
_DIALLED = re.compile(r"\+?[\d\s().\-]+")
_ABROAD = ("01017", "001", "007", "008", "009", "00")
"""Prefixes of calls to another country: those of Indonesia's carriers, and the one that networks use among themselves.
Where two fit, the longer one goes first."""
_SUBSCRIBER = re.compile(r"[2-9]\d{7,12}")
"""A number within Indonesia without its trunk prefix. Longer and shorter than the library knows: operators give out
mobile numbers of 14 digits, and some regions have new area codes."""
_MOBILE = re.compile(r"8[1-35-9]\d{6,11}")
_BETWEEN = re.compile(r"[/;,|&\n\r]|(?<!\w)(?:atau|dan|or|and)(?!\w)", re.IGNORECASE)
_MOST_DIGITS = 20  # of one number: fifteen (ITU-T E.164), and the longest prefix
_E164 = re.compile(r"\+\d+")
_MASK = "•••"


def clean(raw: str) -> str:
    """Any digits, dashes and spaces as plain ones; nothing that cannot be seen, such as U+202A around a pasted number.

    Nothing else is changed: letters stay letters.
    """
    return " ".join("".join(map(_plain, raw)).split())


def is_withheld(user: str) -> bool:
    """Whether this stands for no number at all, as `anonymous`, `asterisk` and `0000000000` do."""
    text = clean(user).lower()
    return text in _WITHHELD or _NOUGHTS.fullmatch(text) is not None


def normalise(raw: str) -> str:
    """The number as E.164 (`+6281234567890`) where it is one, else as dialled; `""` when it is withheld.

    Trunks send `0812…`, `62812…`, `0062812…` and `+62812…` for the same person. An extension such as `1001` stays as it
    is, and so does what may be two numbers.
    """
    text = clean(raw)
    if is_withheld(text):
        return ""
    if not _DIALLED.fullmatch(text):
        return text
    return _read(_compact(text), _SUBSCRIBER) or text


def e164(typed: str, country: str) -> str | None:
    """What a person typed as E.164, read in the country of this calling code (`"62"`); None if it is no number."""
    text = clean(typed)
    if not _DIALLED.fullmatch(text):
        return None
    if country == _COUNTRY:
        return _read(_compact(text), _MOBILE)
    region = phonenumbers.region_code_for_country_code(int(country))
    return _valid(text, region) or _valid("+" + text.removeprefix("+"), region)  # its country's code without the plus


def is_several(typed: str) -> bool:
    """Whether a person typed more than one number into one field, as in `0812…/0813…`: they are asked which."""
    if _E164.fullmatch(normalise(typed)):
        return False
    # What cannot be seen may stand between them, but a line break is seen.
    counts = [sum(map(str.isdigit, clean(part))) for part in _BETWEEN.split(typed)]
    whole = [count for count in counts if count >= 5]
    short = re.search(r"\d\s*/\s*\d+\s*$", clean(typed)) is not None  # 5551234/5: the second one's last digit
    return len(whole) > 1 or (bool(whole) and short) or max(counts) > _MOST_DIGITS


def mask(number: str) -> str:
    """The number with its middle hidden: `+62812•••7890`. Short ones keep only their last two digits."""
    if len(number) <= 8:
        return _MASK + number[-2:] if number else ""
    head = 6 if len(number) >= 12 else 3
    return number[:head] + _MASK + number[-4:]


def _plain(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    wide = unicodedata.normalize("NFKC", character)
    if wide in set("+()./"):
        return wide
    return character if character.isprintable() else ""


def _compact(text: str) -> str:
    return "".join(character for character in text if character in "+0123456789")


def _read(dialled: str, beyond: re.Pattern[str]) -> str | None:
    """A plus and digits, or digits alone. `beyond`: Indonesian numbers that count though the library knows them not."""
    digits = dialled.removeprefix("+")
    if dialled.startswith("+") and not digits.startswith("0"):
        return _with_country(digits, beyond)
    if digits.startswith("0"):
        return next(_from_abroad(digits, beyond), None) or _domestic(digits[1:], beyond)
    if digits.startswith(_COUNTRY):  # no other country's code begins like this
        return _with_country(digits, beyond)
    return _valid(digits, REGION) or _valid("+" + digits, REGION)


def _from_abroad(digits: str, beyond: re.Pattern[str]) -> Iterator[str]:
    for prefix in _ABROAD:
        rest = digits.removeprefix(prefix)
        if rest != digits and not rest.startswith("0") and (found := _with_country(rest, beyond)):
            yield found


def _with_country(digits: str, beyond: re.Pattern[str]) -> str | None:
    if digits.startswith(_COUNTRY):
        return _domestic(digits.removeprefix(_COUNTRY).lstrip("0"), beyond)  # +62 0812… is typed often
    return _valid("+" + digits, REGION)


def _domestic(subscriber: str, beyond: re.Pattern[str]) -> str | None:
    number = f"+{_COUNTRY}{subscriber}"
    return _valid(number, REGION) or (number if beyond.fullmatch(subscriber) else None)


def _valid(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
