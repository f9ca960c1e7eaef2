"""Who answers what an operator cannot, beside the offices (SOP step 5b: "PIC P3D or Bidang Teknis")."""

from collections.abc import Iterator

from config.base import Bilingual, Model
from config.schema import Finding
from config.sop import Code, Office


class Unit(Model):
    """A technical division, or a stand-in for whichever office is the ticket's.

    A cell of the matrix names a unit by `code` or `name`; a PIC's account by `code`. `office` makes it a stand-in: for
    the office of the ticket's region, else those of the plate's area.
    """

    code: Code
    name: str
    label: Bilingual
    office: bool = False


def codes_differ(units: tuple[Unit, ...], offices: tuple[Office, ...]) -> Iterator[Finding]:
    """A code means one unit or one office: a PIC's account carries only that."""
    taken = {office.code: "an office" for office in offices}
    for index, unit in enumerate(units):
        if unit.code in taken:
            yield Finding(("units", index, "code"), f"code `{unit.code}` is already {taken[unit.code]}")
        taken.setdefault(unit.code, "another unit")
