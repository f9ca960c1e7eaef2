"""What waits for whoever asks (SOP step 5b), and whom a question can be put to."""

from collections.abc import Iterable

from desk.addressees import units_of
from desk.audit import What, seen
from desk.context import Ask, Nothing
from desk.handlers.tickets import find
from desk.inboxes import Inboxes, actor_of
from desk.roles import Permission
from desk.routing import route
from desk.serialise import words
from desk.validation_shapes import Addressees, Inbox, Person, Unit, Units
from hotline.clocks import Clocks
from hotline.escalation import MayLie
from hotline.units import Addressee
from storage.accounts import Account, Role


async def inbox(ask: Ask[Nothing, Nothing]) -> Inbox:
    desk = ask.desk
    await seen(ask, What.LIST, note="inbox")
    waiting = await desk.store.inbox.waiting()
    inboxes = Inboxes(desk.json, MayLie.of(desk.installation), desk.clock, Clocks.of(desk.installation))
    items = inboxes.of(waiting, actor_of(ask.me))
    return {"items": items, "total": len(items)}


async def units(ask: Ask[Nothing, Nothing]) -> Units:
    pics = await _active(ask, Role.PIC)
    return {"items": [_unit(addressee, pics) for addressee in units_of(ask.desk.installation).all()]}


async def addressees(ask: Ask[Nothing, Nothing]) -> Addressees:
    """For one ticket: the units, the likeliest first, and the people to whom it can be given."""
    ticket, known = await find(ask), units_of(ask.desk.installation)
    cell = ask.desk.matrix.current.get(ticket.category)
    proposed = known.proposed("" if cell is None else cell.unit, ticket.region, ticket.plate)
    ordered = sorted(
        known.all(), key=lambda each: proposed.index(each.code) if each.code in proposed else len(proposed)
    )
    pics = await _active(ask, Role.PIC)
    return {
        "items": [{**_unit(each, pics), "proposed": each.code in proposed} for each in ordered],
        "coordinators": [_person(account) for account in await _active(ask, Role.COORDINATOR)],
        "operators": [_person(account) for account in await _active(ask, Role.OPERATOR)],
    }


async def _active(ask: Ask[Nothing, Nothing], role: Role) -> list[Account]:
    return [account for account in await ask.desk.store.accounts.list(role) if account.active]


def _unit(addressee: Addressee, pics: Iterable[Account]) -> Unit:
    return {
        "code": addressee.code,
        "name": addressee.name,
        "label": words(addressee.label),
        "kind": "office" if addressee.office else "division",
        "pics": [_person(account) for account in pics if account.unit == addressee.code],
    }


def _person(account: Account) -> Person:
    return {"username": account.username, "name": account.name}


ROUTES = (
    route("GET", "/inbox", inbox, "Questions that wait for whoever asks, what is due first on top"),
    route("GET", "/units", units, "Offices and divisions that can be asked, with their PICs"),
    route(
        "GET",
        "/tickets/{number}/units",
        addressees,
        "The same for one ticket, the likeliest first, and the people to whom its question can be given",
        permission=Permission.GIVE_QUESTIONS,
        problems=("not_found",),
    ),
)
