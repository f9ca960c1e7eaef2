"""The form of a ticket: one A4 page, however long the texts are. They shrink first, and are cut only then."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from reportlab.lib.colors import Color

from config.paper import Paper
from paper import qr
from paper.fitting import PADDING, fit, least_room
from paper.fonts import typeface
from paper.letterhead import SIGNATURE, dated, footer, letterhead, signatures
from paper.pen import A4, ALARM, FAINT, INK, MM, Pen
from paper.text import fitted
from paper.ticket_sheet import HandoverLine, StepLine, TicketSheet
from paper.words import word

LEFT, RIGHT = 20 * MM, 195 * MM  # the left margin leaves room for a binder's holes
TOP, BOTTOM = 9 * MM, 290 * MM
VALUE_SIZES = (9.5, 8.5, 7.5, 6.5)
QR = 27 * MM
GAP = 2.4 * MM
HEADING = 4.6 * MM
LINE = 4.7 * MM
"""Height of a row in the tables."""
TEXT = 32 * MM
"""Height of a text's frame when it says little or nothing."""
HANDOVERS = range(7, 1, -1)
"""How many hand-overs are printed, as the texts leave room: when there are more, the first and the latest."""


class FormPrinter:
    """Draws forms, one page each, into one file."""

    def __init__(self, paper: Paper, out: BinaryIO, title: str) -> None:
        office = paper.letterhead.office.in_language(paper.language)
        self._paper = paper
        self._pen = Pen(out, A4, typeface(paper.font), title, office)

    def add(self, sheet: TicketSheet) -> None:
        """One more page."""
        _Page(self._pen, self._paper, sheet).draw()
        self._pen.next_page()

    def save(self) -> None:
        """Writes the file. A file without any form would be no PDF, so there must have been one."""
        self._pen.save()


def one_form(paper: Paper, sheet: TicketSheet) -> bytes:
    """A file of a single form."""
    out = BytesIO()
    printer = FormPrinter(paper, out, sheet.number)
    printer.add(sheet)
    printer.save()
    return out.getvalue()


class _Page:
    def __init__(self, pen: Pen, paper: Paper, sheet: TicketSheet) -> None:
        self._pen = pen
        self._paper = paper
        self._sheet = sheet
        self._language = sheet.language

    def draw(self) -> None:
        """Top down what has its fixed height, bottom up the signatures; the texts share what lies between."""
        y = letterhead(self._pen, self._paper.letterhead, self._language, TOP, LEFT, RIGHT)
        y = self._title(y + 4 * MM)
        y = self._identity(y + 1 * MM)
        y = self._texts(y + GAP)
        self._steps(y)
        self._sign()
        self._foot()

    def _title(self, top: float) -> float:
        sheet, pen = self._sheet, self._pen
        qr.draw(pen, sheet.address, RIGHT - QR + 2 * MM, top - 2 * MM, QR)
        pen.text(RIGHT, top + QR - 1 * MM, self._word("scan"), 5.8, colour=FAINT, align="right")
        room = RIGHT - LEFT - QR - 4 * MM
        form = self._paper.form
        size, lines = fitted(form.title.in_language(self._language), 2, pen.face.bold, (15, 13, 11), room)
        y = pen.lines(LEFT, top, lines, size, bold=True)
        if basis := form.basis.in_language(self._language):
            pen.text(LEFT, y + 9, f"{self._word('basis')}: {basis}", 8.5, colour=FAINT, within=room)
        pen.text(LEFT, top + QR - 8.5 * MM, self._word("number"), 7.5, colour=FAINT)
        pen.text(LEFT, top + QR - 2.2 * MM, sheet.number, 16, bold=True, within=room)
        return top + QR + 1 * MM

    def _identity(self, top: float) -> float:
        y = self._heading(self._word("identity"), top)
        pairs = self._sheet.identity
        half = (RIGHT - LEFT) / 2
        for left, right in zip(pairs[::2], pairs[1::2], strict=True):
            ends = [self._pair(pair, x, half - 3 * MM, y) for pair, x in ((left, LEFT), (right, LEFT + half))]
            y = max(ends)
            self._pen.rule(LEFT, y, RIGHT, weight=0.3)
        y = self._pair(self._sheet.category, LEFT, RIGHT - LEFT, y)
        self._pen.rule(LEFT, y, RIGHT, weight=0.3)
        return y

    def _pair(self, pair: tuple[str, str], x: float, width: float, top: float) -> float:
        """A label and its value, in one line where it fits, else in two smaller ones. Returns where they end."""
        label = 33 * MM
        size, lines = fitted(self._pen.clean(pair[1]), 2, self._pen.face.regular, VALUE_SIZES, width - label)
        self._pen.text(x + PADDING, top + 4.1 * MM, pair[0], 8, colour=FAINT, within=label - PADDING - 2 * MM)
        for index, line in enumerate(lines):
            self._pen.text(x + label, top + 4.1 * MM + index * size * 1.2, line, size)
        return top + 4.1 * MM + (len(lines) - 1) * size * 1.2 + 1.5 * MM

    def _texts(self, top: float) -> float:
        """Description, step 5b and answer, at the largest size at which all of them fit."""
        words, room = self._words(), self._room(top)
        handovers, left_out = self._handovers(room - least_room(len(words)))
        note = word("cut", self._language, address=self._sheet.address)
        texts = [self._pen.clean(text) for _, text in words]
        face, width = self._pen.face.regular, RIGHT - LEFT - 2 * PADDING
        done = fit(texts, face, width, room - _table(handovers, left_out), TEXT, note)
        for index, ((heading, _), block) in enumerate(zip(words, done.blocks, strict=True)):
            if handovers and index == len(words) - 1:
                top = self._draw_handovers(handovers, left_out, top)
            top = self._heading(heading, top)
            self._pen.box(LEFT, top, RIGHT - LEFT, block.height)
            self._pen.lines(LEFT + PADDING, top + PADDING, block.lines, done.size)
            top += block.height + GAP
        return top

    def _words(self) -> list[tuple[str, str]]:
        """Headings and texts, in the order of the SOP."""
        sheet, loop = self._sheet, self._sheet.validation
        asked = [(self._word("question"), loop.question), (self._word("validated"), loop.answer)] if loop else []
        return [(sheet.heading, sheet.description), *asked, (self._word("answer"), sheet.answer)]

    def _room(self, top: float) -> float:
        """Height for texts and hand-overs between `top` and the steps, without the texts' headings."""
        signed = SIGNATURE if self._paper.form.signatures else 0
        below = HEADING + LINE * (len(self._sheet.steps) + 1) + GAP + signed
        return BOTTOM - below - top - len(self._words()) * (HEADING + GAP)

    def _handovers(self, room: float) -> tuple[list[HandoverLine], int]:
        """Those that are printed, and how many are left out between the first and the latest."""
        every = list(self._sheet.validation.handovers) if self._sheet.validation else []
        for count in HANDOVERS:
            shown, left_out = (
                (every, 0) if len(every) <= count else ([every[0], *every[1 - count :]], len(every) - count)
            )
            if _table(shown, left_out) <= room:
                break
        return shown, left_out

    def _draw_handovers(self, shown: Sequence[HandoverLine], left_out: int, top: float) -> float:
        top = self._heading(self._word("validation"), top)
        for index, each in enumerate(shown):
            if index == 1 and left_out:
                note = word("more_handovers", self._language, count=left_out)
                top = self._row(top, [(note, RIGHT - LEFT - PADDING)], colour=FAINT)
            cells = [(each.at, 30 * MM), (each.action, 40 * MM), (each.who, 50 * MM), (each.text, 52 * MM)]
            top = self._row(top, [(self._pen.clean(text).replace("\n", " "), width) for text, width in cells])
        return top + GAP

    def _steps(self, top: float) -> None:
        top = self._heading(self._word("steps"), top)
        names = ("step", "began", "ended", "own", "waiting", "standard", "verdict")
        heads = [("", _NUMBERS), *((self._word(name), width) for name, width in zip(names, _WIDTHS, strict=True))]
        top = self._row(top, heads, colour=FAINT)
        for step in self._sheet.steps:
            top = self._row(top, _cells(step), alarm=step.late)

    def _row(
        self, top: float, cells: Sequence[tuple[str, float]], *, colour: Color = INK, alarm: bool = False
    ) -> float:
        """A line of cells, each shortened to its width; an alarm makes the last one bold."""
        x = LEFT + PADDING
        for index, (text, width) in enumerate(cells):
            last = alarm and index == len(cells) - 1
            shade = ALARM if last else colour
            self._pen.text(x, top + 3.2 * MM, text, 7.8, bold=last, colour=shade, within=width - 1.5 * MM)
            x += width
        self._pen.rule(LEFT, top + LINE, RIGHT, weight=0.3)
        return top + LINE

    def _heading(self, text: str, top: float) -> float:
        self._pen.box(LEFT, top, RIGHT - LEFT, HEADING, shaded=True)
        self._pen.text(LEFT + PADDING, top + 3.3 * MM, text, 8.5, bold=True, within=RIGHT - LEFT - 2 * PADDING)
        return top + HEADING

    def _sign(self) -> None:
        paper, sheet = self._paper, self._sheet
        on = dated(paper.place, sheet.signed_on)
        top = BOTTOM - SIGNATURE
        signatures(self._pen, paper.form.signatures, sheet.signers, on, self._language, top, LEFT, RIGHT)

    def _foot(self) -> None:
        text = self._paper.footer.in_language(self._language)
        footer(self._pen, text, self._sheet.printed_at, BOTTOM + 2 * MM, LEFT, RIGHT)

    def _word(self, name: str) -> str:
        return word(name, self._language)


_WIDTHS = (43 * MM, 21 * MM, 21 * MM, 21 * MM, 19 * MM, 16 * MM, 25 * MM)
"""Columns of the steps, beside their numbers."""
_NUMBERS = 5 * MM


def _cells(step: StepLine) -> list[tuple[str, float]]:
    texts = (step.name, step.began, step.ended, step.own, step.waiting, step.standard, step.verdict)
    return [(str(step.number), _NUMBERS), *zip(texts, _WIDTHS, strict=True)]


def _table(shown: Sequence[HandoverLine], left_out: int) -> float:
    """Height of the hand-overs, with what is written over them."""
    return HEADING + (len(shown) + bool(left_out)) * LINE + GAP if shown else 0
