"""Compliance with the standard times over a span: figures, the tickets behind them, and a table to take away."""

import csv
from collections.abc import AsyncIterator
from heapq import nlargest
from io import StringIO
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from desk import compliance_shapes as shapes
from desk.compliance import Compliance, Cut, Report
from desk.context import Ask, Nothing
from desk.handlers.fields import Line as Text
from desk.handlers.spans import SpanQuery, within
from desk.roles import Permission
from desk.routing import route
from hotline.clocks import Clocks
from hotline.compliance import Line, Passage
from hotline.escalation import MayLie
from hotline.ticket import Ticket

_LONGEST_DAYS = 366
_COLUMNS = ("key", "count", "in_time", "share", "median_s", "p90_s", "own_s", "waiting_s")

ClockName = Literal[
    "greeting", "identity", "record", "classify", "answer", "asked", "coordinator", "pic", "pic_answered", "answered"
]


class ComplianceQuery(SpanQuery):
    """Without `from`: today; without `to`: until now. A ticket belongs to the day it was opened."""

    by: shapes.By = "step"
    clock: ClockName | None = None


class PassagesQuery(ComplianceQuery):
    """`key` is that of a line (`-`: no category yet); `late` leaves out what was in time."""

    key: Text | None = None
    late: bool = False
    limit: Annotated[int, Field(ge=1, le=500)] = 100


async def compliance(ask: Ask[Nothing, ComplianceQuery]) -> shapes.Compliance:
    desk = ask.desk
    since, until = _span(ask)
    report = await _report(ask, since, until)
    return {
        "since": desk.json.at(since),
        "until": desk.json.at(until),
        "by": ask.query.by,
        "lines": [_line(line) for line in report.lines],
        "total": _line(report.total) if report.total else None,
    }


async def as_csv(ask: Ask[Nothing, ComplianceQuery]) -> web.Response:
    """The same table for a spreadsheet: comma-separated, seconds and shares with a decimal point (RFC 4180)."""
    since, until = _span(ask)
    report = await _report(ask, since, until)
    text = StringIO()
    table = csv.DictWriter(text, _COLUMNS)
    table.writeheader()
    table.writerows(dict(_line(line)) for line in report.lines)
    day, last_day = (ask.desk.json.at(moment)[:10] for moment in (since, max(since, until - 1)))
    name = f"kepatuhan-{ask.query.by}-{day}-{last_day}.csv"
    return web.Response(
        text="\N{BOM}" + text.getvalue(),  # without it a spreadsheet reads UTF-8 as something else
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def passages(ask: Ask[Nothing, PassagesQuery]) -> shapes.Passages:
    query = ask.query
    cut = Cut(query.by, query.clock, query.key, query.late)
    found = [passage async for passage in _reader(ask).passages(_tickets(ask, *_span(ask)), cut)]
    slowest = nlargest(query.limit, found, key=lambda passage: passage.own_s / passage.standard_s)
    return {"items": [_passage(ask, passage) for passage in slowest], "total": len(found)}


def _span(ask: Ask[Any, Any]) -> tuple[float, float]:
    return within(ask.query, ask.desk.clock(), ask.desk.zone, _LONGEST_DAYS)


async def _report(ask: Ask[Nothing, ComplianceQuery], since: float, until: float) -> Report:
    return await _reader(ask).report(_tickets(ask, since, until), Cut(ask.query.by, ask.query.clock))


def _reader(ask: Ask[Any, Any]) -> Compliance:
    desk = ask.desk
    return Compliance(Clocks.of(desk.installation), MayLie.of(desk.installation), desk.zone, desk.clock())


def _tickets(ask: Ask[Any, Any], since: float, until: float) -> AsyncIterator[Ticket]:
    return ask.desk.store.timed.between(since, until)


def _line(line: Line) -> shapes.ComplianceLine:
    return {
        "key": line.key,
        "count": line.count,
        "in_time": line.in_time,
        "share": round(line.share, 4),
        "median_s": round(line.median_s, 1),
        "p90_s": round(line.p90_s, 1),
        "own_s": round(line.own_s, 1),
        "waiting_s": round(line.waiting_s, 1),
    }


def _passage(ask: Ask[Any, Any], passage: Passage) -> shapes.Passage:
    return {
        "ticket": passage.ticket,
        "created_at": ask.desk.json.at(passage.created_at),
        "clock": passage.clock,
        "operator": passage.operator,
        "category": passage.category or None,
        "own_s": round(passage.own_s, 1),
        "waiting_s": round(passage.waiting_s, 1),
        "standard_s": passage.standard_s,
        "in_time": passage.in_time,
        "ended": passage.ended,
    }


ROUTES = (
    route(
        "GET",
        "/compliance",
        compliance,
        "Standard times kept over a span, by step, operator, category or day",
        permission=Permission.READ_METRICS,
    ),
    route(
        "GET",
        "/compliance.csv",
        as_csv,
        "The same as a table for a spreadsheet",
        permission=Permission.READ_METRICS,
    ),
    route(
        "GET",
        "/compliance/passages",
        passages,
        "The tickets behind a figure, the slowest first",
        permission=Permission.READ_METRICS,
    ),
)
