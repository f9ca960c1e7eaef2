"""The archive of paper: where each day's forms and registers lie under the data folder, and what is there.

paper/2026/11/register-2026-11.pdf       the month's register, beside it the same as .xlsx
paper/2026/11/24/register-2026-11-24.pdf the day's register
paper/2026/11/24/HTL-2026-000123.pdf     the form of a ticket that was opened on that day
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper.period import Period

_FORM = re.compile(r"[A-Z]{2,6}-\d{4}-\d{6,}\.pdf")
_REGISTER = re.compile(r"register-\d{4}-\d{2}(-\d{2})?\.(pdf|xlsx)")
_MONTH = re.compile(r"\d{4}/\d{2}")
_DAY = re.compile(r"\d{2}")
_DAY_REGISTERS = "*/*/*/register-????-??-??.pdf"


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """A day's folder: how many forms, and its registers."""

    day: date
    forms: int
    registers: tuple[Path, ...]


class PaperArchive:
    """Paths and listings; touches the disk, so call its listings in a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def form(self, opened: date, number: str) -> Path:
        """Where a ticket's form lies: with the day on which the ticket was opened."""
        return self._of_day(opened) / f"{number}.pdf"

    def register(self, period: Period, suffix: str) -> Path:
        """Where the register of a day or a month lies; `suffix` is `pdf` or `xlsx`."""
        folder = self._of_day(period.first) if period.days == 1 else self._of_day(period.first).parent
        return folder / f"register-{period.stem}.{suffix}"

    def months(self) -> list[str]:
        """Months that have anything, newest first, as `2026-11`."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.glob("*/*"))
        return sorted((month.replace("/", "-") for month in found if _MONTH.fullmatch(month)), reverse=True)

    def days(self, month: Period) -> list[ArchivedDay]:
        """The days of a month that were filed, newest first."""
        folder = self._of_day(month.first).parent
        numbers = sorted((int(path.name) for path in folder.glob("*") if _DAY.fullmatch(path.name)), reverse=True)
        return [self._day(month.first.replace(day=number)) for number in numbers]

    def registers(self, period: Period) -> tuple[Path, ...]:
        """The registers of a month or a day, as far as they were filed."""
        every = (self.register(period, suffix) for suffix in ("pdf", "xlsx"))
        return tuple(path for path in every if path.is_file())

    def forms(self, day: date) -> tuple[Path, ...]:
        """The day's forms, in the order of their numbers."""
        return tuple(sorted(path for path in self._of_day(day).glob("*.pdf") if _FORM.fullmatch(path.name)))

    def find(self, period: Period, name: str) -> Path | None:
        """The file called `name` of a day or a month; None if the archive has none."""
        if not (_FORM.fullmatch(name) or _REGISTER.fullmatch(name)):
            return None
        path = self.register(period, "pdf").with_name(name)
        return path if path.is_file() else None

    def filed_days(self) -> set[date]:
        """Every day whose register was filed: it comes last."""
        return {date.fromisoformat(path.stem.removeprefix("register-")) for path in self.folder.glob(_DAY_REGISTERS)}

    def _day(self, day: date) -> ArchivedDay:
        return ArchivedDay(day, len(self.forms(day)), self.registers(Period.of_day(day)))

    def _of_day(self, day: date) -> Path:
        return self.folder / f"{day:%Y}" / f"{day:%m}" / f"{day:%d}"


def archive_of(data: Path) -> PaperArchive:
    """The installation's own, under its data folder."""
    return PaperArchive(data / "paper")
