"""Text within a width: broken into lines, shrunk within limits, and cut when even that is not enough."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from paper.fonts import Face

LEADING = 1.32
"""Distance of lines, in sizes."""

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"

# Marks that steer rather than show: what is drawn is Latin, left to right.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def clean(text: str, face: Face) -> str:
    """What the typeface can draw: letters with their accents in one, tabs as spaces, no marks that cannot be seen.

    A character that the typeface lacks becomes a replacement mark, so that nobody overlooks it.
    """
    plain = text.replace("\r\n", "\n").replace("\u2028", "\n").replace("\t", "    ")
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", plain))
    known = face.advances
    unknown = REPLACEMENT if ord(REPLACEMENT) in known else "?"
    return "".join(letter if ord(letter) in known or letter == "\n" else unknown for letter in composed)


def wrap(text: str, face: Face, size: float, width: float) -> list[str]:
    """Lines no wider than `width` points. A word that is wider by itself is broken where it must be."""
    return [line for paragraph in text.split("\n") for line in _wrapped(paragraph, face, size, width)]


def _wrapped(paragraph: str, face: Face, size: float, width: float) -> Iterator[str]:
    space, line, used = face.width(" ", size), "", 0.0
    for word in paragraph.split(" "):
        wide = face.width(word, size)
        if line and used + space + wide > width:
            yield line
            line, used = "", 0.0
        *full, rest = _broken(word, face, size, width) if wide > width else (word,)
        yield from full
        wide = face.width(rest, size) if full else wide
        line, used = (f"{line} {rest}", used + space + wide) if line else (rest, wide)
    yield line


def _broken(word: str, face: Face, size: float, width: float) -> Iterator[str]:
    piece, used = "", 0.0
    for letter in word:
        wide = face.width(letter, size)
        if piece and used + wide > width:
            yield piece
            piece, used = "", 0.0
        piece, used = piece + letter, used + wide
    yield piece


def shortened(text: str, face: Face, size: float, width: float) -> str:
    """`text` on one line, its end replaced by an ellipsis if it is too wide."""
    if face.width(text, size) <= width:
        return text
    room = width - face.width(ELLIPSIS, size)
    fitting = bisect_right(list(accumulate(face.width(letter, size) for letter in text)), room)
    return text[:fitting].rstrip() + ELLIPSIS


def at_most(text: str, count: int, face: Face, size: float, width: float) -> list[str]:
    """The first `count` lines; the last of them ends in an ellipsis if more would follow."""
    lines = wrap(text, face, size, width)
    if len(lines) <= count:
        return lines
    return [*lines[: count - 1], shortened(lines[count - 1] + ELLIPSIS, face, size, width)]


def fitted(text: str, count: int, face: Face, sizes: Sequence[float], width: float) -> tuple[float, list[str]]:
    """The largest of `sizes` (descending) at which `text` takes at most `count` lines, else the smallest, cut."""
    for size in sizes:
        lines = wrap(text, face, size, width)
        if len(lines) <= count:
            return size, lines
    return sizes[-1], at_most(text, count, face, sizes[-1], width)


def share(available: int, wants: Sequence[int]) -> list[int]:
    """Lines for each text out of `available`: who wants little gets it all, the rest is divided evenly.

    The sum never exceeds `available`, and nobody gets more than they want.
    """
    given = [0] * len(wants)
    open_ = sorted(range(len(wants)), key=lambda index: wants[index])
    for place, index in enumerate(open_):
        given[index] = min(wants[index], max(0, available) // (len(open_) - place))
        available -= given[index]
    return given
