"""Which addresses events may be sent to: the server must not become a way into the network it stands in."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from config.base import Bilingual

LONGEST_URL = 500

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(ValueError):
    """Nothing is sent there; `message` says why in both languages."""

    def __init__(self, id: str, en: str) -> None:
        super().__init__(en)
        self.message = Bilingual(id=id, en=en)


def check_url(url: str, *, inside: bool) -> None:
    """Raises `AddressRefused`. `inside`: plain HTTP and addresses of the own network are allowed as well."""
    parts = urlsplit(url)
    if parts.scheme not in (("https", "http") if inside else ("https",)) or not parts.hostname:
        raise AddressRefused("Alamat harus diawali https://.", "The address has to begin with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused(
            "Alamat tidak boleh berisi nama pengguna, kata sandi, atau #.",
            "The address must not hold a user name, a password, or a #.",
        )
    if not _has_a_port_that_exists(parts):
        raise AddressRefused("Nomor port belum benar.", "The port number is not right.")
    literal = _literal(parts.hostname)  # where a name leads is looked at when it is resolved
    if not inside and literal is not None and not is_outside(literal):
        raise AddressRefused(
            "Alamat jaringan dalam tidak diizinkan (webhook_inside).",
            "Addresses of the own network are not allowed (webhook_inside).",
        )


def is_outside(address: _Address) -> bool:
    """Whether it is of the public network, also when mapped into IPv6 (RFC 6890, RFC 4291 section 2.5.5.2).

    6to4 is not: nobody should use it any more (RFC 7526), and what it wraps can be an address of the own network.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_outside(address.ipv4_mapped)
        if address.sixtofour is not None:
            return False
    return address.is_global and not address.is_multicast


def _literal(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _has_a_port_that_exists(parts: SplitResult) -> bool:
    try:
        return parts.port != 0  # reading it fails for what is no number up to 65535
    except ValueError:
        return False
