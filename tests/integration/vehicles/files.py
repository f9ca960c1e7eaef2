"""Files as offices send them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

HEADING = ("No. Polisi", "Merk", "Tahun", "PKB", "Denda", "Jatuh Tempo", "Wilayah Pemilik")
GOOD = ("D 1 A", "HONDA", "2019", "Rp 250.000", "0", "24-11-2026", "Kota Bandung")


def row(plate: str, **cells: str) -> tuple[str, ...]:
    """A good row with this plate and whatever else is said: `pkb="x"`."""
    names = {"merk": 1, "tahun": 2, "pkb": 3, "denda": 4, "jatuh_tempo": 5, "pemilik": 6}
    values = [plate, *GOOD[1:]]
    for name, value in cells.items():
        values[names[name]] = value
    return tuple(values)


def lines(*rows: Sequence[str], separator: str = ";") -> str:
    """The rows below the heading, as text."""
    return "".join(separator.join(each) + "\n" for each in (HEADING, *rows))


def csv_file(folder: Path, text: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def workbook(folder: Path, *rows: Sequence[object], top: int = 0) -> Path:
    """An XLSX file; days are real days, numbers numbers. `top` empty rows stand above the heading."""
    path = folder / "data.xlsx"
    book = xlsxwriter.Workbook(str(path))
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for at, cells in enumerate((HEADING, *rows), top):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, cell, days)
            else:
                sheet.write(at, column, cell)
    book.close()
    return path
