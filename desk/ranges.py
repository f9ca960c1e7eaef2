"""Which part of a file a player asks for (RFC 9110, section 14): one range of bytes, or all of it."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `stop`, which is not among them."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


class NotThere(Exception):
    """The range begins behind the file's end, or is empty (416)."""


def asked(header: str | None, size: int) -> Span | None:
    """The part of a file of `size` bytes that a Range header asks for, cut at its end; None for all of it.

    What is no range of bytes, or is several, is passed over, as the standard allows. Raises `NotThere`.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if first and last and int(last) < int(first):
        return None  # no valid range at all
    if start >= stop:
        raise NotThere
    return Span(start, stop)
