"""What the settings leave open to whoever is on the way, in words for who runs the service."""

from collections.abc import Iterator
from itertools import chain

from config import Settings, Trunk
from config.settings import PRIVILEGED
from config.trunks import is_public, is_this_machine
from sip.tls_peers import SYSTEM_AUTHORITIES


def exposed(settings: Settings) -> list[str]:
    """A sentence for each, on the status page and by `sambut check`."""
    trunks = chain.from_iterable(_trunk(settings, trunk) for trunk in settings.trunks)
    return [*_pages(settings), *trunks, *_phones(settings)]


def _pages(settings: Settings) -> Iterator[str]:
    without = sorted(role for role in PRIVILEGED if not settings.role(role).second_factor)
    if settings.pages_reach_others and without:
        yield (
            f"{' and '.join(without)} sign in by password alone, and other machines reach the pages:"
            " leave `second_factor` under `roles` to itself, or set it to true"
        )
    if settings.http_clear_text == "allowed" and not is_this_machine(settings.http_bind):
        yield "pages go over the network in clear (http_clear_text: allowed): passwords can be read on the way"


def _trunk(settings: Settings, trunk: Trunk) -> Iterator[str]:
    elsewhere = [place for place in trunk.places if is_public(place) or _is_name(place)]
    if elsewhere and trunk.transport != "tls":
        yield (
            f"trunk {trunk.name}: calls, numbers and its password (as a digest, perhaps MD5) go in clear over"
            f" {trunk.transport} to {elsewhere[0]}; take transport: tls if it has that"
        )
    if elsewhere and settings.srtp != "required":
        yield f"trunk {trunk.name}: sound goes in clear to {elsewhere[0]} where it has no SRTP (srtp: {settings.srtp})"


def certificates(settings: Settings) -> list[str]:
    """Which certificate each trunk over TLS must have."""
    return [_by_tls(settings, trunk) for trunk in settings.trunks if trunk.transport == "tls"]


def _by_tls(settings: Settings, trunk: Trunk) -> str:
    if trunk.tls_fingerprint:
        return f"trunk {trunk.name}: TLS, with the certificate {trunk.tls_fingerprint} and no other"
    names = ", ".join(trunk.hosts) or "its address"
    return (
        f"trunk {trunk.name}: TLS, with a certificate for {names} from {settings.tls_ca or SYSTEM_AUTHORITIES};"
        " one that no authority vouches for is named by tls_fingerprint"
    )


def _phones(settings: Settings) -> Iterator[str]:
    if settings.phone_tls == "unchecked":
        yield "SIP phones over TLS may have any certificate (phone_tls: unchecked): others can pose as one"


def _is_name(place: str) -> bool:
    return any(letter.isalpha() for letter in place) and ":" not in place and not is_this_machine(place)
