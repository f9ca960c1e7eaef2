"""Several texts into one space: they shrink together, and are cut only when the smallest size does not help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from paper.fonts import Face
from paper.pen import MM
from paper.text import LEADING, at_most, share, shortened, wrap

SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""How far texts shrink: 7 points is the least that is read with ease on paper."""
PADDING = 1.7 * MM
"""White above and below a text within its frame."""
LEAST_LINES = 2
"""A cut text keeps a line of its own, and the line that says where the rest is."""


@dataclass(frozen=True, slots=True)
class Block:
    """A text as it is printed, and the height of its frame in points."""

    lines: tuple[str, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """All texts at one size."""

    size: float
    blocks: tuple[Block, ...]


def least_room(count: int) -> float:
    """The height that `count` texts need, however long they are."""
    return count * _height(LEAST_LINES, SIZES[-1])


def fit(texts: Sequence[str], face: Face, width: float, room: float, least: float, note: str) -> Fitted:
    """The texts within `room` points of height, if that is `least_room` at least.

    Frames are `least` high where there is room for it. `note` ends a text that had to be cut.
    """
    for size in SIZES:
        every = [wrap(text, face, size, width) for text in texts]
        if sum(_height(len(lines), size) for lines in every) <= room:
            return Fitted(size, _framed(every, size, room, least))
    spare = int((room - len(texts) * 2 * PADDING) / (size * LEADING))
    given = share(spare, [len(lines) for lines in every])
    cut = _cutter(face, size, width, note)
    return Fitted(size, _framed([cut(text, count) for text, count in zip(texts, given, strict=True)], size, room, 0))


def _cutter(face: Face, size: float, width: float, note: str) -> Callable[[str, int], list[str]]:
    def cut(text: str, count: int) -> list[str]:
        if len(lines := wrap(text, face, size, width)) <= count:
            return lines
        kept = at_most(text, max(LEAST_LINES, count) - 1, face, size, width)
        return [*kept, shortened(note, face, size, width)]

    return cut


def _framed(every: Sequence[Sequence[str]], size: float, room: float, least: float) -> tuple[Block, ...]:
    """Frames around the lines; short ones grow towards `least` as far as the room that is left over goes."""
    heights = [_height(len(lines), size) for lines in every]
    lacking = [max(0.0, least - height) for height in heights]
    spare = max(0.0, room - sum(heights))
    part = min(1.0, spare / sum(lacking)) if sum(lacking) else 0.0
    return tuple(
        Block(tuple(lines), height + lack * part) for lines, height, lack in zip(every, heights, lacking, strict=True)
    )


def _height(lines: int, size: float) -> float:
    return lines * size * LEADING + 2 * PADDING
