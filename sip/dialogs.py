"""What it takes to end a call from outside of the library that holds it (RFC 3261 section 12): for one that died."""

import re
import secrets
from collections.abc import Sequence

import msgspec

from sip.addresses import split
from sip.headers import headers_of

BYE_CSEQ = 100_000
"""Above all that the library has counted to: it begins below 65,536 (section 12.2.1.1)."""
_URI = re.compile(r"<([^>]+)>|^\s*([^\s;>]+)")
_PLACE = re.compile(r"sips?:(?:[^@>]*@)?(\[[^\]]+\]|[^:;?>]+)(?::(\d+))?([^?>]*)", re.IGNORECASE)


class Dialog(msgspec.Struct, frozen=True, array_like=True):
    """Our side of a dialog. `local` and `remote` are From and To of our own requests, with tags; `routes` in order."""

    call_id: str
    local: str
    remote: str
    target: str
    routes: tuple[str, ...] = ()

    @property
    def next_hop(self) -> str:
        """The URI that our requests go to."""
        return uri_of(self.routes[0]) if self.routes else self.target


def dialog_of(confirmed: str, target: str, *, incoming: bool, record_routes: Sequence[str] = ()) -> Dialog | None:
    """From the message that confirmed it: the far end's ACK, our own ACK, or the far end's 200.

    `target` is the far end's Contact; `record_routes` are those of the INVITE that came in. None for what tells too
    little. Never raises.
    """
    first, headers = headers_of(confirmed)
    call_id, sender, called = (next(iter(headers.get(name, ())), "") for name in ("call-id", "from", "to"))
    contact = uri_of(target)
    if not (call_id and "tag=" in sender and "tag=" in called and contact):
        return None
    if incoming:
        return Dialog(call_id, called, sender, contact, tuple(_listed(record_routes)))
    if first.startswith("SIP/"):
        return Dialog(call_id, sender, called, contact, tuple(reversed(_listed(headers.get("record-route", ())))))
    return Dialog(call_id, sender, called, contact, tuple(_listed(headers.get("route", ()))))


def place_of(uri: str) -> tuple[str, int, str]:
    """Host, port and transport (`udp`, `tcp`, `tls`). Raises `ValueError` for what has none."""
    found = _PLACE.match(uri)
    if found is None:
        raise ValueError("no SIP URI")
    parameter = re.search(r";transport=(\w+)", found[3], re.IGNORECASE)
    transport = parameter[1].lower() if parameter else "udp"
    if uri.lower().startswith("sips:"):
        transport = "tls"
    return found[1].strip("[]"), int(found[2] or (5061 if transport == "tls" else 5060)), transport


def bye(dialog: Dialog, here: str, transport: str) -> bytes:
    """The request, as sent from `here`, host:port. Section 12.2.1.1, with loose routes."""
    lines = [
        f"BYE {dialog.target} SIP/2.0",
        f"Via: SIP/2.0/{transport.upper()} {here};rport;branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 70",
        *(f"Route: {route}" for route in dialog.routes),
        f"From: {dialog.local}",
        f"To: {dialog.remote}",
        f"Call-ID: {dialog.call_id}",
        f"CSeq: {BYE_CSEQ} BYE",
        'Reason: SIP;cause=503;text="engine restarted"',
        "Content-Length: 0",
        "",
        "",
    ]
    return "\r\n".join(lines).encode(errors="surrogateescape")


def uri_of(value: str) -> str:
    """Of a header's value, with or without a name and angle brackets."""
    found = _URI.search(value)
    return "" if found is None else found[1] or found[2] or ""


def _listed(values: Sequence[str]) -> list[str]:
    """Each route for itself: a header may hold several."""
    return [each.strip() for value in values for each in split(value, ",") if each.strip()]
