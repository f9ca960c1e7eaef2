"""The refused rows as a CSV file that a spreadsheet opens: row, column, what stood there, what is wrong with it."""

import csv
from collections.abc import Iterable
from pathlib import Path

from hotline.cells import harmless
from vehicles.refusals import Refusal

HEADING = ("baris / row", "kolom / column", "isi / value", "alasan", "reason")


def write_report(path: Path, refusals: Iterable[Refusal]) -> None:
    """Write all of them, in both languages, in place of an earlier report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file)
        writer.writerow(HEADING)
        for each in refusals:
            words = each.message
            writer.writerow((each.row, each.column, harmless(each.value), words.id, words.en))
