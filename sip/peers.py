"""Which addresses may send us calls, and by which trunk they come."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOK_UP_WITHIN_S = 5.0


class PeerTable:
    """Trunks authenticated by address. Host names admit nobody before `look_up` has asked."""

    def __init__(self, peers: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._named: list[tuple[str, str]] = []
        self._fixed: list[tuple[Network, str]] = []
        self._found: dict[str, list[Network]] = {}
        for trunk, entries in peers:
            for entry in entries:
                network = _network(entry)
                if network is None:
                    self._named.append((entry, trunk))
                else:
                    self._fixed.append((network, trunk))

    @property
    def unresolved(self) -> tuple[str, ...]:
        """Trunks with a host name that no address was ever found for: some of their calls come from strangers."""
        return tuple(dict.fromkeys(trunk for name, trunk in self._named if name not in self._found))

    @property
    def networks(self) -> tuple[str, ...]:
        """All that may call, as addresses with their prefix lengths."""
        return tuple(dict.fromkeys(str(network) for network, _ in self._entries()))

    def networks_of(self, trunk: str) -> tuple[str, ...]:
        """Those of one trunk."""
        return tuple(dict.fromkeys(str(network) for network, name in self._entries() if name == trunk))

    @property
    def owners(self) -> tuple[tuple[str, str], ...]:
        """Every network with its trunk; of two that hold an address the first one counts."""
        return tuple((str(network), trunk) for network, trunk in self._entries())

    def trunk_of(self, address: str) -> str | None:
        """The trunk whose peers include `address`, or `None` for a stranger."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return None
        return next((trunk for network, trunk in self._entries() if ip in network), None)

    async def look_up(self) -> None:
        """Ask for every host name. One that is not answered keeps the addresses it had."""
        names = list(dict.fromkeys(name for name, _ in self._named))
        for name, found in zip(names, await asyncio.gather(*map(_addresses, names)), strict=True):
            if found:
                self._found[name] = found

    def _entries(self) -> list[tuple[Network, str]]:
        named = [(network, trunk) for name, trunk in self._named for network in self._found.get(name, ())]
        return [*self._fixed, *named]


def _network(entry: str) -> Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


async def _addresses(name: str) -> list[Network]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOK_UP_WITHIN_S):
            found = await loop.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    except (OSError, TimeoutError):
        return []  # `sambut.admission` tells of it and asks again
    return [ipaddress.ip_network(entry[4][0]) for entry in found]
