"""What a portal sent with a request beside what stands on its ticket: for whoever answers it."""

from typing_extensions import TypedDict

from desk.audit import What, seen
from desk.context import Ask, Nothing
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route


class FilingShape(TypedDict):
    """`portal` is the name of the key by which the request came; `account` is whom the portal knows the person as."""

    ticket: str
    portal: str
    filed_at: str
    email: str
    address: str
    lat: float | None
    long: float | None
    account: str
    media_url: str


async def read(ask: Ask[Nothing, Nothing]) -> FilingShape:
    desk, number = ask.desk, ask.path("number")
    filing = await desk.store.filings.of(number)
    if filing is None:
        raise Problem("not_found", f"no portal filed ticket {number}")
    await seen(ask, What.TICKET, number)
    names = {key.id: key.name for key in await desk.store.api_keys.list()}
    return {
        "ticket": filing.ticket,
        "portal": names.get(filing.api_key, ""),
        "filed_at": desk.json.at(filing.filed_at),
        "email": filing.email,
        "address": filing.address,
        "lat": filing.lat,
        "long": filing.long,
        "account": filing.account,
        "media_url": filing.media_url,
    }


ROUTES = (
    route(
        "GET",
        "/tickets/{number}/filing",
        read,
        "What a portal sent with this ticket's request",
        permission=Permission.EDIT_TICKETS,
        problems=("not_found",),
    ),
)
