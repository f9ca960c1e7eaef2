"""The words that a ticket is found by, and how a typed search reads: the same on both databases.

A ticket's words stand in `ticket.haystack`, each once, with a blank between two of them: those of its texts, and

- its number and its plate as one word each (`htl2026000123`, `d1234abc`), and the pieces that people type of them;
- the caller's number with and without the country's code;
- numbers backwards behind a `~`, so that "ends with" is "begins with" there;
- a tag for each field that lists are narrowed by (`=kind:pengaduan`): no typed word can be one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hotline.ticket import Step, Ticket

LONGEST = 60
"""Characters of a word that count. PostgreSQL's limit for one is 2046 bytes."""
MOST_TERMS = 12
"""Terms of a search that count; nobody types more for one ticket."""
TAGGED = ("kind", "category", "operator", "origin", "region")
CLOSED = "=closed"
"""The tag of a closed ticket. Open ones are few and change step all the time, so that their step has none."""

_WORD = re.compile(r"[^\W_]+")
_END = r"(?![^\W_])"  # no letter or digit follows
_TICKET = re.compile(rf"[^\W\d_]+-\d{{4}}-\d+{_END}")
_PLATE = re.compile(rf"[a-z]{{1,2}}[ .\-]?[1-9]\d{{0,3}}(?:[ .\-]?[a-z]{{1,3}})?{_END}")
_ONE_NUMBER = rf"[+(]*\d[\d().\-]*{_END}"
_NUMBERS = re.compile(rf"{_ONE_NUMBER}(?: {_ONE_NUMBER})*")
_LEAST_END = 4
"""Digits that are looked for at a number's end as well: fewer are at the end of too many."""
_LEAST_JOINED = 7
"""Digits that may be one telephone number although blanks stand between them; without one, so many are a number."""
_MOST_JOINED = 15
"""Digits of the longest telephone number (E.164, section 6)."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was typed. A ticket has it if some of its words begin with those of one of the `readings`."""

    readings: tuple[Words, ...]


def words_of(ticket: Ticket) -> str:
    """What stands in `ticket.haystack`."""
    return " ".join(dict.fromkeys(word[:LONGEST] for word in _all_words(ticket)))


def tag(field: str, value: str) -> str:
    """The word that says that a field (one of `TAGGED`) has this value. Two values may have the same one."""
    return f"={field}:{'_'.join(_WORD.findall(value.casefold()))}"[:LONGEST]


def terms_of(typed: str) -> list[Term] | None:
    """What was asked for: tickets that have every term. None when nothing was typed, empty if that held no word."""
    text = " ".join(typed.casefold().split())
    return list(_terms(text))[:MOST_TERMS] if text else None


def _all_words(ticket: Ticket) -> Iterator[str]:
    yield from _number_words(ticket.number)
    yield from _phone_words(ticket.caller_number)
    yield from _plate_words(ticket.plate)
    for text in (ticket.caller_name, ticket.description, ticket.answer):
        yield from _WORD.findall(text.casefold())
    for field in TAGGED:
        if value := getattr(ticket, field):
            yield tag(field, value)
    if ticket.step is Step.CLOSED:
        yield CLOSED


def _number_words(number: str) -> Iterator[str]:
    """`HTL-2026-000123` is found by the whole, from the year on, by the serial, and by that without its zeros."""
    parts = _WORD.findall(number.casefold())
    yield from ("".join(parts[start:]) for start in range(len(parts)))
    yield parts[-1].lstrip("0") or "0"
    yield f"~{parts[-1][::-1]}"


def _phone_words(number: str) -> Iterator[str]:
    if digits := _digits(number):
        yield digits
        yield _national(digits)
        yield f"~{digits[::-1]}"
    yield from (word for word in _WORD.findall(number.casefold()) if word != digits)


def _plate_words(plate: str) -> Iterator[str]:
    parts = _WORD.findall(plate.casefold())
    yield from ("".join(parts[start:]) for start in range(len(parts)))
    yield from parts


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while at < len(text):
        term, at = _term_at(text, at)
        if term is not None:
            yield term


def _term_at(text: str, at: int) -> tuple[Term | None, int]:
    """The term that begins there, None for a sign, and where to read on."""
    if found := _TICKET.match(text, at):
        return Term(((_joined(found[0]),),)), found.end()
    if found := _PLATE.match(text, at):
        return _term((_joined(found[0]),), _plate_parts(found[0])), found.end()
    if found := _NUMBERS.match(text, at):
        spelling = _first_number(found[0].split())
        if " " in spelling and len(_digits(spelling)) < _LEAST_JOINED:
            spelling = spelling.partition(" ")[0]
        return _number_term(spelling), at + len(spelling)
    if found := _WORD.match(text, at):
        return _term((found[0],)), found.end()
    return None, at + 1


def _first_number(pieces: list[str]) -> str:
    """As many pieces, from the first on, as may be one telephone number with blanks: none but alone is long enough."""
    number, *others = pieces
    for last, piece in zip(pieces, others, strict=False):
        whole = max(len(_digits(last)), len(_digits(piece))) >= _LEAST_JOINED
        if whole or len(_digits(number + piece)) > _MOST_JOINED:
            break
        number = f"{number} {piece}"
    return number


def _number_term(spelling: str) -> Term:
    """A telephone number however it is spelled, one with other figures beside it, or just these figures."""
    readings: list[Words] = [(number,) for number in _numbers(spelling)]
    pieces = spelling.split()
    for number, other in ((pieces[1:], pieces[0]), (pieces[:-1], pieces[-1])):
        if len(_digits("".join(number))) >= _LEAST_JOINED:
            readings += ((each, *_WORD.findall(other)) for each in _numbers("".join(number)))
    return _term(*readings, tuple(_WORD.findall(spelling)))


def _numbers(spelling: str) -> Iterator[str]:
    """What a number's words begin with: those of a telephone number, of its end, or of the end of a ticket's number."""
    digits = _digits(spelling)
    yield digits
    if digits.startswith("0") and not digits.startswith("00"):
        yield digits[1:]
    if len(digits) >= _LEAST_END:
        yield f"~{digits[::-1]}"


def _term(*readings: Words) -> Term:
    cut = (tuple(word[:LONGEST] for word in reading) for reading in readings)
    return Term(tuple(dict.fromkeys(reading for reading in cut if all(reading))))


def _plate_parts(plate: str) -> Words:
    return tuple(re.findall(r"[a-z]+|\d+", plate))


def _joined(text: str) -> str:
    return "".join(_WORD.findall(text))


def _digits(spelling: str) -> str:
    """Only its digits; `+62 (0)812…` is `62812…`."""
    digits = "".join(_WORD.findall(spelling)) if not spelling.isalpha() else ""
    return re.sub("^620", "62", digits) if digits.isdecimal() else ""


def _national(digits: str) -> str:
    return re.sub("^(62|0)", "", digits) or digits
