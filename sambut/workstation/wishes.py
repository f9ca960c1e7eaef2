"""The command line of `sambut softphone`, and what follows from it: sound, addresses, transport, the server."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from hmac import compare_digest
from pathlib import Path
from typing import Literal

from aiohttp import Fingerprint

from sambut.demo import PEOPLE, phone_port
from sambut.workstation.address import (
    addresses_of,
    is_loopback,
    make_certificate,
    own_address,
    parse_pin,
    parse_server,
)
from sambut.workstation.cards import card_of, sound_card
from sambut.workstation.link import Server
from sambut.workstation.sound import parse_audio, parse_ring, ringing_tone
from sip.door import EVERYBODY, Admission, networks
from sip.engine import installed
from sip.options import AgentOptions, Tls
from sip.softphone import Audio, Habits
from sip.tls_peers import TlsPeers
from storage import Role

CLOCK_RATE = 16000  # wideband where the hotline offers it
RTP_PORTS = (31000, 31999)
ANSWER_AFTER_S = 1.0

Transport = Literal["udp", "tcp", "tls"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """`own` is ours, on the way to `server` (`None`: none); calls may come from `accepted` (`None`: from anywhere)."""

    own: str
    server: tuple[str, int] | None
    accepted: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """As typed. No `transport`: TLS, but UDP on loopback. No `bind`: the address on the way to the server."""

    name: str
    port: int | None
    bind: str
    audio: str
    ring: str
    auto_answer: bool
    cancel_echo: bool
    button: str
    server: str | None
    token_file: Path | None
    ca: Path | None
    pin: str
    certificate: Path | None
    key: Path | None
    transport: Transport | None
    sip_from: tuple[str, ...]

    def transport_on(self, bind: str) -> Transport:
        """What SIP travels on from our address."""
        by_itself: Transport = "udp" if self.server is None or is_loopback(bind) else "tls"
        return self.transport or by_itself

    async def sound(self, folder: Path) -> tuple[Audio, Path, str | None]:
        """What is spoken through, the ringing tone, and the ALSA device that rings beside the headset.

        Raises `ValueError`, `LibsndfileError` and `SynthesisError`.
        """
        audio, elsewhere = await parse_audio(self.audio, folder), parse_ring(self.ring)
        tone = ringing_tone(folder / "ring.wav")
        in_headset = tone if audio.alsa is not None and self.ring == "headset" else None
        card = card_of(audio.alsa or "")
        audio = replace(
            audio,
            ring=in_headset,
            cancel_echo=self.cancel_echo,
            wait=self.server is not None,
            plugged=lambda: card is None or sound_card(card) is not None,
        )
        return audio, tone, elsewhere

    def sign_in(self) -> Server | None:
        """Raises `ValueError`, and `OSError` for a token file that cannot be read."""
        if self.server is None:
            return None
        if self.token_file is None:
            raise ValueError("--server needs --token-file: the token comes from the operator's page")
        token = self.token_file.read_text().strip()
        if not token or not token.isascii() or not token.isprintable():
            raise ValueError(f"there is no token in {self.token_file}")
        return Server(parse_server(self.server)[0], token, self._trusted(self.server))

    def _trusted(self, server: str) -> ssl.SSLContext | Fingerprint | None:
        if self.pin and self.ca is not None:
            raise ValueError("--pin and --ca exclude each other: a pinned certificate needs no authority")
        if self.pin and not server.startswith("https:"):
            raise ValueError("--pin needs --server https://")
        if self.pin:
            return parse_pin(self.pin)
        return ssl.create_default_context(cafile=self.ca) if self.ca is not None else None

    async def addresses(self) -> Addresses:
        """Raises `ValueError`, and `OSError` without a name service or a way to the server."""
        if self.server is None:
            return Addresses(self.bind or "127.0.0.1", None, frozenset(self.sip_from) or None)
        _, host, port = parse_server(self.server)
        theirs = await addresses_of(host, port)
        own = self.bind or own_address(theirs[0], port)
        return Addresses(own, (theirs[0], port), frozenset((*theirs, *self.sip_from)))

    async def options(self, addresses: Addresses, folder: Path) -> AgentOptions:
        """Raises `ValueError` and `NoCertificate`."""
        bind = addresses.own
        tls, port = None, self.port if self.port is not None else self._demo_port()
        if self.transport_on(bind) == "tls":
            certificate, key = await self._certificate(bind, folder)
            known = None if self.server is None else TlsPeers(pinned_only=True)
            tls, port = Tls(port, certificate, key, peers=known), 0
        return AgentOptions(
            user=self.name,
            bind=bind,
            port=port,
            tls=tls,
            rtp_ports=RTP_PORTS,
            clock_rate=CLOCK_RATE,
            legs=installed().legs,
            admission=Admission(trunks=EVERYBODY if addresses.accepted is None else networks(addresses.accepted)),
        )

    def habits(self, accepted: frozenset[str] | None, called_as: Callable[[], str]) -> Habits:
        """`called_as` is the user part that only the server knows; `""` without one."""

        def accepts(source: str, called: str) -> bool:
            from_server = accepted is None or source in accepted
            if self.server is None:
                return from_server
            known_as = called_as()  # nobody knows it before the server has said it
            return from_server and known_as != "" and compare_digest(called.encode(), known_as.encode())

        return Habits(answer_after_s=ANSWER_AFTER_S if self.auto_answer else None, accepts=accepts)

    async def _certificate(self, bind: str, folder: Path) -> tuple[Path, Path]:
        if self.certificate is not None and self.key is not None:
            return self.certificate, self.key
        if self.certificate is not None or self.key is not None:
            raise ValueError("--certificate and --key go together")
        return await make_certificate(bind, folder)

    def _demo_port(self) -> int:
        """Where the demo's account of this name rings, so that the demo works without any option."""
        demo = {each.username for each in PEOPLE if each.role is Role.OPERATOR}
        return phone_port(self.name) if self.server is None and self.name in demo else 0
