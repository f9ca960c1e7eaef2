"""The folder of sounds ready to play, named by what made them, with an index in memory."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

from voice.levels import Samples
from voice.wav import write_wav

VALUES_KEPT = 500  # sounds with values in them; each takes some 30 to 200 kB

_VERSION = 2  # raise it when the same recipe gives another sound


class SoundCache:
    """Sounds by name. `fixed` ones stay; of those with values the `VALUES_KEPT` last used stay.

    Callers' numbers are among the values, so the sounds that hold them must not pile up on the disk. `has` and
    `announce` know only the memory and belong to one thread; the others touch only the disk and may block in any.
    """

    def __init__(self, folder: Path) -> None:
        self._fixed = folder / "fixed"
        self._values = folder / "values"
        self._ready: set[Path] = set()
        self._ready_values: OrderedDict[Path, None] = OrderedDict()  # least recently used first

    def place(self, *recipe: object, fixed: bool = True) -> Path:
        """Where the sound made from `recipe` lies or will lie. The same recipe gives the same place."""
        digest = hashlib.sha256(json.dumps([_VERSION, *recipe]).encode()).hexdigest()
        return (self._fixed if fixed else self._values) / f"{digest[:32]}.wav"

    def has(self, place: Path) -> bool:
        """Whether it can be played now. Counts as a use."""
        if place in self._ready_values:
            self._ready_values.move_to_end(place)
            return True
        return place in self._ready

    def announce(self, *places: Path) -> list[Path]:
        """Makes stored sounds known to `has`. Returns those that had to make room: `delete` them."""
        for place in places:
            if place.parent == self._values:
                self._ready_values[place] = None
            else:
                self._ready.add(place)
        surplus = max(len(self._ready_values) - VALUES_KEPT, 0)
        return [self._ready_values.popitem(last=False)[0] for _ in range(surplus)]

    def stored(self) -> list[Path]:
        """What lies on the disk, oldest first, also from earlier runs."""
        found = [path for folder in (self._fixed, self._values) for path in folder.glob("*.wav")]
        return sorted(found, key=lambda path: path.stat().st_mtime)

    def store(self, place: Path, make: Callable[[], Samples], rate: int) -> Path:
        """Stores the sound that `make` makes at `rate` hertz, whole or not at all, unless it is there already."""
        if not place.exists():
            write_wav(place, make(), rate)
        return place

    def delete(self, places: Iterable[Path]) -> None:
        """Removes sounds from the disk."""
        for place in places:
            place.unlink(missing_ok=True)
