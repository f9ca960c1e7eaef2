"""What is going on now, and how the engine is."""

from desk import shapes
from desk.audit import What, seen
from desk.context import Ask, Desk, Nothing
from desk.privacy import masked
from desk.roles import Permission, may
from desk.routing import route
from storage.accounts import Account


async def live(ask: Ask[Nothing, Nothing]) -> shapes.Live:
    await seen(ask, What.LIST, note="live")
    return live_for(ask.desk, ask.me)


async def status(ask: Ask[Nothing, Nothing]) -> shapes.Status:
    return ask.desk.switchboard.status()


def live_for(desk: Desk, account: Account) -> shapes.Live:
    """The picture as this person may see it. Never waits."""
    picture = desk.switchboard.live()
    if may(account.role, Permission.SEE_NUMBERS):
        return picture
    shown: shapes.Live = masked(picture, account.username)
    return shown


ROUTES = (
    route(
        "GET",
        "/live",
        live,
        "Queues, operators, calls and today's figures",
        permission=Permission.SEE_LIVE,
    ),
    route("GET", "/status", status, "Engine, trunks and nodes", permission=Permission.READ_STATUS),
)
