"""The register as a paged table: landscape A4, the heading on every page, page x of y, totals at the end."""

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from config.base import Language
from config.paper import Paper
from paper import times
from paper.fonts import typeface
from paper.letterhead import SIGNATURE, dated, footer, letterhead, signatures
from paper.pen import A4, FAINT, MM, Pen
from paper.register import COLUMNS, Cell, Span
from paper.tally import Tally
from paper.text import at_most, shortened
from paper.words import word

LANDSCAPE = (A4[1], A4[0])
LEFT, RIGHT = 12 * MM, 285 * MM
TOP, BOTTOM = 9 * MM, 199 * MM
SIZE = 7.2
"""Points; two lines of it make a row."""
LINE = SIZE * 1.22
ROW = 2 * LINE + 1.6 * MM
HEADING = 5.4 * MM
TOTAL = 4 * MM
_TOTAL = "total_pages"
"""A drawing that every page refers to and that is drawn last, when the number of pages is known."""

Values = Mapping[str, str]


class RegisterPrinter:
    """Takes rows one by one; none is kept."""

    def __init__(
        self, out: BinaryIO, paper: Paper, language: Language, span: Span, as_of: str, signed_on: str
    ) -> None:  # fmt: skip
        self._title = paper.registers.title.in_language(language)
        self._pen = Pen(out, LANDSCAPE, typeface(paper.font), f"{self._title} – {span.name}", _office(paper, language))
        self._paper = paper
        self._language = language
        self._span = span
        self._zone = span.zoneinfo
        self._as_of = as_of
        self._signed_on = signed_on
        self._tally = Tally(language)
        self._page = 1
        self._y = self._first_head()

    def add(self, row: Sequence[Cell]) -> None:
        """One more line of the table, on a new page if this one is full."""
        if self._y + ROW > BOTTOM:
            self._turn()
            self._y = self._heading(self._y)
        self._tally.count(row)
        values = {name: self._shown(value) for name, value in zip(COLUMNS, row, strict=True)}
        values["no"] = str(self._tally.rows)
        x = LEFT
        for column in _TABLE:
            self._cell(column, values, x)
            x += column.width
        self._y += ROW
        self._pen.rule(LEFT, self._y, RIGHT, weight=0.3)

    def save(self) -> None:
        """Totals, places to sign, and the file is written."""
        if self._tally.rows == 0:
            self._pen.text(LEFT, self._y + 8 * MM, word("empty_register", self._language), 10, colour=FAINT)
            self._y += 12 * MM
        self._end()
        self._close_page()
        canvas = self._pen.canvas
        canvas.beginForm(_TOTAL)
        canvas.setFillColor(FAINT)
        canvas.setFont(self._pen.face.regular.name, 7)
        canvas.drawString(0, 0, str(self._page))
        canvas.endForm()
        self._pen.save()

    def _shown(self, value: Cell) -> str:
        if isinstance(value, str):
            return self._pen.clean(value)
        return times.short(value, self._zone, self._language)

    def _cell(self, column: "_Column", values: Values, x: float) -> None:
        width, face = column.width - 1.6 * MM, self._pen.face.regular
        lines = column.lines(values)
        if len(lines) == 1:
            shown = at_most(" ".join(lines[0].split()), 2, face, SIZE, width)
        else:
            shown = [shortened(line, face, SIZE, width) for line in lines]
        y = self._y + SIZE + 0.6 * MM
        for line in shown:
            self._pen.text(x, y, line, SIZE)
            y += LINE

    def _first_head(self) -> float:
        pen = self._pen
        y = letterhead(pen, self._paper.letterhead, self._language, TOP, LEFT, RIGHT)
        pen.text((LEFT + RIGHT) / 2, y + 7 * MM, self._title, 14, bold=True, align="centre", within=RIGHT - LEFT)
        pen.text((LEFT + RIGHT) / 2, y + 12 * MM, self._span.name, 11, align="centre", within=RIGHT - LEFT)
        return self._heading(y + 16 * MM)

    def _heading(self, top: float) -> float:
        self._pen.box(LEFT, top, RIGHT - LEFT, HEADING, shaded=True)
        x = LEFT
        for column in _TABLE:
            text = " / ".join(word(name, self._language) for name in column.heading)
            self._pen.text(x, top + 3.7 * MM, text, SIZE, bold=True, within=column.width - 1.6 * MM)
            x += column.width
        return top + HEADING

    def _turn(self) -> None:
        self._close_page()
        self._page += 1
        running = f"{self._title} – {self._span.name}"
        self._pen.text(LEFT, TOP + 3 * MM, running, 8, colour=FAINT, within=RIGHT - LEFT)
        self._y = TOP + 5.5 * MM

    def _close_page(self) -> None:
        y, pen = BOTTOM + 5 * MM, self._pen
        page = word("page", self._language, page=self._page)
        number = pen.face.regular.width("00000", 7)
        text = self._paper.footer.in_language(self._language)
        footer(pen, text, f"{self._as_of} · {page}", y, LEFT, RIGHT, spare=number)
        pen.place(_TOTAL, RIGHT - number + 2, y)
        pen.next_page()

    def _end(self) -> None:
        """The totals at the left, the places to sign beside them."""
        totals, signed = self._tally.totals(), self._paper.registers.signatures
        height = max(len(totals) * TOTAL, SIGNATURE if signed else 0)
        if self._y + 4 * MM + height > BOTTOM:
            self._turn()
        top = self._y + 4 * MM
        for index, (label, count) in enumerate(totals):
            y = top + 9 + index * TOTAL
            self._pen.text(LEFT, y, label, 8, bold=index == 0, within=70 * MM)
            self._pen.text(LEFT + 90 * MM, y, str(count), 8, bold=index == 0, align="right")
        on = dated(self._paper.place, self._signed_on)
        signatures(self._pen, signed, {}, on, self._language, top, LEFT + 105 * MM, RIGHT)


class _Column:
    """A column of the printed table: its width, its heading's words, and the line or two lines of a cell."""

    def __init__(self, width: float, heading: tuple[str, ...], *fields: str) -> None:
        self.width = width * MM
        self.heading = heading
        self._fields = fields

    def lines(self, values: Values) -> tuple[str, ...]:
        return tuple(values[field] for field in self._fields)


_TABLE = (
    _Column(9, ("no",), "no"),
    _Column(26, ("number",), "number"),
    _Column(30, ("created_at", "closed_at"), "created_at", "closed_at"),
    _Column(40, ("caller_name", "telephone"), "caller_name", "caller_number"),
    _Column(20, ("plate",), "plate"),
    _Column(35, ("region",), "region"),
    _Column(40, ("kind", "category"), "kind", "category"),
    _Column(47, ("description",), "description"),
    _Column(26, ("operator", "closed_as"), "operator", "closed_as"),
)


def _office(paper: Paper, language: Language) -> str:
    return paper.letterhead.office.in_language(language)
