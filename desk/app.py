"""The desk's application: everything is built here, nothing at import."""

import time
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CollectorRegistry

from config import Installation
from desk.attended import attendance_of
from desk.context import DESK, Desk
from desk.csp_reports import CspReports
from desk.desks import Desks
from desk.directory_people import directory_people
from desk.handlers import system
from desk.hub import Hub
from desk.knowledge_upkeep import starter_articles
from desk.matrix import CategoryMatrix
from desk.matrix_upkeep import matrix_upkeep
from desk.middleware import REFUSED, observe
from desk.open311.endpoint import GeoReport
from desk.openapi import describe
from desk.openid_people import openid_desk
from desk.openness import is_open
from desk.paperwork import Paperwork
from desk.passwords import Passwords
from desk.phone_socket import phone_socket
from desk.ports import Switchboard
from desk.press import Press
from desk.routes import ROUTES
from desk.routing import PREFIX, endpoint
from desk.second_factors import SecondFactors
from desk.security import CSP_REPORTS, Perimeter
from desk.serialise import Serialiser
from desk.sign_in import SignIn
from desk.sockets import OPEN, websocket
from desk.softphones import SOFTPHONES, Softphones
from desk.static import STATIC, Pages
from desk.suggestions.service import Suggestions
from desk.telemetry import Telemetry
from desk.times import Clock, rfc3339
from desk.vehicle_imports import VEHICLES, vehicle_desk
from hotline.clocks import Clocks
from hotline.phone_address import PhoneAddresses
from hotline.procedure import Procedure
from storage import Store

MAX_BODY = 64 * 1024  # bytes; the longest request is a ticket with its description and answer


def build(
    store: Store,
    installation: Installation,
    hub: Hub,
    switchboard: Switchboard,
    *,
    registry: CollectorRegistry,
    demo: bool = False,
    clock: Clock = time.time,
    static: Path = STATIC,
    procedure: Procedure | None = None,
    sip_certificate: str = "",
    refused: Callable[[], None] = lambda: None,
) -> web.Application:
    """The application, ready for a runner. `hub` is the one the switchboard pushes to; it is closed with it.

    `procedure` is the switchboard's, so that both go by the same matrix when an admin edits it. `sip_certificate` is
    the fingerprint that softphones know us by over SIP. `refused` is told of each refused sign-in.
    """
    procedure = procedure or Procedure(installation.sop, installation.matrix, installation.offices, installation.areas)
    desk = _desk(store, installation, clock, procedure, hub=hub, switchboard=switchboard, registry=registry, demo=demo)
    app = web.Application(middlewares=[observe(Telemetry(registry, hub.count))], client_max_size=MAX_BODY)
    app[DESK] = desk
    app[OPEN] = Counter()
    app[REFUSED] = refused
    app[SOFTPHONES] = Softphones(switchboard, hub, sip_certificate)
    app[VEHICLES] = vehicle_desk(store, installation, clock)
    app.on_response_prepare.append(_dress)
    app.on_shutdown.append(_shut)
    app.cleanup_ctx.append(matrix_upkeep)
    app.cleanup_ctx.append(starter_articles)
    app.on_cleanup.append(_clean_up)
    _add_routes(app, desk, static)
    return app


def _desk(
    store: Store,
    installation: Installation,
    clock: Clock,
    procedure: Procedure,
    *,
    hub: Hub,
    switchboard: Switchboard,
    registry: CollectorRegistry,
    demo: bool,
) -> Desk:
    settings, zone = installation.settings, ZoneInfo(installation.hours.timezone)
    matrix = CategoryMatrix(installation.matrix, store.matrix, clock, [procedure.use])
    passwords = Passwords()
    secure = settings.cookie_secure or settings.http_certificate is not None
    perimeter = Perimeter(settings.public_url, secure, settings.trusted_proxies)
    attendance = attendance_of(switchboard)
    directory = directory_people(store, installation)
    sign_in = SignIn(
        *(store, passwords, perimeter, clock, settings, hub, attendance), directory, switchboard.account_changed
    )
    return Desk(
        store=store,
        installation=installation,
        hub=hub,
        switchboard=switchboard,
        desks=Desks(hub, switchboard),
        passwords=passwords,
        sign_in=sign_in,
        factors=SecondFactors(store, clock, perimeter),
        openid=openid_desk(store, installation, clock),
        directory=directory,
        perimeter=perimeter,
        procedure=procedure,
        matrix=matrix,
        suggestions=Suggestions(lambda: matrix.current, store.lessons.latest, clock, zone),
        paperwork=Paperwork(store, installation, lambda: matrix.current, Press(), clock),
        phone_addresses=PhoneAddresses(settings),
        json=Serialiser(zone, procedure, clock, Clocks.of(installation)),
        registry=registry,
        clock=clock,
        zone=zone,
        demo=demo,
    )


def _add_routes(app: web.Application, desk: Desk, static: Path) -> None:
    for row in ROUTES:
        app.router.add_route(row.method, PREFIX + row.path, endpoint(row))
    description = cache(partial(describe, ROUTES, desk.sign_in.cookie))  # when first asked: it would double the start

    async def openapi(request: web.Request) -> web.Response:
        if not is_open(request, desk.installation.settings.openapi_open_to):
            await desk.sign_in.whose(request)
        return web.json_response(description())

    app.router.add_get("/api/openapi.json", openapi)
    app.router.add_post(CSP_REPORTS, CspReports().take)
    app.router.add_get("/ws", websocket)
    app.router.add_get("/ws/phone", phone_socket)
    app.router.add_get("/healthz", system.healthz)
    app.router.add_get("/readyz", system.readyz)
    app.router.add_get("/metrics", system.metrics)
    GeoReport(desk.installation.open311, rfc3339(desk.clock(), desk.zone)).add_to(app)
    app.router.add_get("/{path:.*}", Pages(static).serve)


async def _dress(request: web.Request, response: web.StreamResponse) -> None:
    request.app[DESK].perimeter.dress(request, response)


async def _shut(app: web.Application) -> None:
    app[SOFTPHONES].close()
    await app[DESK].hub.close()


async def _clean_up(app: web.Application) -> None:
    app[DESK].passwords.close()
    if (directory := app[DESK].directory) is not None:
        directory.close()
    await app[VEHICLES].close()
