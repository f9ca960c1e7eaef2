"""A vehicle and its tax, as the office's own source tells it.

Nothing here is worked out: fine, total and due date are the source's (SOP step 5, the Sambara look-up).
"""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What is known of one plate. Money is whole rupiah; None and `""` are what the source does not tell.

    `as_of` is when the source said so, Unix seconds. `stale`: it could not be asked again since.
    """

    plate: str
    as_of: float
    tax_due: int | None = None
    fine: int | None = None
    total: int | None = None
    due_date: date | None = None
    make: str = ""
    type: str = ""
    year: int | None = None
    colour: str = ""
    region: str = ""
    owner_region: str = ""
    stale: bool = False


class VehicleRecord(TypedDict):
    """One accepted row of a file; `row` is where it stood, 1 for the first. A dictionary: a million go by."""

    row: int
    plate: str
    make: str
    type: str
    year: int | None
    colour: str
    region: str
    owner_region: str
    tax_due: int | None
    fine: int | None
    total: int | None
    due_date: date | None


class VehicleSourceDown(Exception):
    """The source gave no answer that can be used. `reason` is a code for logs and pages, without anybody's data."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the vehicle source is down: {reason}")
