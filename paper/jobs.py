"""A job for the press: what to print, said in plain data, so that it can be handed to another process.

A job is one line of JSON; the lines after it are its sheets or its rows, which are printed as they come.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter

from config.base import Language
from config.paper import Paper
from paper import register_xlsx
from paper.form import FormPrinter, one_form
from paper.register import Cell, Span
from paper.register_pdf import RegisterPrinter
from paper.ticket_sheet import TicketSheet


class Product(StrEnum):
    """What comes off the press: `FORMS` is one file with a page each, `FORM_FILES` a folder with a file each."""

    FORMS = "forms"
    FORM_FILES = "form_files"
    REGISTER_PDF = "register_pdf"
    REGISTER_XLSX = "register_xlsx"


@dataclass(frozen=True, slots=True)
class Job:
    """One file to print. `title` names it in a reader's window; `as_of` and `signed_on` are words already."""

    product: Product
    out: Path
    paper: Paper
    language: Language
    title: str
    span: Span
    as_of: str
    signed_on: str


_JOB = TypeAdapter(Job)
_SHEET = TypeAdapter(TicketSheet)
_ROW: TypeAdapter[list[Cell]] = TypeAdapter(list[Cell])


def written(what: Job | TicketSheet | list[Cell]) -> bytes:
    """A line for the press."""
    adapter: TypeAdapter[Job] | TypeAdapter[TicketSheet] | TypeAdapter[list[Cell]]
    adapter = _JOB if isinstance(what, Job) else _SHEET if isinstance(what, TicketSheet) else _ROW
    return adapter.dump_json(what) + b"\n"  # type: ignore[arg-type]  # the adapter was chosen by the type


def run(lines: Iterable[bytes]) -> None:
    """Prints what the lines say. Raises `ValueError` for what is no job, `OSError` when the file cannot be written."""
    every = iter(lines)
    job = _JOB.validate_json(next(every))
    _PRINTERS[job.product](job, every)


def _forms(job: Job, lines: Iterator[bytes]) -> None:
    with job.out.open("wb") as out:
        printer = FormPrinter(job.paper, out, job.title)
        for line in lines:
            printer.add(_SHEET.validate_json(line))
        printer.save()


def _form_files(job: Job, lines: Iterator[bytes]) -> None:
    for line in lines:
        sheet = _SHEET.validate_json(line)
        part = job.out / f"{sheet.number}.part"
        part.write_bytes(one_form(job.paper, sheet))
        part.replace(job.out / f"{sheet.number}.pdf")


def _register_pdf(job: Job, lines: Iterator[bytes]) -> None:
    with job.out.open("wb") as out:
        printer = RegisterPrinter(out, job.paper, job.language, job.span, job.as_of, job.signed_on)
        for line in lines:
            printer.add(_ROW.validate_json(line))
        printer.save()


def _register_xlsx(job: Job, lines: Iterator[bytes]) -> None:
    rows = (_ROW.validate_json(line) for line in lines)
    register_xlsx.write(rows, job.out, job.paper, job.language, job.span, job.as_of)


_PRINTERS: Mapping[Product, Callable[[Job, Iterator[bytes]], None]] = {
    Product.FORMS: _forms,
    Product.FORM_FILES: _form_files,
    Product.REGISTER_PDF: _register_pdf,
    Product.REGISTER_XLSX: _register_xlsx,
}
