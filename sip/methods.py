"""Which SIP methods pass our door, from whom, inside a dialog and outside of one: the one table of it.

The engine's door goes by it (sip/door.py hands it over), docs/trunks-and-phones.md shows it, and the tests send every
cell. Methods that are not named are answered 405 (RFC 3261 section 8.2.1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Source = Literal["trunk", "phone", "line", "called"]
"""Known by address: a trunk, an operator's phone, the browsers' end of a line, or whom we called in the last hour."""
Place = Literal["outside", "inside"]

SOURCES: tuple[Source, ...] = ("trunk", "phone", "line", "called")
PLACES: tuple[Place, ...] = ("outside", "inside")

PASS = 0
NOT_ALLOWED = 405
FORBIDDEN = 403
NO_SUCH_CALL = 481
DECLINE = 603

ALLOW = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK")
"""What we do (RFC 3261 section 20.5)."""


@dataclass(frozen=True, slots=True)
class Method:
    """What becomes of a request: `PASS`, or the status that it is answered with. `sources` differ from `outside`."""

    name: str
    outside: int
    inside: int
    sources: Mapping[Source, int]

    def status(self, place: Place, source: Source) -> int:
        if place == "inside":
            return self.inside
        return self.sources.get(source, self.outside)


METHODS = (
    # Only trunks bring callers: a phone that dials us, or anybody we once called, is not one.
    Method("INVITE", FORBIDDEN, PASS, {"trunk": PASS}),
    Method("ACK", PASS, PASS, {}),
    Method("CANCEL", PASS, PASS, {}),  # has no tag in To, and matches its INVITE or is answered 481
    Method("BYE", NO_SUCH_CALL, PASS, {}),
    Method("OPTIONS", PASS, PASS, {}),
    Method("INFO", NO_SUCH_CALL, PASS, {}),
    Method("UPDATE", NO_SUCH_CALL, PASS, {}),
    Method("PRACK", NO_SUCH_CALL, PASS, {}),
    # A transfer is ours to make: by the operator's page and the office's rules, never by what a far end asks.
    Method("REFER", DECLINE, DECLINE, {}),
    Method("NOTIFY", NO_SUCH_CALL, NO_SUCH_CALL, {}),  # no subscription (RFC 6665 section 4.1.3)
    Method("SUBSCRIBE", NOT_ALLOWED, NOT_ALLOWED, {}),
    Method("MESSAGE", NOT_ALLOWED, NOT_ALLOWED, {}),
    Method("PUBLISH", NOT_ALLOWED, NOT_ALLOWED, {}),
    Method("REGISTER", NOT_ALLOWED, NOT_ALLOWED, {}),
)


def cells() -> Iterator[tuple[str, Place, Source, int]]:
    """Every cell: method, place, source, and what becomes of it."""
    for method in METHODS:
        for place in PLACES:
            for source in SOURCES:
                yield method.name, place, source, method.status(place, source)
