"""Reads a file of vehicles into a stage: `python -m vehicles.reader`, a process of its own.

A million rows keep an interpreter busy for half a minute, and calls share the service's. The job comes as one line of
JSON on standard input, what there is to tell goes out as lines of JSON.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from hotline.vehicle import VehicleRecord
from vehicles.columns import columns_of
from vehicles.delimited import DelimitedFile
from vehicles.refusals import FileRefused, Refusal
from vehicles.rows import Rows
from vehicles.stage import Stage
from vehicles.workbook import Workbook

TOLD_EVERY_S = 0.2
AT_ONCE = 2000
"""Rows that are put on the stage at once."""
MOST_MEMORY = 4 * 1024**3
"""Bytes; a workbook that unfolds into more ends this process and nothing else."""

NICENESS = 10
"""Calls go first (nice(2))."""

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Told = Callable[[float, int], None]
"""Share of the file that is read, and rows so far."""


def read_file(path: Path, stage: Stage, areas: Collection[str], told: Told) -> None:
    """Fills the stage. `areas` are the letters that plates may begin with. Raises `FileRefused`."""
    with _opened(path) as file:
        lines = file.lines()
        heading = next(lines, None)
        if heading is None:
            raise FileRefused("empty")
        if isinstance(heading[1], Refusal):
            raise FileRefused("not_text")
        columns = columns_of(heading[1])
        rows, filling, number = Rows(columns, areas), _Filling(stage), 0
        for number, (row, cells) in enumerate(lines, 1):
            filling.add(cells if isinstance(cells, Refusal) else rows.read(row, cells))
            if number % AT_ONCE == 0:
                filling.flush()
                told(file.share_read, number)
    filling.flush()
    if number == 0:
        raise FileRefused("no_rows")
    stage.settle(columns.name("plate"))
    told(1.0, number)


def _opened(path: Path) -> DelimitedFile | Workbook:
    """By what the file is, not by what it is called. Raises `FileRefused`."""
    with path.open("rb") as file:
        head = file.read(len(_ZIP))
    if head == _OLD_EXCEL:
        raise FileRefused("old_excel")
    return Workbook(path) if head == _ZIP else DelimitedFile(path)


class _Filling:
    """Rows on their way to the stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._records: list[VehicleRecord] = []
        self._refusals: list[Refusal] = []

    def add(self, row: VehicleRecord | Refusal) -> None:
        if isinstance(row, Refusal):
            self._refusals.append(row)
        else:
            self._records.append(row)

    def flush(self) -> None:
        self._stage.put(self._records, self._refusals)
        self._records, self._refusals = [], []


def main() -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    job = json.loads(sys.stdin.readline())
    last = time.monotonic()

    def told(share: float, rows: int) -> None:
        nonlocal last
        if time.monotonic() - last > TOLD_EVERY_S:
            last = time.monotonic()
            _say(share=round(share, 4), rows=rows)

    with Stage(Path(job["stage"])) as stage:
        stage.create()
        try:
            read_file(Path(job["file"]), stage, frozenset(job["areas"]), told)
        except FileRefused as refused:
            _say(refused=refused.code, values=refused.values)
        else:
            _say(done=True)


def _say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main()
