"""How a SIP agent is set up. The hotline, the test caller and the softphone differ only in this."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sip.door import Admission
from sip.tls_peers import TlsPeers

SrtpUse = Literal["off", "optional", "required"]
WIDE_HZ = 16_000  # a bridge of this rate carries wide band


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS transport (RFC 3261 section 26.2.1). Files are PEM. Who only calls needs no certificate of its own.

    `peers` says whose certificate is the right one where we connect; without it nobody's is looked at. `ca` are the
    authorities that it goes by; `asks_callers`: who connects to us and shows a certificate must have it from them, too.
    """

    port: int = 0
    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    asks_callers: bool = False
    peers: TlsPeers | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """Digest credentials (RFC 3261 section 22) by which we register at a provider or PBX."""

    trunk: str
    registrar: str
    username: str
    password: str
    realm: str = "*"
    proxy: str = ""
    transport: str = "udp"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The same for a trunk at which we do not register, and that asks for them at each call out (401, 407)."""

    trunk: str
    host: str
    username: str
    password: str
    realm: str = "*"


@dataclass(frozen=True, slots=True)
class Turn:
    """A TURN server (RFC 8656), host:port, by which browsers' media reach a server that nobody can reach directly."""

    server: str
    username: str
    password: str
    tcp: bool = False


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """`port` 0 picks a free one. `rtp_ports` is inclusive. `codecs` from most to least wanted; the others are off."""

    user: str = "sambut"
    bind: str = "127.0.0.1"
    port: int = 5060
    public_address: str = ""
    tls: Tls | None = None
    rtp_ports: tuple[int, int] = (20000, 29999)
    clock_rate: int = 8000
    codecs: tuple[str, ...] = ("opus", "G722", "PCMA", "PCMU")
    wide_codecs: tuple[str, ...] = ()
    """The same codecs in the order for a phone that is to talk with a wideband caller; empty: in the usual one."""
    srtp: SrtpUse = "optional"
    legs: int = 1024
    registrations: tuple[Registration, ...] = ()
    credentials: tuple[Credentials, ...] = ()
    rtp_timeout_s: float = 2.0
    """`LegSilent` after so many seconds without a packet; 0 for never."""
    quality_every_s: float = 5.0
    even_levels: bool = False
    """Whether what people say is brought to the level of the prompts. A phone leaves that to the hotline."""
    line_bind: str = ""
    """Address of browser headsets' media; "" for every address of this machine, or loopback where it has no other."""
    line_codecs: tuple[str, ...] = ("PCMU",)
    """What a browser headset is offered, by the same names as `codecs`."""
    wide_line_codecs: tuple[str, ...] = ()
    """What it is offered to talk with a wideband caller; empty: the same."""
    turn: Turn | None = None
    admission: Admission = field(default_factory=Admission)
    """Who may say what to us, before the library hears of it; the untouched one is this machine."""
