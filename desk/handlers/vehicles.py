"""The vehicle behind a plate (SOP step 5), and the import of the local table."""

import asyncio
from typing import Annotated

from aiohttp import hdrs, web
from pydantic import BaseModel, StringConstraints

from config.base import Bilingual
from desk import vehicle_shapes as shapes
from desk.audit import What, seen
from desk.context import Ask, Desk, Nothing
from desk.field_errors import field_error
from desk.handlers.fields import Line
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from desk.serialise import words
from desk.shapes import Words
from desk.uploads import CHUNK
from desk.vehicle_imports import VEHICLES, Job, VehicleDesk
from hotline.plate import Plate, PlateError, parse
from hotline.vehicle import Vehicle, VehicleSourceDown
from storage.vehicles import Edition


class Upload(BaseModel, extra="forbid"):
    """`name` is what the file is called where it comes from."""

    name: Annotated[Line, StringConstraints(min_length=1)]


async def look_up(ask: Ask[Nothing, Nothing]) -> shapes.Vehicle:
    parsed = _plate(ask.desk, ask.path("plate"))
    plate = str(parsed)
    await seen(ask, What.VEHICLE, note=f"{parsed.area} •••• {parsed.suffix}".strip())
    try:
        vehicle = await _vehicles(ask.request).source.find(plate)
    except VehicleSourceDown as down:
        raise Problem("vehicle_source_down", down.reason) from down
    return _found(ask.desk, plate, vehicle)


def _plate(desk: Desk, typed: str) -> Plate:
    try:
        return parse(typed, desk.installation.areas)
    except PlateError as error:
        raise Problem("invalid", errors=[field_error("plate", error.code, words(error.message))]) from error


def _found(desk: Desk, plate: str, vehicle: Vehicle | None) -> shapes.Vehicle:
    known = vehicle or Vehicle(plate, as_of=0)
    return {
        "plate": plate,
        "found": vehicle is not None,
        "source": desk.installation.vehicles.source,
        "as_of": None if vehicle is None else desk.json.at(vehicle.as_of),
        "stale": known.stale,
        "tax_due": known.tax_due,
        "fine": known.fine,
        "total": known.total,
        "due_date": known.due_date.isoformat() if known.due_date else None,
        "make": known.make,
        "type": known.type,
        "year": known.year,
        "colour": known.colour,
        "region": known.region,
        "owner_region": known.owner_region,
    }


async def source(ask: Ask[Nothing, Nothing]) -> shapes.VehicleSource:
    current, job = await ask.desk.store.vehicles.current(), _vehicles(ask.request).imports.job
    return {
        "source": ask.desk.installation.vehicles.source,
        "table": None if current is None else _table(ask.desk, current),
        "job": None if job is None else _job(ask.desk, job),
    }


async def upload(ask: Ask[Nothing, Upload]) -> shapes.VehicleImport:
    chunks = ask.request.content.iter_chunked(CHUNK)
    return _job(ask.desk, await _vehicles(ask.request).imports.take(ask.query.name, ask.me.username, chunks))


async def report(ask: Ask[Nothing, Nothing]) -> web.FileResponse:
    file = _vehicles(ask.request).imports.refused
    if not await asyncio.to_thread(file.is_file):
        raise Problem("not_found", "nothing has been imported on this node yet")
    await seen(ask, What.REGISTER, note=file.name)
    headers = {
        hdrs.CONTENT_TYPE: "text/csv; charset=utf-8",
        hdrs.CONTENT_DISPOSITION: f'attachment; filename="{file.name}"',
    }
    return web.FileResponse(file, headers=headers)


def _table(desk: Desk, edition: Edition) -> shapes.VehicleTable:
    return {
        "file": edition.file,
        "by": edition.by,
        "imported_at": desk.json.at(edition.touched_at),
        "rows": edition.rows,
        "refused": edition.refused,
    }


def _job(desk: Desk, job: Job) -> shapes.VehicleImport:
    return {
        "state": job.state,
        "file": job.file,
        "by": job.by,
        "started_at": desk.json.at(job.started_at),
        "ended_at": desk.json.at_or_none(job.ended_at),
        "share": round(job.share, 4),
        "rows": job.rows,
        "refused": job.report.refused,
        "refusals": [
            {
                "row": each.row,
                "column": each.column,
                "code": each.code,
                "value": each.value,
                "message": words(each.message),
            }
            for each in job.report.refusals
        ],
        "message": _words_or_none(job.message),
    }


def _words_or_none(message: Bilingual | None) -> Words | None:
    return None if message is None else words(message)


def _vehicles(request: web.Request) -> VehicleDesk:
    return request.app[VEHICLES]


ROUTES = (
    route(
        "GET",
        "/vehicles/{plate}",
        look_up,
        "The vehicle with this plate, as the source tells it",
        permission=Permission.READ_TICKETS,
        problems=("vehicle_source_down",),
    ),
    route(
        "GET",
        "/vehicles",
        source,
        "Where vehicles are looked up, and how the last import went",
        permission=Permission.MANAGE_VEHICLES,
    ),
    route(
        "POST",
        "/vehicles/import",
        upload,
        "Replace the local table by the vehicles of a CSV or XLSX file",
        permission=Permission.MANAGE_VEHICLES,
        status=202,
        upload=True,
        problems=("import_running",),
    ),
    route(
        "GET",
        "/vehicles/import/refused",
        report,
        "Every refused row of this node's last import, as CSV",
        permission=Permission.MANAGE_VEHICLES,
        problems=("not_found",),
        media=("text/csv",),
    ),
)
