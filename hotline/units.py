"""Who could answer a question: offices and divisions, and which of them is the likeliest for a ticket (SOP step 5b)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from config.base import Bilingual
from config.sop import Office
from config.units import Unit


@dataclass(frozen=True, slots=True)
class Addressee:
    """An office or division that can be asked; its PICs' accounts carry `code`."""

    code: str
    name: str
    label: Bilingual
    office: bool


class Units:
    """All that can be asked, in the order of the data files: offices, then divisions."""

    def __init__(self, offices: Iterable[Office], units: Iterable[Unit]) -> None:
        self._offices, units = tuple(offices), tuple(units)
        self._divisions = tuple(unit for unit in units if not unit.office)
        self._stand_ins = {key.casefold() for unit in units if unit.office for key in (unit.code, unit.name)}
        known = [_office(office) for office in self._offices] + [_division(unit) for unit in self._divisions]
        self._by_code = {addressee.code: addressee for addressee in known}

    def all(self) -> tuple[Addressee, ...]:
        """Everybody who can be asked."""
        return tuple(self._by_code.values())

    def get(self, code: str) -> Addressee | None:
        """The one with this code."""
        return self._by_code.get(code)

    def proposed(self, named: str, region: str, plate: str) -> tuple[str, ...]:
        """Codes of the likeliest, best first: the division that the matrix names, the region's or the plate's office.

        `named` is the `unit` of the ticket's cell: a division or an office by code or name, or a stand-in for the
        offices. An installation may write there what no file knows; then region and plate decide.
        """
        return tuple(dict.fromkeys(self._likely(named.casefold(), region, plate)))

    def _likely(self, named: str, region: str, plate: str) -> Iterator[str]:
        if named and named not in self._stand_ins:
            yield from (each.code for each in self.all() if named in (each.code.casefold(), each.name.casefold()))
        if region in self._by_code:
            yield region
            return
        area = plate.partition(" ")[0]
        yield from (office.code for office in self._offices if area and office.plate_area == area)


def _office(office: Office) -> Addressee:
    return Addressee(office.code, office.name, Bilingual(id=office.name, en=office.name), office=True)


def _division(unit: Unit) -> Addressee:
    return Addressee(unit.code, unit.name, unit.label, office=False)
