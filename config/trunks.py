"""Trunks: where calls may come from, at whom we register, and where calls out go."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from config.base import Model, Name
from config.fingerprint import Fingerprint

Peer = IPv4Network | IPv6Network | str
"""A network (a single address is a /32 or /128), or a host name that `sip` resolves."""

_HOST = re.compile(
    r"^(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
)
_SIP_HOST = re.compile(r"^[^\s/@:]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$")
_NUMERIC = re.compile(r"^[0-9./:]+$")


def _peer(value: Any) -> Peer:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not an address; put it in quotes")
    if "/" in value or ":" in value or _NUMERIC.match(value):
        try:
            return ip_network(value)
        except ValueError as error:
            raise ValueError(f"{error}; a peer is an address, a network like 203.0.113.0/29, or a host name") from None
    if not _HOST.match(value):
        raise ValueError(f"{value!r} is neither an address, a network nor a host name")
    return value.lower()


def _from_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


OnePeer = Annotated[Peer, BeforeValidator(_peer)]

Peers = Annotated[tuple[OnePeer, ...], BeforeValidator(_from_commas)]
"""Several, in a list, or in one line with commas between them (which a variable of the environment needs)."""


def _network(value: Any) -> IPv4Network | IPv6Network:
    peer = _peer(value)
    if isinstance(peer, str):
        raise ValueError(f"{value!r} is a name; give an address or a network like 10.20.0.0/16")
    return peer


Networks = Annotated[
    tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)], ...], BeforeValidator(_from_commas)
]
"""Networks (a single address is a /32 or /128), in a list or in one line with commas between them."""


def _sip_host(value: str) -> str:
    if value and not _SIP_HOST.match(value):
        raise ValueError(f"{value!r} is not a host like sip.example.net or sip.example.net:5061")
    return value


SipHost = Annotated[str, AfterValidator(_sip_host)]

CallerId = Annotated[str, StringConstraints(pattern=r"^[+0-9A-Za-z._*#-]*$", max_length=40)]
"""The user part of the address that a called person sees as ours; empty for none of our choosing."""


def _without_port(sip_host: str) -> str:
    if sip_host.startswith("["):
        return sip_host[1:].partition("]")[0]
    return sip_host.partition(":")[0]


def is_public(place: str) -> bool:
    """Whether an address or network lies, or may lie, outside of private ones (RFC 1918, 4193); not asked of names."""
    try:
        network = ip_network(place, strict=False)
    except ValueError:
        return False
    return not network.is_private


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Registration(Model):
    """Credentials with which the hotline registers at a provider or a PBX (RFC 3261 section 10, RFC 8760 digest)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    registrar: Annotated[SipHost, Field(min_length=1)]
    """host, or host:port, of the provider or PBX; also where calls may come from"""
    username: Annotated[str, Field(min_length=1)]
    """our account there"""
    password: str = Field(repr=False)
    """its password"""
    realm: str = "*"
    """the realm that the registrar asks in; `*` for any"""
    proxy: SipHost = ""
    """outbound proxy, host or host:port, if the provider asks for one"""


NumberFormat = Literal["e164", "e164_without_plus", "national"]


class Outbound(Model):
    """Where a trunk's calls out go, and what called people see. A registered trunk needs no `host`: its registrar."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    host: SipHost = ""
    """host, or host:port, that calls out are sent to; empty: the registrar"""
    caller_id: CallerId = ""
    """what called people see, a number or a name without blanks; empty: none of our choosing"""
    username: str = ""
    """our account there, if each call out is asked for one (401, 407) though we do not register"""
    password: str = Field("", repr=False)
    """its password"""
    realm: str = "*"
    """the realm that calls are asked in; `*` for any"""
    number_format: NumberFormat = "e164"
    """how numbers are sent: e164 (+62…), e164_without_plus (62…), or national (0…; abroad: 00 and the country)"""
    prefix: Annotated[str, StringConstraints(pattern=r"^[+0-9*]{0,10}$")] = ""
    """digits that the trunk wants before each number"""
    user_phone: bool = False
    """true: the address says that its user part is a telephone number (`;user=phone`)"""

    @model_validator(mode="after")
    def _an_account_is_whole(self) -> Self:
        if bool(self.username) != bool(self.password):
            lacking = "password" if self.username else "username"
            raise ValueError(f"`outbound` has no {lacking}: an account needs both")
        return self


IdentityHeader = Literal["p-asserted-identity", "remote-party-id", "from"]


def _each_once(headers: tuple[IdentityHeader, ...]) -> tuple[IdentityHeader, ...]:
    if len(set(headers)) < len(headers):
        raise ValueError("a header is named twice")
    return headers


class Trunk(Model):
    """One way calls reach the hotline, or leave it. Only `peers` (and the registrar) may send calls."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: Name
    """what the register and the log call it"""
    peers: tuple[OnePeer, ...] = ()
    """addresses, networks and host names that may send calls, besides the registrar"""
    registration: Registration | None = None
    """if the hotline registers there"""
    number: str = ""
    """our number there, in quotes"""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """how we reach it; tls needs tls_certificate and tls_key, and looks at the trunk's certificate (tls_ca)"""
    tls_fingerprint: Fingerprint = ""
    """with tls: the only certificate that we take there (sha256:…), instead of one of tls_ca with the trunk's name

    For a trunk with a certificate that no authority vouches for: `openssl s_client -connect HOST:5061 </dev/null |
    openssl x509 -noout -fingerprint -sha256`, asked over a way that you trust.
    """
    outbound: Outbound | None = None
    """if calls out go there too (who may call whom: dialling.yaml)"""
    clear_text: Literal["refused", "allowed"] = "refused"
    """allowed: udp or tcp also to addresses outside of private networks; whoever is on the way reads and hears it"""
    identity: Annotated[tuple[IdentityHeader, ...], Field(min_length=1), AfterValidator(_each_once)] = (
        "p-asserted-identity",
        "from",
    )
    """headers in which the caller's number is looked for, in this order

    What its network asserts (RFC 3325), then what the phone says. Remote-Party-ID never became a standard, and a phone
    may send one as it likes, so it counts only where a trunk is known to set it.
    """
    rtp: Literal["latch", "strict"] = "latch"
    """whose sound is heard: latch (through NAT too), or strict (only the address and port that its SDP names)

    With latch, where the SDP names nothing that sends, it is whoever the first packet comes from (RFC 7362), and
    nobody else.
    """

    @property
    def calls_out(self) -> bool:
        """Whether calls out can go by this trunk."""
        return self.registration is not None or self.outbound is not None

    @property
    def outbound_host(self) -> str:
        """`host[:port]` that calls out are sent to; `""` when none can be."""
        registrar = self.registration.registrar if self.registration else ""
        return (self.outbound.host if self.outbound else "") or registrar

    @property
    def places(self) -> tuple[str, ...]:
        """Everything that calls come from and go to: networks, addresses and names, without ports."""
        return tuple(dict.fromkeys((*map(str, self.peers), *(_without_port(each) for each in self.hosts))))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Each `host[:port]` that we connect to."""
        registration = () if self.registration is None else (self.registration.registrar, self.registration.proxy)
        return tuple(dict.fromkeys(filter(None, (self.outbound_host, *registration))))

    @model_validator(mode="after")
    def _a_fingerprint_is_of_tls(self) -> Self:
        if self.tls_fingerprint and self.transport != "tls":
            raise ValueError(f"trunk {self.name} has a tls_fingerprint, but its transport is {self.transport}")
        return self

    @model_validator(mode="after")
    def _calls_out_go_somewhere(self) -> Self:
        if self.calls_out and not self.outbound_host:
            raise ValueError(f"trunk {self.name} has `outbound` without a host, and no registration to use instead")
        return self

    @model_validator(mode="after")
    def _one_account(self) -> Self:
        if self.registration is not None and self.outbound is not None and self.outbound.username:
            raise ValueError(f"trunk {self.name} registers: its calls out use that account, so `outbound` has none")
        return self

    @model_validator(mode="after")
    def _someone_may_call(self) -> Self:
        if not self.peers and self.registration is None:
            raise ValueError(f"trunk {self.name} has neither peers nor a registration, so no call could come in")
        return self


class PortRange(Model):
    """UDP ports of the media, both ends included. Written `20000-29999`. A call uses two (RTP, RTCP)."""

    first: Annotated[int, Field(ge=1024, le=65535)]
    last: Annotated[int, Field(ge=1024, le=65535)]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str):
            match = re.match(r"^\s*(\d+)\s*-\s*(\d+)\s*$", value)
            if match is None:
                raise ValueError(f"{value!r} is not a range of ports like 20000-29999")
            return {"first": int(match[1]), "last": int(match[2])}
        return value

    @model_validator(mode="after")
    def _room_for_a_call(self) -> Self:
        if self.last - self.first < 3:
            raise ValueError(f"{self} has no room for the two legs of a call")
        return self

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

LOOPBACK = Trunk(name="loopback", peers=THIS_MACHINE)
"""The trunk of an untouched installation: only this machine may call."""
