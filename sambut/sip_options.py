"""From an installation's settings to the SIP agent's options."""

from config import Settings, Trunk
from sip.engine import Engine
from sip.options import AgentOptions, Registration, Tls


def hotline_options(settings: Settings, engine: Engine) -> AgentOptions:
    """The hotline's own agent. Raises `ValueError` when TLS is asked for without a certificate."""
    return AgentOptions(
        bind=settings.sip_bind,
        port=settings.sip_port,
        public_address=settings.sip_public_address,
        tls=_tls(settings),
        rtp_ports=(settings.rtp_ports.first, settings.rtp_ports.last),
        clock_rate=settings.clock_rate,
        codecs=settings.codecs,
        srtp=settings.srtp,
        legs=engine.legs,
        rtp_timeout_s=settings.rtp_timeout_s,
        even_levels=True,
        registrations=tuple(_registration(trunk) for trunk in settings.trunks if trunk.registration is not None),
    )


def _tls(settings: Settings) -> Tls | None:
    if settings.sip_tls_port is None:
        return None
    if settings.tls_certificate is None or settings.tls_key is None:
        raise ValueError("sip_tls_port needs tls_certificate and tls_key")
    return Tls(settings.sip_tls_port, settings.tls_certificate, settings.tls_key, settings.tls_ca)


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
