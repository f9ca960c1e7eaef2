"""How long personal data is kept: a rule for each category of data (Law 27 of 2022, articles 16 and 43)."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.base import Model

Days = Annotated[int, Field(ge=1, le=36_500)] | None
"""Whole days; null keeps for good."""


class KeepDays(Model):
    """Days after which each category is erased, counted from the end of the call or the closing of the ticket.

    `recordings`: sound files of talks and messages. `caller`: number, name and plate on closed tickets, calls and
    contacts. `words`: description, answer and what was written in a validation. `paper`: forms and registers in the
    archive, from their day on. `audit`: who looked at whose data; a year is the least, and the database holds to that.
    """

    recordings: Days = 365
    caller: Days = 1825
    words: Days = 1825
    paper: Days = 1825
    audit: Annotated[int, Field(ge=366, le=36_500)] | None = 1825


class Retention(Model):
    """What is done each night at `at` (HH:MM of the installation's zone): `report` only counts, `erase` erases."""

    nightly: Literal["report", "erase"] = "report"
    at: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "02:30"
    keep_days: KeepDays = KeepDays()

    @property
    def minute(self) -> int:
        """Minutes after midnight."""
        hours, minutes = self.at.split(":")
        return 60 * int(hours) + int(minutes)
