"""Paper: forms and registers, printed for whoever asks."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from config.base import Language
from desk.audit import What, seen
from desk.context import Ask, Nothing
from desk.downloads import named, send
from desk.field_errors import field_error, words
from desk.handlers.fields import Day
from desk.handlers.tickets import find
from desk.paperwork import without_number
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from paper.jobs import Product
from paper.period import Period

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_REGISTER = 366  # days
LONGEST_PILE = 31  # days of forms in one file


class LanguageQuery(BaseModel, extra="forbid"):
    """Without `language`: that of `paper.yaml`."""

    language: Language | None = None


class PrintQuery(LanguageQuery):
    """Days, both included. Without `from`: today; without `to`: only the first day."""

    since: Day | None = Field(None, alias="from")
    until: Day | None = Field(None, alias="to")


async def form(ask: Ask[Nothing, LanguageQuery]) -> web.Response:
    desk, ticket = ask.desk, await find(ask)
    await seen(ask, What.TICKET, ticket.number)
    whole = ask.may(Permission.SEE_NUMBERS) or ticket.operator == ask.me.username
    body = await desk.paperwork.form(ticket if whole else without_number(ticket), _language(ask))
    headers = {
        hdrs.CONTENT_DISPOSITION: named(f"{ticket.number}.pdf", inline=True),
    }
    return web.Response(body=body, content_type=PDF, headers=headers)


async def forms(ask: Ask[Nothing, PrintQuery]) -> web.StreamResponse:
    period, paperwork = _period(ask, LONGEST_PILE), ask.desk.paperwork
    await seen(ask, What.REGISTER, note=f"forms {period.stem}")
    async with _folder() as folder:
        out, name = folder / "forms", f"forms-{period.stem}.pdf"
        tickets = paperwork.opened_in(period)
        if await paperwork.forms(tickets, name, _language(ask), out) == 0:
            raise Problem("not_found", "no ticket was opened in this span")
        return await send(ask.request, out, PDF, name, inline=True)


async def register_pdf(ask: Ask[Nothing, PrintQuery]) -> web.StreamResponse:
    return await _register(ask, Product.REGISTER_PDF, "pdf", PDF)


async def register_xlsx(ask: Ask[Nothing, PrintQuery]) -> web.StreamResponse:
    return await _register(ask, Product.REGISTER_XLSX, "xlsx", XLSX)


async def _register(
    ask: Ask[Nothing, PrintQuery], product: Product, suffix: str, content_type: str
) -> web.StreamResponse:  # fmt: skip
    period = _period(ask, LONGEST_REGISTER)
    await seen(ask, What.REGISTER, note=f"{suffix} {period.stem}")
    async with _folder() as folder:
        out, name = folder / "register", f"register-{period.stem}.{suffix}"
        await ask.desk.paperwork.register(product, period, _language(ask), out)
        return await send(ask.request, out, content_type, name, inline=suffix == "pdf")


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    """A folder that only this process may read, and that is gone afterwards."""
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="sambut-print-")
    try:
        yield Path(folder.name)
    finally:
        await asyncio.to_thread(folder.cleanup)


def _language(ask: Ask[Nothing, PrintQuery] | Ask[Nothing, LanguageQuery]) -> Language:
    return ask.query.language or ask.desk.installation.paper.language


def _period(ask: Ask[Nothing, PrintQuery], longest: int) -> Period:
    """Raises `Problem` invalid for a span that runs backwards or is too long."""
    first = ask.query.since or datetime.fromtimestamp(ask.desk.clock(), ask.desk.zone).date()
    period = Period(first, ask.query.until or first)
    if not 1 <= period.days <= longest:
        message = words(
            f"Rentang hari harus maju dan paling panjang {longest} hari.",
            f"The span must run forward, {longest} days at the most.",
        )
        raise Problem("invalid", errors=[field_error("to", "bad_span", message)])
    return period


ROUTES = (
    route(
        "GET",
        "/tickets/{number}/form.pdf",
        form,
        "The one-page form of a ticket, as PDF",
        permission=Permission.READ_TICKETS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/forms.pdf",
        forms,
        "The forms of all tickets opened in a span of days, a page each, to be printed in one go",
        permission=Permission.PRINT_REGISTERS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/register.pdf",
        register_pdf,
        "The register of a span of days as PDF",
        permission=Permission.PRINT_REGISTERS,
    ),
    route(
        "GET",
        "/register.xlsx",
        register_xlsx,
        "The register of a span of days as a spreadsheet",
        permission=Permission.PRINT_REGISTERS,
    ),
)
