"""What we need of an INVITE's headers, read from the message as it came."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

# Long and compact names (RFC 3261 section 7.3.3); P-Asserted-Identity is RFC 3325.
_COMPACT = {"f": "from", "t": "to", "i": "call-id"}
_USER = re.compile(r"(?:sips?|tel):([^@;>\s]+)(?:@[^>\s]*)?", re.IGNORECASE)
_ANONYMOUS = {"anonymous", "unavailable", "unknown", "restricted"}


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who calls whom: user parts (`""` when withheld), and the SIP Call-ID."""

    caller: str
    called: str
    sip_call_id: str


def read_invitation(message: str) -> Invitation:
    """Parse the head of an INVITE. Never raises: a header that makes no sense reads as absent.

    Only what can be printed comes out of it: a stranger's line breaks, NULs and broken UTF-8 end here.
    """
    request, *lines = message.split("\r\n\r\n", 1)[0].split("\r\n")
    headers = _headers(lines)
    caller = _user(headers.get("p-asserted-identity", "")) or _user(headers.get("from", ""))
    called = _user(request) or _user(headers.get("to", ""))
    return Invitation("" if caller.lower() in _ANONYMOUS else caller, called, _printable(headers.get("call-id", "")))


def _headers(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and not line[:1].isspace():
            key = name.strip().lower()
            found.setdefault(_COMPACT.get(key, key), value.strip())
    return found


def _user(value: str) -> str:
    match = _USER.search(value)
    if match is None or ("@" not in match.group(0) and not match.group(0).lower().startswith("tel:")):
        return ""
    return _printable(unquote(match.group(1)))


def _printable(text: str) -> str:
    """Without control characters and the surrogates by which the bindings hand on bytes that are no UTF-8."""
    return "".join(character for character in text if character.isprintable())
