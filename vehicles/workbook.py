"""The first sheet of an XLSX workbook (ECMA-376), rows as they stand in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from vehicles.refusals import FileRefused


class Workbook:
    """The rows of one file, the heading first. The whole sheet is in memory: about 1 kB for each row."""

    def __init__(self, path: Path) -> None:
        self._read = 0
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
