"""What stands on printed forms and registers: letterhead, titles, signatures, footer (docs/paper.md)."""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.base import Bilingual, Language, Model

Line = Annotated[str, StringConstraints(max_length=160)]

Signer = Literal["operator", "coordinator"]
"""People whose names the ticket itself knows."""


class Letterhead(Model):
    """The head of every sheet; an empty line is left out. `logo`: PNG or JPEG, relative to the data files' folder."""

    agency: Bilingual
    office: Bilingual
    unit: Bilingual = Bilingual(id="", en="")
    address: Bilingual = Bilingual(id="", en="")
    telephone: Line = ""
    logo: Path | None = None


class Signature(Model):
    """A place to sign. `signer` prints the name of the ticket's own person under it, else `name`, else dots."""

    role: Bilingual
    signer: Signer | None = None
    name: Line = ""


class Form(Model):
    """The one-page form of a ticket. `basis` names the rule that asks for it."""

    title: Bilingual
    basis: Bilingual = Bilingual(id="", en="")
    signatures: tuple[Signature, ...] = Field((), max_length=3)


class RegisterSheet(Model):
    """The register of a day or a month."""

    title: Bilingual
    signatures: tuple[Signature, ...] = Field((), max_length=3)


class Font(Model):
    """TrueType files of the installation's own typeface."""

    regular: Path
    bold: Path


class Archive(Model):
    """Softcopy and hardcopy (SOP): the night's run that files each day's forms and registers under `data`/paper."""

    enabled: bool = True
    at: time = time(0, 30)
    """When the run for the day before begins, in the installation's time zone."""


class Paper(Model):
    """`language` is that of the archive, and of whatever is printed without asking for another."""

    language: Language = "id"
    letterhead: Letterhead
    form: Form
    registers: RegisterSheet
    place: Line = ""
    """Where papers are signed: it stands before the date."""
    footer: Bilingual = Bilingual(id="", en="")
    font: Font | None = None
    archive: Archive = Archive()
