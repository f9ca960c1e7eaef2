"""The first sheet of an XLSX workbook (ECMA-376), rows as they stand in it."""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile, LargeZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vehicles.refusals import FileRefused

MOST_UNPACKED = 1024**3
"""Bytes. A full sheet (1,048,576 rows) of vehicles takes about 700 MB; a zip of 1 MB can hold thousands."""
_PIECE = 1024**2


class Workbook:
    """The rows of one file, the heading first. The whole sheet is in memory: about 1 kB for each row."""

    def __init__(self, path: Path) -> None:
        self._read = 0
        _check_size(path)
        try:
            self._sheet: CalamineSheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        except (CalamineError, OSError) as error:
            raise FileRefused("broken_workbook") from error

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @property
    def share_read(self) -> float:
        """How much of the sheet is behind us, 0 to 1."""
        return min(self._read / max(self._sheet.total_height, 1), 1.0)

    def lines(self) -> Iterator[tuple[int, Sequence[object]]]:
        """Row number and cells of every row that holds anything."""
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            self._read = number
            if any(cell != "" for cell in cells):
                yield number, cells


def _check_size(path: Path) -> None:
    """Raises `FileRefused` for what unpacks to more than we take; the sizes that it tells are tried, not believed."""
    try:
        with ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
                raise FileRefused("workbook_too_large", most=MOST_UNPACKED // 1024**2)
            for member in packed.infolist():
                with packed.open(member) as unpacked:
                    while unpacked.read(_PIECE):
                        pass
    except (BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
        raise FileRefused("broken_workbook") from error
