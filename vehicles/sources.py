"""The source that the installation names."""

from config.settings import Settings
from config.vehicles import VehicleSource
from vehicles.http import Clock, HttpVehicles
from vehicles.port import NoSource, Vehicles


def source_of(rules: VehicleSource, settings: Settings, table: Vehicles, clock: Clock) -> Vehicles:
    """`table` is the local one. What is returned wants to be closed."""
    match rules.source:
        case "http" if rules.service is not None:
            return HttpVehicles(rules.service, settings.vehicles_token, clock)
        case "table":
            return table
        case _:
            return NoSource()
