"""What the service said, for a while. Time is an argument, in seconds."""

from collections import OrderedDict
from dataclasses import dataclass

from hotline.vehicle import Vehicle

MOST = 10_000
"""Plates that are remembered; the one asked for longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer, also the one that there is no such vehicle, and when it came."""

    vehicle: Vehicle | None
    at: float


class Cache:
    """Answers by plate."""

    def __init__(self, most: int = MOST) -> None:
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._most = most

    def keep(self, plate: str, vehicle: Vehicle | None, now: float) -> None:
        self._known[plate] = Known(vehicle, now)
        self._known.move_to_end(plate)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def get(self, plate: str, within_s: float, now: float) -> Known | None:
        """The answer if it is not older than `within_s`."""
        known = self._known.get(plate)
        if known is None or now - known.at > within_s:
            return None
        self._known.move_to_end(plate)
        return known
