"""Who is who: names beside the usernames that tickets, hand-overs and changes carry."""

from desk.context import Ask, Nothing
from desk.routing import route
from desk.validation_shapes import People


async def people(ask: Ask[Nothing, Nothing]) -> People:
    """Closed accounts, too: what they have done stays on tickets."""
    accounts = await ask.desk.store.accounts.list()
    return {"items": [{"username": account.username, "name": account.name} for account in accounts]}


ROUTES = (route("GET", "/people", people, "Names of everybody who has or had an account"),)
