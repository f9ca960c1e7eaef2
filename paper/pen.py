"""The pen: a canvas measured from the top left corner of the page, in points, with the installation's typeface."""

import zlib
from collections.abc import Iterable
from typing import BinaryIO, Literal

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFPage, PDFStream
from reportlab.pdfgen.canvas import Canvas

from paper.fonts import Face, Typeface
from paper.text import LEADING, clean, shortened

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)

# Colours and not their names: the library would read a name anew for each word that is drawn.
INK, FAINT, RULE, SHADE = HexColor("#111111"), HexColor("#5c5c5c"), HexColor("#b4b4b4"), HexColor("#f1f1f1")
"""Greys that a laser printer and a photocopier keep apart."""
ALARM = HexColor("#a30000")

Align = Literal["left", "centre", "right"]


class Pen:
    """Draws on the page that is open. Positions of text are those of its base line."""

    def __init__(self, out: BinaryIO, size: tuple[float, float], face: Typeface, title: str, author: str) -> None:
        self.width, self.height = size
        self.face = face
        rl_config.useA85 = 0  # pages are compressed; written as ASCII besides they would take a quarter more
        self.canvas = Canvas(out, pagesize=size, pageCompression=1, lang="id")
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator("Sambut")

    def clean(self, text: str) -> str:
        """What can be drawn of it (`paper.text.clean`)."""
        return clean(text, self.face.regular)

    def weight(self, bold: bool) -> Face:
        return self.face.bold if bold else self.face.regular

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: Color = INK,
        align: Align = "left",
        within: float | None = None,
    ) -> None:
        """One line; what is wider than `within` is shortened."""
        face = self.weight(bold)
        if within is not None:
            text = shortened(text, face, size, within)
        left = x - face.width(text, size) * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        self.canvas.setFillColor(colour)
        self.canvas.setFont(face.name, size)
        self.canvas.drawString(left, self.height - y, text)

    def lines(
        self, x: float, top: float, lines: Iterable[str], size: float, *, bold: bool = False, colour: Color = INK
    ) -> float:
        """Several lines below `top`. Returns where they end."""
        for line in lines:
            self.text(x, top + size, line, size, bold=bold, colour=colour)
            top += size * LEADING
        return top

    def rule(self, x: float, y: float, to: float, *, weight: float = 0.5, colour: Color = RULE) -> None:
        """A horizontal line."""
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(weight)
        self.canvas.line(x, self.height - y, to, self.height - y)

    def box(self, x: float, top: float, width: float, height: float, *, shaded: bool = False) -> None:
        """A frame, or a shaded bar without one."""
        self.canvas.setFillColor(SHADE)
        self.canvas.setStrokeColor(RULE)
        self.canvas.setLineWidth(0.5)
        self.canvas.rect(x, self.height - top - height, width, height, stroke=not shaded, fill=shaded)

    def square(self, x: float, top: float, side: float, count: int = 1) -> None:
        """`count` black squares in a row."""
        self.canvas.setFillColor(black)
        self.canvas.rect(x, self.height - top - side, side * count, side, stroke=0, fill=1)

    def picture(self, file: str, x: float, top: float, width: float, height: float) -> None:
        """A picture in its own proportions, in the middle of the space given."""
        self.canvas.drawImage(
            ImageReader(file),
            x,
            self.height - top - height,
            width,
            height,
            mask="auto",
            preserveAspectRatio=True,
            anchor="c",
        )

    def place(self, form: str, x: float, y: float) -> None:
        """A drawing that is defined later under the name `form`."""
        self.canvas.saveState()
        self.canvas.translate(x, self.height - y)
        self.canvas.doForm(form)
        self.canvas.restoreState()

    def next_page(self) -> None:
        """The page is done; the next one begins."""
        self.canvas.showPage()
        _compress(self.canvas._doc.Pages.pages[-1])

    def save(self) -> None:
        """Everything is drawn: write the file."""
        self.canvas.save()


def _compress(page: PDFPage) -> None:
    """What was drawn, at once: the library would keep every page as text, ten times as large, until it is saved."""
    flate = PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])})
    page.Contents = PDFStream(flate, zlib.compress(page.stream.encode()))
    page.stream = None
