"""The typeface of everything printed. It is embedded, so a sheet looks the same on every machine and printer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from config.paper import Font

_DEBIAN = Path("/usr/share/fonts/truetype")
_ROBOTO = _DEBIAN / "roboto/unhinted/RobotoTTF"
_WITH_REPORTLAB = Path(reportlab.__file__).parent / "fonts"

# Roboto (fonts-roboto-unhinted) has every Latin letter; then what a machine may have besides, and the library's own.
USUAL: tuple[tuple[Path, Path], ...] = (
    (_ROBOTO / "Roboto-Regular.ttf", _ROBOTO / "Roboto-Bold.ttf"),
    (_DEBIAN / "dejavu/DejaVuSans.ttf", _DEBIAN / "dejavu/DejaVuSans-Bold.ttf"),
    (_WITH_REPORTLAB / "Vera.ttf", _WITH_REPORTLAB / "VeraBd.ttf"),
)


class FontError(Exception):
    """A font file cannot be used; the text names it."""


@dataclass(frozen=True, slots=True)
class Face:
    """One weight: its name for the canvas, and the advance of every character it has, in thousandths of the size."""

    name: str
    advances: Mapping[int, float]
    missing: float

    def width(self, text: str, size: float) -> float:
        """Points that `text` takes at `size` points."""
        advances, missing = self.advances, self.missing
        return sum(advances.get(ord(letter), missing) for letter in text) * size / 1000


@dataclass(frozen=True, slots=True)
class Typeface:
    """Both weights."""

    regular: Face
    bold: Face


@lru_cache(maxsize=4)
def typeface(font: Font | None) -> Typeface:
    """The installation's own, else the first of `USUAL` that is there. Raises `FontError`."""
    regular, bold = (font.regular, font.bold) if font else next(pair for pair in USUAL if all(map(Path.is_file, pair)))
    return Typeface(_face(regular), _face(bold))


def _face(file: Path) -> Face:
    try:
        loaded = TTFont(file.stem, str(file))
    except (TTFError, OSError) as error:
        raise FontError(f"{file} cannot be used as a font: {error}") from error
    pdfmetrics.registerFont(loaded)
    return Face(file.stem, loaded.face.charWidths, loaded.face.defaultWidth)
