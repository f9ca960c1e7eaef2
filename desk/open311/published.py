"""What a portal reads of a ticket. Names, numbers and plates of people never go out here."""

from collections.abc import Mapping
from typing import Any

from config.base import Bilingual
from desk.open311.visit import Visit
from hotline.ticket import ClosedAs, Step, Ticket
from storage.api_keys import ApiKey
from storage.filings import Filing, Published

NOTES: Mapping[ClosedAs, Bilingual] = {
    "answered": Bilingual(id="Sudah dijawab.", en="It has been answered."),
    "unreachable": Bilingual(id="Pelapor tidak dapat dihubungi.", en="The person who asked could not be reached."),
    "continued": Bilingual(id="Diteruskan pada permintaan lain.", en="It goes on in another request."),
}


def shown(visit: Visit, found: Published, key: ApiKey | None) -> dict[str, Any]:
    """One request. With the key by which it was filed, also its description, its place, and the answer."""
    ticket, mine = found.ticket, key is not None and found.filing is not None and found.filing.api_key == key.id
    filing = found.filing if mine else None
    category = visit.matrix.get(ticket.category)
    closed = ticket.step is Step.CLOSED
    return {
        "service_request_id": ticket.number,
        "status": "closed" if closed else "open",
        "status_notes": _notes(visit, ticket, mine=mine),
        "service_name": category.label.in_language(visit.language) if category else ticket.category,
        "service_code": ticket.category,
        "description": ticket.description if mine or visit.rules.descriptions else None,
        "agency_responsible": category.unit or None if category else None,
        "service_notice": None,
        "requested_datetime": visit.desk.json.at(ticket.created_at),
        "updated_datetime": visit.desk.json.at(ticket.closed_at if ticket.closed_at else found.changed_at),
        "expected_datetime": None,
        **_place(visit, ticket, filing),
    }


def _notes(visit: Visit, ticket: Ticket, *, mine: bool) -> str | None:
    if ticket.closed_as is None:
        return None
    if mine and ticket.answer:
        return ticket.answer
    return NOTES[ticket.closed_as].in_language(visit.language)


def _place(visit: Visit, ticket: Ticket, filing: Filing | None) -> dict[str, Any]:
    """The office's region is public; where exactly somebody was is theirs."""
    offices = {office.code: office.name for office in visit.desk.installation.offices}
    return {
        "address": (filing.address if filing else "") or offices.get(ticket.region),
        "address_id": ticket.region or None,
        "zipcode": None,
        "lat": filing.lat if filing else None,
        "long": filing.long if filing else None,
        "media_url": (filing.media_url or None) if filing else None,
    }
