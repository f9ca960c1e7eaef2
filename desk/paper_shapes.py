"""The JSON about the archive of paper. Times are RFC 3339 with offset."""

from typing_extensions import TypedDict  # pydantic reads typing's own only from Python 3.12 on


class ArchivedFile(TypedDict):
    name: str
    url: str
    bytes: int
    filed_at: str


class ArchivedDay(TypedDict):
    """`registers` are the day's register as PDF and as spreadsheet, as far as they were filed."""

    day: str
    forms: int
    registers: list[ArchivedFile]


class ArchivedMonth(TypedDict):
    """`months` are all that have anything, newest first; the rest is of `month`."""

    months: list[str]
    month: str
    registers: list[ArchivedFile]
    days: list[ArchivedDay]


class ArchivedForms(TypedDict):
    day: str
    forms: list[ArchivedFile]
