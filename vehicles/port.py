"""What the desk asks about vehicles, whoever answers; and what an import needs of the table that it fills."""

from collections.abc import Sequence
from typing import Protocol

from hotline.vehicle import Vehicle, VehicleRecord


class Vehicles(Protocol):
    """Where vehicles are looked up."""

    async def find(self, plate: str) -> Vehicle | None:
        """The vehicle with this plate, written as `str(hotline.plate.Plate)`; None when the source has none.

        Raises `VehicleSourceDown`.
        """

    async def close(self) -> None:
        """Lets go of connections of its own."""


class NoSource:
    """`Vehicles` of an installation without a source: no plate is known."""

    async def find(self, plate: str) -> Vehicle | None:
        return None

    async def close(self) -> None:
        return None


class ImportTarget(Protocol):
    """The local table, as an import sees it: a new edition is filled beside the old one and then takes its place.

    Only `finish` changes what look-ups find. Everything raises when the database is away, or the edition was lost to
    another import.
    """

    async def begin(self, file: str, by: str, at: float) -> int:
        """A new, empty edition; returns its number. Raises while another import fills one."""

    async def add(self, edition: int, records: Sequence[VehicleRecord], at: float) -> None:
        """Rows of the edition: in the order of their plates, each plate once."""

    async def finish(self, edition: int, refused: int, at: float) -> None:
        """From now on look-ups find this edition; `refused` rows of the file are not in it."""

    async def abandon(self, edition: int, at: float) -> None:
        """Everything is as it was before `begin`."""
