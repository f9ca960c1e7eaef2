"""A scratch file in which an import is put in order before the real table is touched: SQLite, gone afterwards.

A million rows find their order and their duplicates on disk, with little memory; and rows that reach the real table
in the order of its key cost it a fraction of what they would in the order of the file.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Self, cast, get_type_hints

from hotline.vehicle import VehicleRecord
from vehicles.refusals import Refusal

BATCH = 250
"""Rows that are handed on, and stored, at once: a few milliseconds that a call's own write may have to wait."""
CACHE_KB = 64 * 1024

_COLUMNS = tuple(get_type_hints(VehicleRecord))
_TABLES = f"""
CREATE TABLE record ({", ".join(name + (" INTEGER PRIMARY KEY" if name == "row" else "") for name in _COLUMNS)});
CREATE TABLE refusal ("row" INTEGER PRIMARY KEY, "column", code, value, "values");
"""
_KEEP = f"INSERT INTO record VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608  names of ours
_REFUSE = "INSERT INTO refusal VALUES (?, ?, ?, ?, ?)"
_REFUSE_TWICE = """
INSERT INTO refusal
SELECT record.row, :column, 'plate_twice', record.plate, json_object('first', first.row)
FROM (SELECT plate, min(row) AS row FROM record GROUP BY plate HAVING count(*) > 1) AS first
JOIN record ON record.plate = first.plate AND record.row > first.row
"""


class Stage:
    """One import's rows. One thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KB}"):
            self._file.execute(f"PRAGMA {pragma}")  # nothing here outlives a crash: the import begins again

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing more is put in or read; the file stays until somebody removes it."""
        self._file.close()

    def create(self) -> None:
        """Makes the tables, in a file that is new."""
        self._file.executescript(_TABLES)

    def put(self, records: Sequence[VehicleRecord], refusals: Sequence[Refusal]) -> None:
        """Keeps what was read."""
        self._file.execute("BEGIN")
        self._file.executemany(_KEEP, map(_plain, records))
        self._file.executemany(_REFUSE, ((r.row, r.column, r.code, r.value, json.dumps(r.values)) for r in refusals))
        self._file.execute("COMMIT")

    def settle(self, plate_column: str) -> None:
        """After the last row: of each plate the first row counts, the others are refused."""
        self._file.execute("CREATE INDEX record_plate ON record (plate)")
        self._file.execute(_REFUSE_TWICE, {"column": plate_column})
        self._file.execute("DELETE FROM record WHERE row IN (SELECT row FROM refusal)")

    def counts(self) -> tuple[int, int]:
        """How many rows were accepted, how many refused."""
        one = "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM refusal)"
        accepted, refused = self._file.execute(one).fetchone()
        return accepted, refused

    def records(self, after: str) -> list[VehicleRecord]:
        """The next `BATCH` records behind the plate `after`, in the order of the plates."""
        query = f"SELECT * FROM record WHERE plate > ? ORDER BY plate LIMIT {BATCH}"  # noqa: S608  no text from outside
        with closing(self._file.execute(query, (after,))) as found:
            return [_record(values) for values in found]

    def refusals(self, most: int = -1) -> Iterator[Refusal]:
        """The refused rows in the order of the file; all of them without `most`."""
        with closing(self._file.execute("SELECT * FROM refusal ORDER BY row LIMIT ?", (most,))) as found:
            for row, column, code, value, values in found:
                yield Refusal(row, column, code, value, json.loads(values))


def _plain(record: VehicleRecord) -> dict[str, Any]:
    due = record["due_date"]
    return {**record, "due_date": due and due.isoformat()}


def _record(values: Sequence[Any]) -> VehicleRecord:
    record = dict(zip(_COLUMNS, values, strict=True))
    if due := record["due_date"]:
        record["due_date"] = date.fromisoformat(due)
    return cast("VehicleRecord", record)
