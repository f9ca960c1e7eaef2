"""Telephone numbers of callers: one spelling for each, and a form for screens that many people see."""

import re

import phonenumbers

REGION = "ID"
"""Numbers without a country code are read as Indonesian."""

_WITHHELD = frozenset({"", "anonymous", "unknown", "unavailable", "restricted", "private"})
"""User parts by which networks say that there is no number (RFC 3323 section 4.1.1.3, and what trunks send)."""

_DIALLED = re.compile(r"\+?[\d\s().\-]+")
_MASK = "•••"


def normalise(raw: str) -> str:
    """The number as E.164 (`+6281234567890`) where it is one, else as dialled; `""` when it is withheld.

    Trunks send `0812…`, `62812…` and `+62812…` for the same person. An extension such as `1001` stays as it is.
    """
    text = raw.strip()
    if text.lower() in _WITHHELD:
        return ""
    if not _DIALLED.fullmatch(text):
        return text
    return _valid(text, REGION) or text


def e164(typed: str, country: str) -> str | None:
    """What a person typed as E.164, read in the country of this calling code (`"62"`); None if it is no number."""
    text = typed.strip()
    if not _DIALLED.fullmatch(text):
        return None
    return _valid(text, phonenumbers.region_code_for_country_code(int(country)))


def mask(number: str) -> str:
    """The number with its middle hidden: `+62812•••7890`. Short ones keep only their last two digits."""
    if len(number) <= 8:
        return _MASK + number[-2:] if number else ""
    head = 6 if len(number) >= 12 else 3
    return number[:head] + _MASK + number[-4:]


def _valid(text: str, region: str) -> str | None:
    # The second reading is for a number with its country code but without the plus.
    for candidate in (text, "+" + text.removeprefix("+")):
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
