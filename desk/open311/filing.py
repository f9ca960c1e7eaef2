"""A portal's request becomes a ticket that waits for somebody to answer, and is on the list of who is called back."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from desk.context import Desk
from desk.open311.errors import Fault, Refused, refused
from desk.open311.form import Form
from desk.open311.services import PLATE
from desk.open311.visit import Visit
from hotline.callback_plan import first_due
from hotline.fields import FieldError, InvalidFields
from hotline.ticket import Ticket
from ivr.hours import opens_at
from storage.api_keys import ApiKey
from storage.errors import NumbersExhausted
from storage.filings import Filing

_BY = "open311"
"""Who a ticket's log says it was."""

_ATTRIBUTE_OF = {"plate": f"attribute[{PLATE}]", "region": "address_id", "caller_name": "first_name, last_name"}


async def file(visit: Visit, form: Form, key: ApiKey) -> Ticket:
    """Stores the request and shows it to everybody. Raises `Refused`, `StoreUnavailable`."""
    desk, at = visit.desk, visit.desk.clock()
    ticket = _ticket(visit, form, at)
    await desk.store.filings.file(ticket, _filing(ticket, form, key, at))
    desk.switchboard.ticket_changed(None, ticket, _BY, at)
    desk.hub.publish("ticket", {"ticket": desk.json.ticket(ticket)})
    return ticket


def _ticket(visit: Visit, form: Form, at: float) -> Ticket:
    desk = visit.desk
    blank = replace(_numbered(desk, form, visit, at), origin="open311")
    fields = {**form.fields, "kind": form.category.kind, "category": form.category.code}
    try:
        filled = desk.procedure.edit(blank, fields, _BY, at)
    except InvalidFields as error:
        raise Refused([_fault(each) for each in error.errors]) from error
    due_at = first_due(at, partial(opens_at, desk.installation.hours))
    return replace(desk.procedure.mark_for_callback(filled, "filed", at, due_at=due_at), version=1)


def _numbered(desk: Desk, form: Form, visit: Visit, at: float) -> Ticket:
    try:
        number = desk.store.numbers.next(datetime.fromtimestamp(at, desk.zone).year)
    except NumbersExhausted as error:
        raise refused(503, "Coba lagi sebentar lagi.", "Try again in a moment.", retry_after_s=2) from error
    return desk.procedure.open_ticket(number, at, caller_number=form.phone, language=visit.language)


def _filing(ticket: Ticket, form: Form, key: ApiKey, at: float) -> Filing:
    return Filing(
        ticket=ticket.number,
        api_key=key.id,
        filed_at=at,
        email=form.email,
        address=form.address,
        lat=form.lat,
        long=form.long,
        account=form.account,
        media_url=form.media_url,
    )


def _fault(error: FieldError) -> Fault:
    name = _ATTRIBUTE_OF.get(error.field, error.field)
    return Fault(400, error.message.model_copy(update={lang: f"{name}: {text}" for lang, text in error.message}))
