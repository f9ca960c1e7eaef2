"""What we need of an INVITE's headers, read from the message as it came."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotline.numbers import is_withheld
from sip.addresses import Address, address_of, addresses, parameters, split

_NAMES = {"f": "from", "t": "to", "i": "call-id", "m": "contact"}  # compact names (RFC 3261 section 7.3.3)
_ONE_LINE = re.compile(r"\r?\n[ \t]+")
_REQUEST = re.compile(r"\S+ +(\S+) +SIP/", re.IGNORECASE)
# Any of these keeps the number from whoever is called (RFC 3323 section 4.2, RFC 3325 section 9.3).
_PRIVATE = frozenset({"id", "user", "header"})
_RPID_PRIVATE = frozenset({"full", "uri"})

Headers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who calls whom: user parts (`""` when withheld), and the SIP Call-ID.

    `identities` are what each header says of the caller, by its name in lower case. `diverted_from` is whose phone sent
    the call on to us (RFC 5806). `record_routes` are as they came.
    """

    called: str
    sip_call_id: str
    identities: Mapping[str, str] = field(default_factory=dict)
    diverted_from: str = ""
    record_routes: Sequence[str] = ()


def read_invitation(message: str) -> Invitation:
    """Parse the head of an INVITE. Never raises: a header that makes no sense reads as absent.

    Only what can be printed comes out of it: a stranger's line breaks, NULs and broken UTF-8 end here.
    """
    request, headers = headers_of(message)
    asked = _REQUEST.match(request)
    called = _user(address_of(asked[1]) if asked else None) or _first(headers, "to")
    call_id = _printable(next(iter(headers.get("call-id", ())), ""))
    routes = tuple(headers.get("record-route", ()))
    return Invitation(called, call_id, _identities(headers), _diverted_from(headers), routes)


def q850_cause(message: str) -> int:
    """The telephone network's cause in a message's Reason headers (RFC 3326, ITU-T Q.850); 0 for none. Never raises."""
    for value in headers_of(message)[1].get("reason", ()):
        for reason in split(value, ","):
            protocol, _, after = reason.partition(";")
            cause = parameters(after).get("cause", "")
            if protocol.strip().lower() == "q.850" and cause.isascii() and cause.isdecimal() and len(cause) <= 3:
                return int(cause)
    return 0


def _identities(headers: Headers) -> dict[str, str]:
    """The same three whoever sends them: which are believed depends on the trunk, which is not known here."""
    if _is_private(headers):
        return {}
    return {
        "p-asserted-identity": _first(headers, "p-asserted-identity"),
        "remote-party-id": _remote_party(headers),
        "from": _first(headers, "from"),
    }


def _is_private(headers: Headers) -> bool:
    values = (part for value in headers.get("privacy", ()) for part in re.split("[;,]", value))
    return any(part.strip().lower() in _PRIVATE for part in values)


def _remote_party(headers: Headers) -> str:
    for address in _all(headers, "remote-party-id"):
        if address.parameters.get("party", "calling") == "calling":
            return "" if address.parameters.get("privacy") in _RPID_PRIVATE else _known(address)
    return ""


def _diverted_from(headers: Headers) -> str:
    """The latest diversion stands first (RFC 5806 section 4)."""
    latest = next(iter(_all(headers, "diversion")), None)
    if latest is None or latest.parameters.get("privacy") in _RPID_PRIVATE:
        return ""
    return _known(latest)


def _first(headers: Headers, name: str) -> str:
    """The first address of the header that says who it is: P-Asserted-Identity may hold a `sip:` and a `tel:` one."""
    return next((user for address in _all(headers, name) if (user := _known(address))), "")


def _all(headers: Headers, name: str) -> list[Address]:
    return [address for value in headers.get(name, ()) for address in addresses(value)]


def headers_of(message: str) -> tuple[str, Headers]:
    """The first line, and the headers by name in lower case, folded lines made one."""
    head = re.split(r"\r?\n\r?\n", message, maxsplit=1)[0]
    first, *lines = re.split(r"\r?\n", _ONE_LINE.sub(" ", head))
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            key = name.strip().lower()
            found.setdefault(_NAMES.get(key, key), []).append(value.strip())
    return first, found


def _known(address: Address) -> str:
    if address.host.endswith("anonymous.invalid") or is_withheld(address.user):
        return ""
    return _user(address)


def _user(address: Address | None) -> str:
    return "" if address is None else _printable(address.user)


def _printable(text: str) -> str:
    """Without control characters and the surrogates by which the bindings hand on bytes that are no UTF-8."""
    return "".join(character for character in text if character.isprintable())
