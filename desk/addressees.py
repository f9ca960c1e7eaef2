"""Who can be asked: whether a unit that somebody named is one of this installation's."""

from config import Installation
from config.base import Bilingual
from desk.field_errors import field_error
from desk.problems import Problem
from desk.serialise import words
from hotline.units import Units

UNKNOWN_UNIT = Bilingual(id="Unit ini tidak ada dalam daftar.", en="There is no such office or division.")


def units_of(installation: Installation) -> Units:
    """Every office and division."""
    return Units(installation.offices, installation.units)


def check_unit(installation: Installation, code: str) -> None:
    """Raises `Problem` invalid for a code that nobody has; none at all is fine."""
    if code and units_of(installation).get(code) is None:
        raise unknown("unit", "unit_unknown", UNKNOWN_UNIT)


def unknown(field: str, code: str, message: Bilingual) -> Problem:
    """Somebody or something that was named is not there."""
    return Problem("invalid", errors=[field_error(field, code, words(message))])
