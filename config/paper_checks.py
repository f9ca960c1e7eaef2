"""Files that the paper's description names: they must be there, and be what they are said to be."""

from collections.abc import Iterator
from pathlib import Path

from config.paper import Paper
from config.schema import Finding
from config.settings import Settings

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")  # PNG (its specification, 5.2) and JPEG
_TRUETYPE = (b"\x00\x01\x00\x00", b"true")  # OpenType with TrueType outlines; CFF outlines ("OTTO") cannot be embedded


def logo_is_a_picture(paper: Paper, settings: Settings) -> Iterator[Finding]:
    """A logo that cannot be printed would spoil every form, so it is refused beforehand."""
    if paper.letterhead.logo is not None and (wrong := _wrong(paper.letterhead.logo, settings.config, _PICTURES)):
        yield Finding(("letterhead", "logo"), f"{wrong}; a PNG or JPEG file is needed")


def fonts_can_be_embedded(paper: Paper, settings: Settings) -> Iterator[Finding]:
    """The same for the installation's own typeface."""
    for weight in ("regular", "bold") if paper.font else ():
        if wrong := _wrong(getattr(paper.font, weight), settings.config, _TRUETYPE):
            yield Finding(("font", weight), f"{wrong}; a TrueType file (.ttf) is needed")


def _wrong(named: Path, folder: Path | None, beginnings: tuple[bytes, ...]) -> str:
    try:
        with (named if folder is None else folder / named).open("rb") as file:
            begins = file.read(8)
    except OSError as error:
        return f"{named} cannot be read: {(error.strerror or str(error)).lower()}"
    return "" if begins.startswith(beginnings) else f"{named} is something else"
