"""Settings that are right one by one and wrong together."""

from collections.abc import Iterator

from config.schema import Finding
from config.settings import Settings
from config.trunks import is_public, is_this_machine

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def tls_is_whole(settings: Settings) -> Iterator[Finding]:
    """TLS needs a certificate and its key."""
    if settings.tls_certificate and settings.tls_key:
        return
    lacking = "without tls_certificate and tls_key"
    if settings.sip_tls_port is not None:
        yield Finding(("sip_tls_port",), f"sip_tls_port is set {lacking}")
    for index, trunk in enumerate(settings.trunks):
        if trunk.transport == "tls":
            yield Finding(("trunks", index, "transport"), f"trunk {trunk.name} uses TLS {lacking}")


def https_is_whole(settings: Settings) -> Iterator[Finding]:
    """A certificate of our own needs its key, and the other way round."""
    if (settings.http_certificate is None) != (settings.http_key is None):
        lacking = "http_key" if settings.http_key is None else "http_certificate"
        yield Finding((lacking,), f"{lacking} is missing: HTTPS needs a certificate and its key")


def clear_text_is_meant(settings: Settings) -> Iterator[Finding]:
    """Pages that other machines reach without HTTPS show passwords and callers to everybody on the way."""
    in_clear = settings.http_certificate is None and settings.http_clear_text == "refused"
    if in_clear and not is_this_machine(settings.http_bind):
        reason = (
            f"http_bind {settings.http_bind} is reached by other machines, and without http_certificate and http_key"
            " passwords would go over the network in the clear. Give those, or keep http_bind at 127.0.0.1 behind an"
            " HTTPS proxy on this machine; http_clear_text: allowed where nobody else is on the way"
        )
        yield Finding(("http_bind",), reason)


def directory_is_whole(settings: Settings) -> Iterator[Finding]:
    """A password is somebody's."""
    if settings.ldap is not None and settings.ldap_password and not settings.ldap.bind_dn:
        yield Finding(("ldap_password",), "ldap_password is of bind_dn, and ldap has none")


def proxy_is_named(settings: Settings) -> Iterator[Finding]:
    """Where HTTPS ends at a proxy, everybody would count as that proxy: in limits, log and openness."""
    behind = settings.public_url.startswith("https://") and settings.http_certificate is None
    if behind and not settings.trusted_proxies:
        reason = "public_url is https and there is no http_certificate, so a proxy is before us: name its address"
        yield Finding(("public_url",), f"{reason} in trusted_proxies, such as [127.0.0.1]")


def clear_trunks_are_meant(settings: Settings) -> Iterator[Finding]:
    """Numbers, and the trunk's password as MD5, in clear through networks of others: only where somebody said so."""
    for index, trunk in enumerate(settings.trunks):
        outside = [each for each in trunk.places if is_public(each)]
        if trunk.transport == "tls" or trunk.clear_text == "allowed" or not outside:
            continue
        reason = (
            f"trunk {trunk.name} goes over {trunk.transport} to {outside[0]}, outside of private networks: whoever sits"
            " on the way reads who calls, hears calls without SRTP, and may guess the trunk's password. Take"
            " transport: tls (and srtp: required) if the provider has it;"
            " clear_text: allowed where the office takes that upon itself"
        )
        yield Finding(("trunks", index, "transport"), reason)


def mail_is_whole(settings: Settings) -> Iterator[Finding]:
    """Mail needs a sender, and a password is never sent in the clear to another machine."""
    if settings.smtp_host and not settings.smtp_from:
        yield Finding(("smtp_from",), "smtp_from is missing: mail needs a sender such as sambut@kantor.example")
    if settings.smtp_security == "none" and settings.smtp_password and settings.smtp_host not in _THIS_MACHINE:
        yield Finding(("smtp_security",), "smtp_security is none: the password would be sent in the clear")


def ports_differ(settings: Settings) -> Iterator[Finding]:
    """No two listeners on one port, and none within the range of the media. Port 0 picks a free one."""
    seen: dict[int, str] = {}
    for field in ("sip_port", "sip_tls_port", "http_port"):
        port: int | None = getattr(settings, field)
        if not port:
            continue
        if port in seen:
            yield Finding((field,), f"{field} {port} is also {seen[port]}")
        if port in settings.rtp_ports:
            yield Finding((field,), f"{field} {port} lies within rtp_ports {settings.rtp_ports}")
        seen.setdefault(port, field)


def trunk_names_differ(settings: Settings) -> Iterator[Finding]:
    """Names of trunks are what the register shows."""
    seen: set[str] = set()
    for index, trunk in enumerate(settings.trunks):
        if trunk.name in seen:
            yield Finding(("trunks", index, "name"), f"two trunks are called `{trunk.name}`")
        seen.add(trunk.name)
