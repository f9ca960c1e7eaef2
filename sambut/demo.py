"""The demo: accounts with known names on an empty database, on this machine only."""

import secrets
from dataclasses import replace

from config import Hours, Installation
from desk.passwords import Passwords
from sambut.clock import Clock
from storage import Account, PhoneKind, Role, Store

LOOPBACK = "127.0.0.1"
FIRST_PHONE_PORT = 5071  # operator1's softphone; the others follow
PIC_UNIT = "kota-bandung-i-pajajaran"

PEOPLE = (
    Account("admin", "Admin", Role.ADMIN),
    Account("supervisor", "Sinta Supervisor", Role.SUPERVISOR),
    Account("coordinator", "Koko Koordinator", Role.COORDINATOR),
    Account("pic", "Pipit PIC Bandung I Pajajaran", Role.PIC),
    Account("operator1", "Ayu Lestari", Role.OPERATOR),
    Account("operator2", "Bima Pratama", Role.OPERATOR),
    Account("operator3", "Citra Dewi", Role.OPERATOR),
    Account("operator4", "Dedi Kurnia", Role.OPERATOR),
)


def phone_port(username: str) -> int:
    """The port of a demo operator's softphone."""
    return FIRST_PHONE_PORT + int(username.removeprefix("operator")) - 1


def as_demo(installation: Installation) -> Installation:
    """Always open, and reachable from this machine only (CONTRACT.md)."""
    settings = installation.settings.model_copy(update={"sip_bind": LOOPBACK, "http_bind": LOOPBACK})
    return replace(installation, settings=settings, hours=Hours.always(installation.hours.timezone))


async def add_people(store: Store, passwords: Passwords, password: str | None, clock: Clock) -> str | None:
    """Demo accounts on an empty database. Returns the password that was generated, to be shown once."""
    if await store.accounts.count():
        return None
    chosen = password or secrets.token_urlsafe(9)
    hashed = await passwords.hash(chosen)
    for person in PEOPLE:
        await store.accounts.create(_with_phone(person), hashed, clock())
    return None if password else chosen


def _with_phone(person: Account) -> Account:
    if person.role is not Role.OPERATOR:
        return replace(person, unit=PIC_UNIT) if person.role is Role.PIC else person
    return replace(
        person, phone=f"sip:{person.username}@{LOOPBACK}:{phone_port(person.username)}", phone_kind=PhoneKind.SIP
    )
