"""Contacts, links and looks as JSON."""

from collections.abc import Iterable

from desk import contact_shapes as shapes
from desk.serialise import Serialiser
from hotline.numbers import mask
from storage.audit import Look
from storage.contacts import Contact
from storage.contacts_blocked import BlockedCaller
from storage.contacts_links import TicketLink
from storage.contacts_merges import ContactMerge
from storage.privacy import Tally


class ContactJson:
    """Shapes with the times of the installation's zone."""

    def __init__(self, json: Serialiser) -> None:
        self._json = json

    def line(self, contact: Contact, *, whole: bool) -> shapes.ContactLine:
        """`whole` numbers, or masked ones."""
        numbers = list(contact.numbers)
        return {
            "id": contact.id,
            "name": contact.name,
            "numbers": numbers if whole else [mask(number) for number in numbers],
            "plates": list(contact.plates),
            "seen_at": self._json.at(contact.seen_at),
        }

    def merges(self, merges: Iterable[ContactMerge]) -> list[shapes.ContactMerge]:
        return [
            {
                "id": merge.id,
                "kept": merge.kept,
                "gone": merge.gone,
                "at": self._json.at(merge.at),
                "by": merge.by,
                "undone_at": self._json.at_or_none(merge.undone_at),
                "undone_by": merge.undone_by,
            }
            for merge in merges
        ]

    def link(self, link: TicketLink, of: str) -> shapes.TicketLink:
        """As it looks from the ticket `of`."""
        return {
            "id": link.id,
            "other": link.other if link.ticket == of else link.ticket,
            "into": link.other if link.goes_on else None,
            "at": self._json.at(link.at),
            "by": link.by,
            "undone_at": self._json.at_or_none(link.undone_at),
            "undone_by": link.undone_by,
        }

    def blocked(self, blocked: BlockedCaller, now: float) -> shapes.BlockedCaller:
        return {
            "number": blocked.number,
            "reason": blocked.reason,
            "by": blocked.by,
            "at": self._json.at(blocked.at),
            "until": self._json.at_or_none(blocked.until),
            "active": blocked.holds(now),
        }

    def look(self, look: Look) -> shapes.Look:
        return {
            "id": look.id,
            "at": self._json.at(look.at),
            "by": look.by,
            "role": look.role,
            "what": look.what,
            "about": look.about,
            "page": look.page,
            "note": look.note,
        }


def tally(counted: Tally) -> shapes.Tally:
    """How much was erased, or would be."""
    return {
        "recordings": counted.recordings,
        "tickets_caller": counted.tickets_caller,
        "tickets_words": counted.tickets_words,
        "calls": counted.calls,
        "contacts": counted.contacts,
        "audit": counted.audit,
        "paper": counted.paper,
    }
