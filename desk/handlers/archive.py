"""The archive of paper: what each night has filed, month by month, and the files themselves."""

import asyncio
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel, StringConstraints

from desk import paper_shapes as shapes
from desk.archive import PaperArchive, archive_of
from desk.audit import What, seen
from desk.context import Ask, Desk, Nothing
from desk.downloads import named
from desk.handlers.paper import PDF, XLSX
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import PREFIX, route
from paper.period import Period

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

_log = structlog.get_logger(__name__)


class MonthQuery(BaseModel, extra="forbid"):
    """Without `month`: the newest that has anything."""

    month: Annotated[str, StringConstraints(pattern=_MONTH)] | None = None


async def month(ask: Ask[Nothing, MonthQuery]) -> shapes.ArchivedMonth:
    return await asyncio.to_thread(_month, ask.desk, ask.query.month)


async def day(ask: Ask[Nothing, Nothing]) -> shapes.ArchivedForms:
    period = _period(ask.path("period"))
    if period.days > 1:
        raise Problem("not_found", "forms are filed by day")
    files = await asyncio.to_thread(_files, ask.desk, period, _archive(ask.desk).forms(period.first))
    return {"day": period.stem, "forms": files}


async def file(ask: Ask[Nothing, Nothing]) -> web.FileResponse:
    period, name = _period(ask.path("period")), ask.path("name")
    found = await asyncio.to_thread(_archive(ask.desk).find, period, name)
    if found is None:
        raise Problem("not_found", f"the archive of {period.stem} has no {name}")
    await seen(ask, What.REGISTER, note=f"{period.stem}/{name}")
    _log.info("archive_read", file=name, username=ask.me.username)
    headers = {
        hdrs.CONTENT_TYPE: PDF if found.suffix == ".pdf" else XLSX,
        hdrs.CONTENT_DISPOSITION: named(name, inline=found.suffix == ".pdf"),
    }
    return web.FileResponse(found, headers=headers)


def _month(desk: Desk, wanted: str | None) -> shapes.ArchivedMonth:
    archive = _archive(desk)
    months = archive.months()
    chosen = wanted or (months[0] if months else f"{datetime.fromtimestamp(desk.clock(), desk.zone):%Y-%m}")
    period = _period(chosen)
    return {
        "months": months,
        "month": chosen,
        "registers": _files(desk, period, archive.registers(period)),
        "days": [
            {
                "day": each.day.isoformat(),
                "forms": each.forms,
                "registers": _files(desk, Period.of_day(each.day), each.registers),
            }
            for each in archive.days(period)
        ],
    }


def _files(desk: Desk, period: Period, paths: tuple[Path, ...]) -> list[shapes.ArchivedFile]:
    return [_file(desk, period, path) for path in paths]


def _file(desk: Desk, period: Period, path: Path) -> shapes.ArchivedFile:
    facts = path.stat()
    return {
        "name": path.name,
        "url": f"{PREFIX}/paper/archive/{period.stem}/{path.name}",
        "bytes": facts.st_size,
        "filed_at": desk.json.at(facts.st_mtime),
    }


def _archive(desk: Desk) -> PaperArchive:
    return archive_of(desk.installation.settings.data)


def _period(text: str) -> Period:
    """`2026-11` or `2026-11-24`. Raises `Problem` not_found."""
    try:
        if found := _MONTH.fullmatch(text):
            return Period.of_month(int(found[1]), int(found[2]))
        return Period.of_day(date.fromisoformat(text))
    except ValueError as error:
        raise Problem("not_found", f"{text} is neither a day nor a month") from error


ROUTES = (
    route(
        "GET",
        "/paper/archive",
        month,
        "What was filed in a month: registers, and how many forms of each day",
        permission=Permission.PRINT_REGISTERS,
    ),
    route(
        "GET",
        "/paper/archive/{period}",
        day,
        "The forms that were filed for a day",
        permission=Permission.PRINT_REGISTERS,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/paper/archive/{period}/{name}",
        file,
        "A filed form or register",
        permission=Permission.PRINT_REGISTERS,
        problems=("not_found",),
    ),
)
