"""Which addresses may send us calls, and by which trunk they come."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class PeerTable:
    """Trunks authenticated by address. Host names are looked up when the table is made, so a new one follows DNS."""

    def __init__(self, peers: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._networks = [(network, trunk) for trunk, names in peers for name in names for network in _networks(name)]

    def trunk_of(self, address: str) -> str | None:
        """The trunk whose peers include `address`, or `None` for a stranger."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return None
        return next((trunk for network, trunk in self._networks if ip in network), None)


def _networks(name: str) -> list[Network]:
    try:
        return [ipaddress.ip_network(name, strict=False)]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []  # an unknown name admits nobody; `sambut check` and the status page show the trunk without peers
    return [ipaddress.ip_network(entry[4][0]) for entry in found]
