"""The JSON of a vehicle service, by the installation's mapping, as a vehicle. Pure."""

from collections.abc import Mapping
from typing import Any

from config.vehicles import VehicleField, VehicleService
from hotline.vehicle import Vehicle, VehicleSourceDown
from vehicles.rows import READERS
from vehicles.values import BadValue


def vehicle_of(document: object, service: VehicleService, plate: str, at: float) -> Vehicle | None:
    """The vehicle that an answer of 200 tells of, None when it says that there is none.

    Raises `VehicleSourceDown` unreadable when what it tells is no vehicle: half an answer would be read to a caller.
    """
    if not isinstance(document, Mapping):
        raise VehicleSourceDown("unreadable")
    found = document if service.root is None else _member(document, service.root)
    if found is None:
        return None
    if not isinstance(found, Mapping):
        raise VehicleSourceDown("unreadable")
    values = {field: _value(found, service, field) for field in READERS}
    if values["tax_due"] is None and values["due_date"] is None:
        raise VehicleSourceDown("unreadable")
    return Vehicle(plate=plate, as_of=at, **values)


def _value(found: Mapping[Any, Any], service: VehicleService, field: VehicleField) -> Any:
    try:
        return READERS[field](_member(found, service.fields.get(field, field)))
    except BadValue as error:
        raise VehicleSourceDown(f"unreadable_{field}") from error


def _member(document: object, path: str) -> object:
    """What stands at `a.b.c`; None when there is no such place."""
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document
