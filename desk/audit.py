"""Every look at personal data goes into the audit log before it is answered: who, what, when, on which page, why.

A look is an answer with somebody's data in it, also a list, a refusal that shows the ticket as it stands, or the answer
to whoever has just saved it. What a page is pushed is no look each: that it was open is one (docs/privacy.md).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from desk.context import Ask
from desk.problems import Problem
from hotline.numbers import mask, normalise
from storage.audit import Look

MAX_PAGE = 200  # characters


class What(StrEnum):
    """What was seen or done. `about` of an entry is the id that goes with it."""

    TICKET = "ticket"  # a ticket's number
    CONTACT = "contact"  # a contact's id
    CALL = "call"  # a call's id
    RECORDING = "recording"  # a recording's id
    VEHICLE = "vehicle"  # nothing; the note is the plate, its number masked
    SEARCH = "search"  # nothing; the note says what was looked for, masked
    LIST = "list"  # nothing; the note says of what: many people at once, and nobody looked for
    BLOCKED = "blocked"  # nothing; the list of blocked callers
    EXPORT = "export"  # a contact's id, or nothing: one person's data were taken out
    ERASE = "erase"  # the same: one person's data were erased
    REGISTER = "register"  # nothing; many tickets were taken out at once
    AUDIT = "audit"  # nothing; the log itself


async def seen(ask: Ask[Any, Any], what: What, *ids: str, note: str = "") -> None:
    """Notes that whoever asks is about to see these. The same look again on the same page within minutes is one.

    `note` must hold no personal data in clear. Raises `storage.StoreUnavailable`: what cannot be noted is not shown.
    """
    await ask.desk.store.audit.saw(_look(ask, what, about, note) for about in ids or ("",))


async def searched(ask: Ask[Any, Any], text: str, among: str) -> None:
    """Notes that whoever asks looks for somebody, with what was typed masked; without words, that they see the list."""
    if text:
        await seen(ask, What.SEARCH, note=looked_for(text))
    else:
        await seen(ask, What.LIST, note=among)


@asynccontextmanager
async def refusals_seen(ask: Ask[Any, Any], ticket: str) -> AsyncIterator[None]:
    """Notes a refusal that shows the ticket as it is now: a conflict, or a step that is not allowed."""
    try:
        yield
    except Problem as refusal:
        if "current" in refusal.extra:
            await seen(ask, What.TICKET, ticket)
        raise


async def done(ask: Ask[Any, Any], what: What, about: str, note: str) -> None:
    """Notes something that was done with personal data, each time."""
    await ask.desk.store.audit.add([_look(ask, what, about, note)])


def looked_for(text: str) -> str:
    """What was typed into a search, as it may stand in the log: a number masked, words by their length."""
    number = normalise(text)
    if number.removeprefix("+").isdigit() and len(number) >= 5:
        return mask(number)
    return "•" * min(len(text), 20)


def about_whom(number: str = "", plate: str = "", email: str = "") -> str:
    """By what a person is asked for, as it may stand in the log: the one of the three that is given, masked."""
    return f"{plate[:2]}•••" if plate else looked_for(number or email)


def _look(ask: Ask[Any, Any], what: What, about: str, note: str) -> Look:
    me = ask.me
    return Look(ask.desk.clock(), me.username, me.role.value, what.value, about, _page(ask), note)


def _page(ask: Ask[Any, Any]) -> str:
    """The path of our page that asked (Referer), without its query, in which somebody may have typed a number."""
    return urlsplit(ask.request.headers.get("Referer", "")).path[:MAX_PAGE]
