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


class Reader:
    """Whoever asks, with their key or without one, and what they may read of a request.

    Keeps to what it was given and touches nothing of the loop: a long list is put together in another thread.
    """

    def __init__(self, visit: Visit, key: ApiKey | None) -> None:
        self._key = key
        self._matrix = visit.matrix
        self._language = visit.language
        self._descriptions = visit.rules.descriptions
        self._json = visit.desk.json
        self._offices = {office.code: office.name for office in visit.desk.installation.offices}

    def filed(self, found: Published) -> bool:
        """Whether it was filed by their key: then they read what was sent of the person."""
        return self._key is not None and found.filing is not None and found.filing.api_key == self._key.id

    def shown(self, found: Published) -> dict[str, Any]:
        """One request. With the key by which it was filed, also its description, its place, and the answer."""
        ticket, mine = found.ticket, self.filed(found)
        filing = found.filing if mine else None
        category = self._matrix.get(ticket.category)
        closed = ticket.step is Step.CLOSED
        return {
            "service_request_id": ticket.number,
            "status": "closed" if closed else "open",
            "status_notes": self._notes(ticket, mine=mine),
            "service_name": category.label.in_language(self._language) if category else ticket.category,
            "service_code": ticket.category,
            "description": ticket.description if mine or self._descriptions else None,
            "agency_responsible": category.unit or None if category else None,
            "service_notice": None,
            "requested_datetime": self._json.at(ticket.created_at),
            "updated_datetime": self._json.at(ticket.closed_at if ticket.closed_at else found.changed_at),
            "expected_datetime": None,
            **self._place(ticket, filing),
        }

    def _notes(self, ticket: Ticket, *, mine: bool) -> str | None:
        if ticket.closed_as is None:
            return None
        if mine and ticket.answer:
            return ticket.answer
        return NOTES[ticket.closed_as].in_language(self._language)

    def _place(self, ticket: Ticket, filing: Filing | None) -> dict[str, Any]:
        """The office's region is public; where exactly somebody was is theirs."""
        return {
            "address": (filing.address if filing else "") or self._offices.get(ticket.region),
            "address_id": ticket.region or None,
            "zipcode": None,
            "lat": filing.lat if filing else None,
            "long": filing.long if filing else None,
            "media_url": (filing.media_url or None) if filing else None,
        }
