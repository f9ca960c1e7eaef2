"""Vehicle registration numbers (nomor polisi): area letters, number, suffix, as in `D 1234 ABC` (OFFICES.md)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.base import Bilingual

_FORM = re.compile(r"([A-Z]{1,2})([1-9]\d{0,3})([A-Z]{0,3})")
_SEPARATORS = re.compile(r"[\s.\-]+")

MESSAGES: Mapping[str, Bilingual] = {
    "plate_empty": Bilingual(id="Nomor polisi belum diisi.", en="The plate number is empty."),
    "plate_characters": Bilingual(
        id="Nomor polisi hanya berisi huruf A–Z dan angka.", en="A plate number holds only letters A–Z and digits."
    ),
    "plate_area_missing": Bilingual(
        id="Nomor polisi diawali satu atau dua huruf wilayah, misalnya D 1234 ABC.",
        en="A plate number begins with one or two area letters, such as D 1234 ABC.",
    ),
    "plate_number": Bilingual(
        id="Sesudah huruf wilayah ada 1 sampai 4 angka yang tidak diawali nol, misalnya D 1234 ABC.",
        en="One to four digits, not beginning with zero, follow the area letters, such as D 1234 ABC.",
    ),
    "plate_suffix": Bilingual(
        id="Sesudah angka ada paling banyak tiga huruf, misalnya D 1234 ABC.",
        en="At most three letters follow the digits, such as D 1234 ABC.",
    ),
    "plate_area_unknown": Bilingual(
        id="Huruf wilayah ini tidak dikenal. Periksa huruf di depan angka.",
        en="These area letters are unknown. Check the letters before the digits.",
    ),
}


class PlateError(ValueError):
    """The text is no plate number. `code` is a key of `MESSAGES`, `message` says what is wrong in both languages."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = MESSAGES[code]
        super().__init__(self.message.en)


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate number in its parts; `str()` writes it as painted on the plate."""

    area: str
    number: int
    suffix: str

    def __str__(self) -> str:
        return f"{self.area} {self.number} {self.suffix}".rstrip()


def parse(text: str, areas: Collection[str] | None = None) -> Plate:
    """Read a plate however it was typed (case, spaces, dots and dashes do not matter).

    `areas` are the known area letters; None accepts any. Raises `PlateError`.
    """
    compact = _SEPARATORS.sub("", text).upper()
    form = _FORM.fullmatch(compact)
    if form is None:
        raise PlateError(_what_is_wrong(compact))
    area, number, suffix = form.groups()
    if areas is not None and area not in areas:
        raise PlateError("plate_area_unknown")
    return Plate(area, int(number), suffix)


def region_of(plate: Plate, areas: Mapping[str, str]) -> str | None:
    """The region that the plate's area letters stand for; None where the list does not tell."""
    return areas.get(plate.area)


def _what_is_wrong(compact: str) -> str:
    if not compact:
        return "plate_empty"
    if not re.fullmatch(r"[A-Z0-9]+", compact):
        return "plate_characters"
    if not re.match(r"[A-Z]{1,2}(\d|$)", compact):
        return "plate_area_missing"
    if not re.match(r"[A-Z]{1,2}[1-9]\d{0,3}(\D|$)", compact):
        return "plate_number"
    return "plate_suffix"
