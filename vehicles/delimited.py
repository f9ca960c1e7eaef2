"""CSV as offices write it: any of four separators, UTF-8 or marked UTF-16; each line is read for itself.

A quotation mark that is not closed then spoils its own line and not the thousand after it. No cell of a vehicle holds
a line break, so nothing is lost by that.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

from vehicles.refusals import FileRefused, Refusal

SEPARATORS = ";,\t|"
_NOT_UTF8 = re.compile(r"[\ud800-\udfff]")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Line = Sequence[object] | Refusal


class DelimitedFile:
    """The lines of one file, the heading first."""

    def __init__(self, path: Path) -> None:
        self._size = max(path.stat().st_size, 1)
        self._file = TextIOWrapper(path.open("rb"), encoding=_encoding(path), errors="surrogateescape", newline=None)

    def __enter__(self) -> "DelimitedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def share_read(self) -> float:
        """How much of the file is behind us, 0 to 1."""
        return min(self._file.buffer.tell() / self._size, 1.0)

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Row number and cells of every line that is not blank. Raises `FileRefused` when a heading is no text."""
        separator = ""
        for number, line in enumerate(self._file, 1):
            text = line.rstrip("\n")
            if not text.strip():
                continue
            separator = separator or _separator(text)
            yield number, _cells(number, text, separator)


def _encoding(path: Path) -> str:
    """Raises `FileRefused` for what is not text."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    if b"\0" in head:
        halves = head[0::2].count(b"\0"), head[1::2].count(b"\0")
        raise FileRefused("utf16" if max(halves) > len(head) / 8 and min(halves) == 0 else "not_text")
    return "utf-8-sig"


def _separator(heading: str) -> str:
    """The one that stands most often in the heading."""
    return max(SEPARATORS, key=heading.count)


def _cells(number: int, text: str, separator: str) -> Line:
    if not text.isascii() and _NOT_UTF8.search(text):
        return Refusal(number, "", "encoding")
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return Refusal(number, "", "quotes")
