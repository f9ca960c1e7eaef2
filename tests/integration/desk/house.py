"""A whole desk for tests and for the pages' development: real store on SQLite, real hub, fake switchboard."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CollectorRegistry

import config
from config import Installation, Settings
from desk.app import build
from desk.context import DESK
from desk.hub import Hub
from desk.inboxes import Inboxes
from desk.passwords import hash_password
from desk.serialise import Serialiser
from desk.times import Clock
from hotline.clocks import Clocks
from hotline.escalation import MayLie
from hotline.procedure import Procedure
from sambut.calls import Calls
from sambut.escalations import Escalations
from sambut.facts import FactLog
from sealing import Keyring
from storage import Account, Role, Store, open_store
from storage.accounts import usual_phone
from tests.integration.desk.fake_switchboard import FakeSwitchboard

DEMO = {
    "admin": ("Admin", Role.ADMIN),
    "supervisor": ("Sri Supervisor", Role.SUPERVISOR),
    "coordinator": ("Koko Koordinator", Role.COORDINATOR),
    "pic": ("Pipit PIC", Role.PIC),
    "operator1": ("Asep Operator", Role.OPERATOR),
    "operator2": ("Neneng Operator", Role.OPERATOR),
    "operator3": ("Ujang Operator", Role.OPERATOR),
    "operator4": ("Euis Operator", Role.OPERATOR),
}


SIP_CERTIFICATE = "sha256:" + "5a" * 32

PIC_UNIT = "kota-bandung-i-pajajaran"


@dataclass(frozen=True, slots=True)
class House:
    """What stands behind the pages."""

    app: web.Application
    store: Store
    hub: Hub
    switchboard: FakeSwitchboard
    installation: Installation
    refusals: list[str]

    @property
    def refused(self) -> int:
        """How many refused sign-ins the desk has told of."""
        return len(self.refusals)


@asynccontextmanager
async def house(
    folder: Path,
    password: str,
    clock: Clock,
    *,
    static: Path | None = None,
    prepared: bool = False,
    parts: Mapping[str, Any] | None = None,
    **settings: str,
) -> AsyncIterator[House]:
    """Open for as long as the block runs; `settings` are variables without their prefix, in lower case.

    `prepared`: the folder holds a database with accounts already. `parts` of the installation are not the defaults.
    """
    own = {"settings": Settings.model_validate({"data": folder, **settings}), **(parts or {})}
    installation = replace(_defaults(), **own)
    url = installation.settings.database_url
    async with await open_store(url, spool=folder / "spool", keyring=Keyring.fresh()) as store:
        if not prepared:
            await store.migrate()
            await add_accounts(store, password, clock())
        await store.start()
        await store.numbers.reserve(datetime.fromtimestamp(clock(), ZoneInfo(installation.hours.timezone)).year)
        built = _assemble(store, installation, clock, {} if static is None else {"static": static})
        built.switchboard.accounts = {account.username: account for account in await store.accounts.list()}
        yield built
        await built.switchboard.tasks.close()


@cache
def _defaults() -> Installation:
    return config.load(None, {})


def _assemble(store: Store, installation: Installation, clock: Clock, pages: dict[str, Any]) -> House:
    hub = Hub(clock)
    procedure = Procedure(installation.sop, installation.matrix, installation.offices, installation.areas)
    json = Serialiser(ZoneInfo(installation.hours.timezone), procedure, clock, Clocks.of(installation))
    switchboard = FakeSwitchboard(store, hub, installation, json, clock)
    switchboard.watchers.add(_escalations(store, installation, hub, json, switchboard).changed)
    refusals: list[str] = []
    app = build(
        store,
        installation,
        hub,
        switchboard,
        registry=CollectorRegistry(),
        demo=True,
        clock=clock,
        sip_certificate=SIP_CERTIFICATE,
        refused=lambda: refusals.append("sign-in"),
        **pages,
    )
    assert app[DESK].hub is hub
    return House(app, store, hub, switchboard, installation, refusals)


def _escalations(
    store: Store, installation: Installation, hub: Hub, json: Serialiser, switchboard: FakeSwitchboard
) -> Escalations:
    """The real ones: inboxes are pushed to as in the whole service."""
    clock, zone = switchboard.clock, ZoneInfo(installation.hours.timezone)
    return Escalations(
        hub=hub,
        inboxes=Inboxes(json, MayLie.of(installation), clock, Clocks.of(installation)),
        calls=Calls(),
        facts=FactLog(store.journal, installation.queues, zone, clock),
    )


async def add_accounts(store: Store, password: str, at: float) -> None:
    """The demo accounts, all with the same password."""
    hashed = hash_password(password)
    for username, (name, role) in DEMO.items():
        phone = f"sip:{username}@127.0.0.1:5080" if role is Role.OPERATOR else ""
        await store.accounts.create(
            Account(
                username,
                name,
                role,
                phone=phone,
                unit=PIC_UNIT if role is Role.PIC else "",
                phone_kind=usual_phone(phone),
            ),
            hashed,
            at,
        )
