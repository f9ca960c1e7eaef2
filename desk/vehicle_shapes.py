"""The JSON about vehicles. Money is whole rupiah; what the source does not tell is null or `""`."""

from typing import Literal

from typing_extensions import TypedDict  # pydantic reads typing's own only from Python 3.12 on

from desk.shapes import Words

SourceName = Literal["none", "http", "table"]
JobState = Literal["reading", "storing", "done", "refused", "failed"]


class Vehicle(TypedDict):
    """`as_of` is when the source said so; `stale`: it could not be asked again since. `due_date` is a day."""

    plate: str
    found: bool
    source: SourceName
    as_of: str | None
    stale: bool
    tax_due: int | None
    fine: int | None
    total: int | None
    due_date: str | None
    make: str
    type: str
    year: int | None
    colour: str
    region: str
    owner_region: str


class VehicleTable(TypedDict):
    """The import that look-ups use now."""

    file: str
    by: str
    imported_at: str
    rows: int
    refused: int


class RefusedRow(TypedDict):
    """`row` counts from 1, the heading; `column` is `""` when the whole row is meant."""

    row: int
    column: str
    code: str
    value: str
    message: Words


class VehicleImport(TypedDict):
    """An import on this node since it was started. `share` is 0 to 1; `refusals` are the first of `refused`.

    `message` says why a file was refused, or the import failed: then the table is as it was.
    """

    state: JobState
    file: str
    by: str
    started_at: str
    ended_at: str | None
    share: float
    rows: int
    refused: int
    refusals: list[RefusedRow]
    message: Words | None


class VehicleSource(TypedDict):
    """`table` is null before the first import, `job` before the first one on this node."""

    source: SourceName
    table: VehicleTable | None
    job: VehicleImport | None
