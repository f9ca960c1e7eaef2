"""What `sambut privacy` does: one person's data taken out or erased, and the rules of retention carried out."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from config import Installation
from desk.audit import What, about_whom
from desk.person_archive import pieces
from desk.retention import RetentionRules
from desk.serialise import Serialiser
from hotline.clocks import Clocks
from hotline.numbers import normalise
from hotline.plate import PlateError, parse
from hotline.procedure import Procedure
from sambut.clock import steady_clock
from sambut.commands import opened_store
from storage import Store
from storage.audit import Look
from storage.privacy import Person, Tally

BY, ROLE = "sambut", "command"
LABELS = {
    "recordings": "recordings",
    "tickets_caller": "tickets: number, name, filing",
    "tickets_words": "tickets: description, answer",
    "calls": "calls: number",
    "contacts": "contacts",
    "audit": "audit entries",
    "paper": "files of the archive of paper",
}


@dataclass(frozen=True, slots=True)
class Request:
    """Whose data by number, plate or e-mail address (the others are empty), and why: it stands in the audit log."""

    number: str
    plate: str
    email: str
    reason: str


async def retention(installation: Installation, *, dry_run: bool) -> None:
    """Carry the rules out, or only say what they would erase."""
    now = steady_clock()()
    async with opened_store(installation) as store:
        rules = _rules(installation, store)
        tally = await (rules.overdue(now) if dry_run else rules.erase_overdue(now))
    click.echo("would erase:" if dry_run else "erased:")
    click.echo(told(tally))


async def export(installation: Installation, request: Request, output: Path) -> None:
    """Write one person's data to `output`. Raises `click.ClickException` when nothing is kept of them."""
    clock = steady_clock()
    zone = ZoneInfo(installation.hours.timezone)
    procedure = Procedure(installation.sop, installation.matrix, installation.offices, installation.areas)
    serialiser = Serialiser(zone, procedure, clock, Clocks.of(installation))
    async with opened_store(installation) as store:
        person = await _person(store, request)
        await _note(store, What.EXPORT, person, request, clock())
        with await asyncio.to_thread(output.open, "wb") as file:
            async for piece in pieces(store, serialiser, person, installation.settings.data, clock()):
                await asyncio.to_thread(file.write, piece)
    click.echo(f"{output}: {len(person.tickets)} tickets, {len(person.calls)} calls")


async def erase(installation: Installation, request: Request, *, dry_run: bool) -> None:
    """Erase one person's data, or only say how much there is. Raises `click.ClickException` when there is nothing."""
    now = steady_clock()()
    async with opened_store(installation) as store:
        person = await _person(store, request)
        click.echo(
            f"kept: {len(person.tickets)} tickets, {len(person.calls)} calls, {len(person.recordings)} recordings"
        )
        for number in person.open:
            click.echo(f"still open, stays whole: {number}")
        if dry_run:
            return
        await _note(store, What.ERASE, person, request, now)
        tally = await _rules(installation, store).erase_person(person, now)
    click.echo("erased:")
    click.echo(told(tally))


def _rules(installation: Installation, store: Store) -> RetentionRules:
    zone = ZoneInfo(installation.hours.timezone)
    return RetentionRules(store.privacy, installation.retention.keep_days, installation.settings.data, zone)


def told(tally: Tally) -> str:
    """One line for each category."""
    return "\n".join(f"  {label:30} {getattr(tally, name):>8}" for name, label in LABELS.items())


async def _person(store: Store, request: Request) -> Person:
    if sum(map(bool, (request.number, request.plate, request.email))) != 1:
        raise click.ClickException("give --number, --plate or --email, one of them")
    try:
        plate = str(parse(request.plate)) if request.plate else ""
    except PlateError as error:
        raise click.ClickException(error.message.en) from error
    person = await store.privacy.person(number=normalise(request.number), plate=plate, email=request.email)
    if person.empty:
        raise click.ClickException("nothing is kept about this person")
    return person


async def _note(store: Store, what: What, person: Person, request: Request, at: float) -> None:
    about = person.contacts[0] if person.contacts else ""
    whom = about_whom(request.number, request.plate, request.email)
    await store.audit.add([Look(at, BY, ROLE, what.value, about, note=f"{whom}: {request.reason}")])
