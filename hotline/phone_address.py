"""Where the phone of an operator, coordinator or PIC may lie: in the office's networks, and nowhere that dials further.

A phone is rung without a look at `dialling.yaml`, so its address must not be a way to an outside number, nor to a host
of somebody's choosing. No name is looked up: the answer could be another one by the time it rings, and a silent name
server would hold up the page. A host is an IP address, or a name that `phone_networks` itself has.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from config import Settings
from config.trunks import Peer

LONGEST_EXTENSION = 6  # digits; what is longer is a telephone number

_ADDRESS = re.compile(
    r"(?P<scheme>sips?):((?P<user>[^@]*)@)?(\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.-]+))(:(?P<port>\d{1,5}))?"
    r"(?P<more>[;?].*)?"
)
_USER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MORE = re.compile(r";transport=(udp|tcp|tls)", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[(?P<six>[^\]]+)\]|(?P<host>[^:]+))(:(?P<port>\d+))?")

Host = IPv4Address | IPv6Address | str
Place = tuple[Host, int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is no phone's, in both languages."""

    id: str
    en: str


class PhoneAddresses:
    """Says of a SIP URI whether it may be rung, by the settings."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = settings.phone_networks
        hosts = [each.outbound_host for each in settings.trunks if each.calls_out]
        self._trunks = frozenset(place for host in hosts for place in _places_of_trunk(host))

    def refusal(self, uri: str) -> Refusal | None:
        """`None` for an address that may be rung."""
        found = _ADDRESS.fullmatch(uri)
        if found is None:
            return _NO_ADDRESS
        host = _host(found["six"] or found["host"])
        place = (host, _port(found["port"], secure=found["scheme"] == "sips" or _is_tls(found["more"])))
        return _first(
            (not _may_be_user(found["user"]), lambda: _USER_REFUSED),
            (found["more"] is not None and not _MORE.fullmatch(found["more"]), lambda: _MORE_REFUSED),
            (place in self._trunks, lambda: _TRUNK),
            (not self._is_allowed(host), lambda: _elsewhere(host)),
        )

    def _is_allowed(self, host: Host) -> bool:
        return any(_covers(peer, host) for peer in self._allowed)


def is_at(uri: str, address: str) -> bool:
    """Whether a SIP URI has this IP address for its host."""
    found = _ADDRESS.fullmatch(uri)
    return found is not None and _host(found["six"] or found["host"]) == _host(address)


def place_of(uri: str) -> tuple[str, int]:
    """Host and port that a SIP URI means. Raises `ValueError` for what is none."""
    found = _ADDRESS.fullmatch(uri)
    if found is None:
        raise ValueError("this is no SIP address")
    return found["six"] or found["host"], _port(found["port"], secure=is_secure(uri))


def is_secure(uri: str) -> bool:
    """Whether it is called over TLS."""
    found = _ADDRESS.fullmatch(uri)
    return found is not None and (found["scheme"] == "sips" or _is_tls(found["more"]))


def _covers(peer: Peer, host: Host) -> bool:
    if isinstance(peer, str) or isinstance(host, str):
        return peer == host
    return host in peer


def _host(text: str) -> Host:
    try:
        address = ip_address(text)
    except ValueError:
        return text.lower()
    return getattr(address, "ipv4_mapped", None) or address


def _port(text: str | None, *, secure: bool) -> int:
    """RFC 3261, section 19.1.2: 5060, and 5061 over TLS."""
    if text is not None:
        return int(text)
    return 5061 if secure else 5060


def _is_tls(more: str | None) -> bool:
    return more is not None and more.lower() == ";transport=tls"


def _may_be_user(user: str | None) -> bool:
    """None at all, a name, or an extension: nothing that a PBX would dial outside."""
    if user is None:
        return True
    digits = re.sub(r"[._-]", "", user)
    return bool(_USER.fullmatch(user)) and not (digits.isdecimal() and len(digits) > LONGEST_EXTENSION)


def _places_of_trunk(outbound_host: str) -> set[Place]:
    """At the port that is named, and at those at which whoever answers there most likely answers too."""
    found = _HOST_AND_PORT.fullmatch(outbound_host)
    if found is None:
        return set()
    host = _host(found["six"] or found["host"])
    return {(host, port) for port in (_port(found["port"], secure=False), 5060, 5061)}


def _first(*findings: tuple[bool, Callable[[], Refusal]]) -> Refusal | None:
    return next((said() for wrong, said in findings if wrong), None)


def _elsewhere(host: Host) -> Refusal:
    return Refusal(
        f"{host} tidak termasuk jaringan telepon di kantor (setelan phone_networks).",
        f"{host} is not in the networks of the office's phones (setting phone_networks).",
    )


_NO_ADDRESS = Refusal(
    "Ini bukan alamat SIP seperti sip:1001@10.0.0.21:5060.", "This is no SIP address like sip:1001@10.0.0.21:5060."
)
_USER_REFUSED = Refusal(
    f"Di depan @ hanya boleh nama atau nomor pesawat (paling banyak {LONGEST_EXTENSION} angka), bukan nomor telepon:"
    " nomor luar dihubungi dari tiket.",
    f"Before the @ stands a name or an extension (at most {LONGEST_EXTENSION} digits), no telephone number:"
    " outside numbers are called from tickets.",
)
_MORE_REFUSED = Refusal(
    "Di belakang alamat hanya boleh ;transport=udp, ;transport=tcp, atau ;transport=tls.",
    "Nothing may follow the address but ;transport=udp, ;transport=tcp or ;transport=tls.",
)
_TRUNK = Refusal(
    "Ini alamat sebuah trunk, bukan telepon: nomor luar dihubungi dari tiket.",
    "This is a trunk, no phone: outside numbers are called from tickets, by the rules for it.",
)
