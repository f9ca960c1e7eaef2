"""The QR code that leads from paper back to the ticket's page (ISO/IEC 18004)."""

from itertools import groupby

import segno

from paper.pen import Pen

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, 6.3.8)."""


def matrix(address: str) -> tuple[bytes, ...]:
    """Rows of modules, 1 for dark. Error correction M: up to 15 % may be lost to a stamp or a fold."""
    return tuple(bytes(row) for row in segno.make(address, error="m", micro=False).matrix)


def draw(pen: Pen, address: str, x: float, top: float, side: float) -> None:
    """The code within a square of `side` points, its quiet zone included."""
    rows = matrix(address)
    module = side / (len(rows) + 2 * QUIET)
    for line, row in enumerate(rows, QUIET):
        column = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                pen.square(x + column * module, top + line * module, module, length)
            column += length
