"""Callers who are not let in."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, StringConstraints

from config.base import Bilingual
from desk import contact_shapes as shapes
from desk.audit import What, done, seen
from desk.contact_json import ContactJson
from desk.context import Ask, Nothing
from desk.field_errors import field_error
from desk.handlers.fields import Line, Number
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from desk.serialise import words
from hotline.numbers import mask, normalise
from storage.contacts_blocked import BlockedCaller
from storage.errors import NotFound

NO_NUMBER = Bilingual(
    id="Isi nomor telepon, misalnya 0812 3456 7890.", en="Give a telephone number, such as 0812 3456 7890."
)
PAST = Bilingual(id="Waktu ini sudah lewat.", en="This time is past.")


class Block(BaseModel, extra="forbid"):
    """`number` as typed. `until` null: until somebody unblocks it."""

    number: Number
    reason: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=3)]
    until: AwareDatetime | None = None


class Unblock(BaseModel, extra="forbid"):
    number: Number


async def list_all(ask: Ask[Nothing, Nothing]) -> shapes.BlockedCallers:
    await seen(ask, What.BLOCKED)
    return await _list(ask)


async def block(ask: Ask[Block, Nothing]) -> shapes.BlockedCallers:
    desk, asked = ask.desk, ask.body
    number, now = normalise(asked.number), desk.clock()
    until = None if asked.until is None else asked.until.timestamp()
    wrong = [
        *([field_error("number", "no_number", words(NO_NUMBER))] if not _is_number(number) else []),
        *([field_error("until", "past", words(PAST))] if until is not None and until <= now else []),
    ]
    if wrong:
        raise Problem("invalid", errors=wrong)
    await done(ask, What.BLOCKED, "", f"+ {mask(number)}: {asked.reason}")
    await desk.store.blocked.block(BlockedCaller(number, asked.reason, ask.me.username, now, until))
    return await _list(ask)


async def unblock(ask: Ask[Unblock, Nothing]) -> shapes.BlockedCallers:
    number = normalise(ask.body.number)
    try:
        await ask.desk.store.blocked.unblock(number)
    except NotFound as error:
        raise Problem("not_found", "this number is not blocked") from error
    await done(ask, What.BLOCKED, "", f"- {mask(number)}")
    return await _list(ask)


async def _list(ask: Ask[Nothing, Nothing] | Ask[Block, Nothing] | Ask[Unblock, Nothing]) -> shapes.BlockedCallers:
    desk, json, now = ask.desk, ContactJson(ask.desk.json), ask.desk.clock()
    items = [json.blocked(each, now) for each in await desk.store.blocked.list()]
    return {"answer": desk.installation.settings.blocked_callers, "items": items}


def _is_number(number: str) -> bool:
    return number.removeprefix("+").isdigit() and len(number) >= 3


ROUTES = (
    route("GET", "/blocked", list_all, "Blocked callers", permission=Permission.BLOCK_CALLERS),
    route(
        "PUT", "/blocked", block, "Block a number, or change why and until when", permission=Permission.BLOCK_CALLERS
    ),
    route(
        "DELETE",
        "/blocked",
        unblock,
        "Let a number call again",
        permission=Permission.BLOCK_CALLERS,
        problems=("not_found",),
    ),
)
