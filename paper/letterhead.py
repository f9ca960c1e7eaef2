"""What every sheet has: the letterhead above, places to sign, and the footer below."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from config.base import Language
from config.paper import Letterhead, Signature
from paper.pen import FAINT, INK, MM, Pen
from paper.text import fitted
from paper.words import word

LOGO = 19 * MM
SIGNATURE = 29 * MM
"""Height of the places to sign: role, room for a signature and a stamp, name."""
DOTS = "." * 44


def letterhead(pen: Pen, head: Letterhead, language: Language, top: float, left: float, right: float) -> float:
    """Draws it between `left` and `right`. Returns where the sheet goes on."""
    middle, room = (left + right) / 2, right - left
    if head.logo is not None:
        pen.picture(str(head.logo), left, top, LOGO, LOGO)
        room -= 2 * (LOGO + 3 * MM)
    y = top
    for text, size, bold in _lines(head, language):
        y += size * 1.3
        pen.text(middle, y, text, size, bold=bold, align="centre", within=room)
    y = max(y + 2.6 * MM, top + LOGO + 2 * MM if head.logo is not None else 0)
    pen.rule(left, y, right, weight=1.6, colour=INK)
    pen.rule(left, y + 2, right, weight=0.5, colour=INK)
    return y + 2


def _lines(head: Letterhead, language: Language) -> list[tuple[str, float, bool]]:
    address = head.address.in_language(language)
    telephone = f"{word('telephone', language)} {head.telephone}" if head.telephone else ""
    lines = (
        (head.agency.in_language(language), 11.0, False),
        (head.office.in_language(language), 14.0, True),
        (head.unit.in_language(language), 10.0, False),
        (" · ".join(filter(None, (address, telephone))), 8.0, False),
    )
    return [line for line in lines if line[0]]


def signatures(
    pen: Pen, places: Sequence[Signature], signers: Mapping[str, str], dated: str, language: Language, top: float,
    left: float, right: float,
) -> None:  # fmt: skip
    """Places to sign, side by side; `dated` (place and day) stands over the last of them."""
    if not places:
        return
    column = (right - left) / len(places)
    for index, place in enumerate(places):
        middle = left + column * (index + 0.5)
        if index == len(places) - 1:
            pen.text(middle, top + 9, dated, 9, align="centre", within=column - 4 * MM)
        pen.text(middle, top + 21, place.role.in_language(language), 9, align="centre", within=column - 4 * MM)
        name = place.name or signers.get(place.signer or "", "")
        pen.text(
            middle, top + SIGNATURE - 5 * MM, name or DOTS, 9, bold=bool(name), align="centre", within=column - 4 * MM
        )


def dated(place: str, day: str) -> str:
    """`Bandung, 24 November 2026`"""
    return ", ".join(filter(None, (place, day)))


def footer(
    pen: Pen, text: str, right_text: str, y: float, left: float, right: float, *, spare: float = 0.0
) -> None:  # fmt: skip
    """The last line of a sheet: `text` at the left; at the right what is said of this print, then `spare` points."""
    pen.rule(left, y - 9, right)
    room = right - left - spare - pen.face.regular.width(right_text, 7) - 6 * MM
    size, lines = fitted(text, 1, pen.face.regular, (7.0, 6.5, 6.0), room)
    pen.lines(left, y - size, lines, size, colour=FAINT)
    pen.text(right - spare, y, right_text, 7, colour=FAINT, align="right")


def located(head: Letterhead, folder: Path | None) -> Letterhead:
    """The letterhead with its logo's file found in the `folder` of the data files."""
    if head.logo is None or folder is None:
        return head
    return head.model_copy(update={"logo": folder / head.logo})
