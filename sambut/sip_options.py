"""From an installation's settings to the SIP agent's options."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from config import IceServer, Settings, Trunk
from sambut.admission import admission, host_of, peer_table, phone_table
from sip.engine import Engine
from sip.options import WIDE_HZ, AgentOptions, Credentials, Registration, Tls, Turn
from sip.resolver import by_hosts_file
from sip.tls_peers import SYSTEM_AUTHORITIES, TlsPeers, TlsTrunk

# What a browser headset speaks, best first: what is cheap to code (decision 4). All browsers have G.711 (RFC 7874
# section 3). With a wideband caller the others: G.722 at a third of what Opus costs.
HEADSET_CODECS = ("PCMU", "PCMA", "G722", "opus")
WIDE_HEADSET_CODECS = ("G722", "opus", "PCMU", "PCMA")
WIDE_CODECS = ("G722", "opus", "PCMA", "PCMU")
TURN_URL = re.compile(r"turn:(?P<server>[^?]+)(?:\?transport=(?P<transport>udp|tcp))?")


def hotline_options(settings: Settings, engine: Engine) -> AgentOptions:
    """The hotline's own agent. Raises `ValueError` for settings that contradict each other."""
    narrow = settings.clock_rate < WIDE_HZ
    return AgentOptions(
        bind=settings.sip_bind,
        port=settings.sip_port,
        public_address=settings.sip_public_address,
        tls=_tls(settings),
        rtp_ports=(settings.rtp_ports.first, settings.rtp_ports.last),
        clock_rate=settings.clock_rate,
        codecs=settings.codecs,
        wide_codecs=() if narrow or "codecs" in settings.model_fields_set else WIDE_CODECS,
        srtp=settings.srtp,
        legs=engine.legs,
        rtp_timeout_s=settings.rtp_timeout_s,
        line_bind=settings.headset_bind,
        line_codecs=_headset_codecs(settings),
        wide_line_codecs=() if narrow or settings.headset_codecs else _usable(WIDE_HEADSET_CODECS, settings),
        turn=_turn(settings.ice_servers) if settings.headset_turn else None,
        even_levels=True,
        admission=admission(settings, peer_table(settings.trunks), phone_table(settings)),
        registrations=tuple(_registration(trunk) for trunk in settings.trunks if trunk.registration is not None),
        credentials=tuple(_credentials(settings.trunks)),
    )


def _tls(settings: Settings) -> Tls:
    """Softphones and trunks are called over TLS also where nobody calls us so."""
    tls = Tls(ca=_authorities(settings), asks_callers=settings.tls_ca is not None, peers=TlsPeers(tls_trunks(settings)))
    if settings.sip_tls_port is None:
        return tls
    if settings.tls_certificate is None or settings.tls_key is None:
        raise ValueError("sip_tls_port needs tls_certificate and tls_key")
    return replace(tls, port=settings.sip_tls_port, certificate=settings.tls_certificate, key=settings.tls_key)


def _authorities(settings: Settings) -> Path | None:
    """The system's take 50 ms to read at each new connection: only where a trunk is to be checked by them."""
    system = Path(SYSTEM_AUTHORITIES)
    by_the_systems = any(each.transport == "tls" and not each.tls_fingerprint for each in settings.trunks)
    return settings.tls_ca or (system if by_the_systems and system.exists() else None)


def tls_trunks(settings: Settings) -> tuple[TlsTrunk, ...]:
    """The trunks that we connect to by TLS, by each name and address that they are called by."""
    return tuple(
        TlsTrunk(trunk.name, frozenset(_called(trunk)), trunk.tls_fingerprint.removeprefix("sha256:"))
        for trunk in settings.trunks
        if trunk.transport == "tls"
    )


def _called(trunk: Trunk) -> Iterable[str]:
    named = [each for each in trunk.peers if isinstance(each, str)]
    for host in (*named, *(host_of(each).lower() for each in trunk.hosts)):
        yield host
        yield by_hosts_file(f"sip:{host}").removeprefix("sip:")


def _headset_codecs(settings: Settings) -> tuple[str, ...]:
    """Those that the engine has at all: `codecs` turns the others off."""
    usable = _usable(settings.headset_codecs or HEADSET_CODECS, settings)
    if not usable:
        raise ValueError("headset_codecs has nothing in common with codecs")
    return usable


def _usable(codecs: Iterable[str], settings: Settings) -> tuple[str, ...]:
    return tuple(codec for codec in codecs if codec in settings.codecs)


def _turn(servers: Iterable[IceServer]) -> Turn:
    """The first TURN server that the engine can speak to, which is without TLS."""
    for server in servers:
        for url in filter(None, map(TURN_URL.fullmatch, server.urls)):
            return Turn(url["server"], server.username, server.credential, tcp=url["transport"] == "tcp")
    raise ValueError("headset_turn needs a turn: address in ice_servers")


def _credentials(trunks: Iterable[Trunk]) -> Iterable[Credentials]:
    for trunk in trunks:
        out = trunk.outbound
        if out is not None and out.username:
            yield Credentials(trunk.name, trunk.outbound_host, out.username, out.password, out.realm)


def _registration(trunk: Trunk) -> Registration:
    credentials = trunk.registration
    if credentials is None:
        raise ValueError(f"trunk {trunk.name} has no registration")
    return Registration(
        trunk=trunk.name,
        registrar=credentials.registrar,
        username=credentials.username,
        password=credentials.password,
        realm=credentials.realm,
        proxy=credentials.proxy,
        transport=trunk.transport,
    )
