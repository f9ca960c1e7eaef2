"""One row of a file as a vehicle, or why not. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from config.vehicles import VehicleField
from hotline.plate import PlateError, parse
from hotline.vehicle import VehicleRecord
from vehicles.columns import Columns
from vehicles.refusals import Refusal
from vehicles.values import BadValue, day, rupiah, words, year

READERS: Mapping[VehicleField, Callable[[object], Any]] = {
    "make": words,
    "type": words,
    "year": year,
    "colour": words,
    "region": words,
    "owner_region": words,
    "tax_due": rupiah,
    "fine": rupiah,
    "total": rupiah,
    "due_date": day,
}
"""How each field is read, the plate apart: that one needs the area letters."""

REMEMBERED = 20_000
"""Different cells of a column whose reading is kept."""
SHOWN = 60
"""Characters of a refused cell that the report shows."""

_UNTOLD: Mapping[str, Any] = {field: reader(None) for field, reader in READERS.items()}


class Rows:
    """Reads the rows below one heading. `areas` are the area letters that plates may begin with."""

    def __init__(self, columns: Columns, areas: Collection[str]) -> None:
        self._columns = columns
        self._areas = areas
        # The same colours, towns, days and amounts come again and again: most cells need no second reading.
        self._present = [
            (field, columns.places[field], lru_cache(REMEMBERED, typed=True)(reader))
            for field, reader in READERS.items()
            if field in columns.places
        ]
        self._untold = {field: value for field, value in _UNTOLD.items() if field not in columns.places}

    def read(self, row: int, cells: Sequence[object]) -> VehicleRecord | Refusal:
        """The vehicle on row number `row`, or what is wrong with the first cell that cannot be used."""
        width = self._columns.width
        if len(cells) != width and (unequal := self._unequal(row, cells)):
            return unequal
        field: VehicleField = "plate"
        try:
            record: dict[str, Any] = {"row": row, **self._untold}
            record["plate"] = str(parse(str(cells[self._columns.places["plate"]] or ""), self._areas))
            for field, place, reader in self._present:
                record[field] = reader(cells[place])
        except (BadValue, PlateError) as error:
            value = cells[self._columns.places[field]]
            shown = "" if value is None else str(value)[:SHOWN]
            return Refusal(row, self._columns.name(field), error.code, shown)
        return cast("VehicleRecord", record)  # every key is there: present and untold

    def _unequal(self, row: int, cells: Sequence[object]) -> Refusal | None:
        """More cells are no harm when they are empty."""
        width = self._columns.width
        if len(cells) > width and not any(cell not in (None, "") for cell in cells[width:]):
            return None
        code = "row_short" if len(cells) < width else "row_long"
        return Refusal(row, "", code, values={"cells": len(cells), "columns": width})
