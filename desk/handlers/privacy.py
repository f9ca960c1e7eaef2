"""One person's data, taken out or erased on request, and what the rules of retention would erase (Law 27 of 2022)."""

from typing import Annotated, Any

from aiohttp import hdrs, web
from pydantic import BaseModel, StringConstraints

from config.base import Bilingual
from desk import contact_shapes as shapes
from desk.audit import What, about_whom, done, seen
from desk.contact_json import tally
from desk.context import Ask, Nothing
from desk.downloads import named
from desk.field_errors import field_error
from desk.handlers.fields import Email, Line, Number
from desk.person_archive import pieces
from desk.problems import Problem
from desk.retention import RetentionRules
from desk.roles import Permission
from desk.routing import route
from desk.serialise import words
from hotline.numbers import mask, normalise
from hotline.plate import PlateError, parse
from storage.privacy import Person, Tally

ONE_OF_BOTH = Bilingual(
    id="Isi nomor telepon, nomor polisi, atau alamat surel: salah satu saja.",
    en="Give a telephone number, a plate or an e-mail address: one of them.",
)


class Whose(BaseModel, extra="forbid"):
    """A person by number, by plate, or by the e-mail address that a portal sent, as typed; exactly one of them."""

    number: Number = ""
    plate: Line = ""
    email: Email = ""


class WhoseAndWhy(Whose):
    """`reason`: who asked for it and under which file number; it stands in the audit log."""

    reason: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=5)]


async def find(ask: Ask[Whose, Nothing]) -> shapes.PersonReport:
    person = await _person(ask, ask.body)
    await seen(ask, What.SEARCH, note=_asked_for(ask.body))
    return await _report(ask, person, None)


async def export(ask: Ask[WhoseAndWhy, Nothing]) -> web.StreamResponse:
    desk, person = ask.desk, await _person(ask, ask.body)
    await done(ask, What.EXPORT, _about(person), f"{_asked_for(ask.body)}: {ask.body.reason}")
    response = web.StreamResponse()
    response.content_type = "application/zip"
    response.headers[hdrs.CONTENT_DISPOSITION] = named("data-pribadi.zip", inline=False)
    await response.prepare(ask.request)
    async for piece in pieces(desk.store, desk.json, person, desk.installation.settings.data, desk.clock()):
        await response.write(piece)
    await response.write_eof()
    return response


async def erase(ask: Ask[WhoseAndWhy, Nothing]) -> shapes.PersonReport:
    """What is closed is erased at once; open tickets, and a block of the number, stay and are named."""
    desk, person = ask.desk, await _person(ask, ask.body)
    await done(ask, What.ERASE, _about(person), f"{_asked_for(ask.body)}: {ask.body.reason}")
    erased = await _rules(ask).erase_person(person, desk.clock())
    return await _report(ask, person, erased)


async def retention(ask: Ask[Nothing, Nothing]) -> shapes.RetentionReport:
    rules = ask.desk.installation.retention
    overdue = await _rules(ask).overdue(ask.desk.clock())
    return {
        "nightly": rules.nightly,
        "at": rules.at,
        "keep_days": rules.keep_days.model_dump(),
        "overdue": tally(overdue),
    }


def _rules(ask: Ask[Any, Any]) -> RetentionRules:
    desk, installation = ask.desk, ask.desk.installation
    return RetentionRules(desk.store.privacy, installation.retention.keep_days, installation.settings.data, desk.zone)


async def _person(ask: Ask[Any, Any], whose: Whose) -> Person:
    """Raises `Problem` invalid for none or several, and not_found for somebody of whom nothing is kept."""
    if sum(map(bool, (whose.number, whose.plate, whose.email))) != 1:
        raise Problem("invalid", errors=[field_error("number", "one_of_both", words(ONE_OF_BOTH))])
    plate = ""
    if whose.plate:
        try:
            plate = str(parse(whose.plate))
        except PlateError as error:
            raise Problem("invalid", errors=[field_error("plate", error.code, words(error.message))]) from error
    person = await ask.desk.store.privacy.person(number=normalise(whose.number), plate=plate, email=whose.email)
    if person.empty:
        raise Problem("not_found", "nothing is kept about this person")
    return person


async def _report(ask: Ask[Any, Any], person: Person, erased: Tally | None) -> shapes.PersonReport:
    blocked = {each.number for each in await ask.desk.store.blocked.list()}
    return {
        "numbers": [mask(number) for number in person.numbers],
        "plates": list(person.plates),
        "contacts": list(person.contacts),
        "tickets": len(person.tickets),
        "open": list(person.open),
        "calls": len(person.calls),
        "recordings": len(person.recordings),
        "filings": len(person.filings),
        "blocked": not blocked.isdisjoint(person.numbers),
        "erased": None if erased is None else tally(erased),
    }


def _asked_for(whose: Whose) -> str:
    return about_whom(whose.number, whose.plate, whose.email)


def _about(person: Person) -> str:
    return person.contacts[0] if person.contacts else ""


ROUTES = (
    route(
        "POST",
        "/privacy/find",
        find,
        "How much is kept of one person",
        permission=Permission.MANAGE_PRIVACY,
        problems=("not_found",),
    ),
    route(
        "POST",
        "/privacy/export",
        export,
        "One person's data as a ZIP archive: JSON and recordings",
        permission=Permission.MANAGE_PRIVACY,
        problems=("not_found",),
        media=("application/zip",),
    ),
    route(
        "POST",
        "/privacy/erase",
        erase,
        "Erase one person's data; open tickets stay",
        permission=Permission.MANAGE_PRIVACY,
        problems=("not_found",),
    ),
    route(
        "GET",
        "/privacy/retention",
        retention,
        "The rules of retention, and what they would erase now",
        permission=Permission.MANAGE_PRIVACY,
    ),
)
