"""What a portal sent with a request beside what stands on its ticket: for whoever answers it."""

from desk.audit import What, seen
from desk.context import Ask, Nothing
from desk.filing_json import FilingShape, filing_json, portal_names
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route


async def read(ask: Ask[Nothing, Nothing]) -> FilingShape:
    desk, number = ask.desk, ask.path("number")
    filing = await desk.store.filings.of(number)
    if filing is None:
        raise Problem("not_found", f"no portal filed ticket {number}")
    await seen(ask, What.TICKET, number)
    portals = await portal_names(desk.store)
    return filing_json(desk.json, filing, portals.get(filing.api_key, ""))


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
