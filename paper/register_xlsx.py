"""The register as a spreadsheet: real dates, a heading that stays, a filter; rows go to disk as they come."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from config.base import Language
from config.paper import Paper
from paper import times
from paper.register import COLUMNS, MOMENTS, Cell, Span
from paper.tally import Tally
from paper.words import word

HEADING_ROW = 4
"""Zero-based: above it stand office, title, span and as-of time."""
_WIDTHS = (18, 18, 18, 16, 26, 20, 32, 28, 17, 12, 32, 60, 60, 20, 24)
"""Columns in characters, in the order of `COLUMNS`."""
_MOST_ROWS = 1_048_576 - HEADING_ROW - 12
"""A sheet has no more (ECMA-376, the limits of applications); a larger register goes on on a next sheet."""


class _Sheet:
    """One sheet of the book. Rows must come in order: those before are on disk already."""

    def __init__(self, book: "_Book", sheet: Worksheet) -> None:
        self._book = book
        self._sheet = sheet
        self._next = HEADING_ROW + 1
        for row, (text, look) in enumerate(book.head):
            sheet.write_string(row, 0, text, look)
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(HEADING_ROW, column, word(name, book.language), book.heading)
        sheet.freeze_panes(HEADING_ROW + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.repeat_rows(HEADING_ROW)
        sheet.fit_to_pages(1, 0)

    @property
    def full(self) -> bool:
        return self._next >= _MOST_ROWS

    def add(self, row: Sequence[Cell]) -> None:
        for column, (name, value) in enumerate(zip(COLUMNS, row, strict=True)):
            if name in MOMENTS and isinstance(value, float | int):
                self._sheet.write_datetime(self._next, column, self._book.local(value), self._book.moment)
            elif value != "":
                self._sheet.write_string(self._next, column, str(value))
        self._next += 1

    def close(self, totals: Iterable[tuple[str, int]]) -> None:
        self._sheet.autofilter(HEADING_ROW, 0, max(self._next - 1, HEADING_ROW + 1), len(COLUMNS) - 1)
        for offset, (label, count) in enumerate(totals, 1):
            self._sheet.write_string(self._next + offset, 0, label, self._book.bold)
            self._sheet.write_number(self._next + offset, 1, count, self._book.number)


class _Book:
    """The looks that all sheets share."""

    def __init__(self, file: xlsxwriter.Workbook, paper: Paper, language: Language, span: Span, as_of: str) -> None:
        self.language = language
        self._zone = span.zoneinfo
        self.bold: Format = file.add_format({"bold": True})
        title = file.add_format({"bold": True, "font_size": 14})
        self.heading: Format = file.add_format({"bold": True, "bg_color": "#E6E6E6", "bottom": 1})
        self.moment: Format = file.add_format({"num_format": "dd/mm/yyyy hh:mm:ss", "align": "left"})
        self.number: Format = file.add_format({"num_format": "0", "align": "left"})
        self.head = (
            (paper.letterhead.office.in_language(language), self.bold),
            (paper.registers.title.in_language(language), title),
            (span.name, self.bold),
            (as_of, None),
        )

    def local(self, at: float) -> datetime:
        return times.local(at, self._zone).replace(microsecond=0)


def write(
    rows: Iterable[Sequence[Cell]], out: Path, paper: Paper, language: Language, span: Span, as_of: str
) -> None:  # fmt: skip
    """Writes the register to `out`. Memory does not grow with the number of rows.

    Text is written as text: what looks like a formula is not one. Moments become wall time of the span's zone.
    """
    options = {"constant_memory": True, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(out), options) as file:
        file.set_properties({"title": paper.registers.title.in_language(language), "subject": span.name})
        book, tally = _Book(file, paper, language, span, as_of), Tally(language)
        sheet = _Sheet(book, file.add_worksheet(word("register", language)))
        for row in rows:
            if sheet.full:
                sheet.close(())
                sheet = _Sheet(book, file.add_worksheet())
            sheet.add(row)
            tally.count(row)
        sheet.close(tally.totals())
