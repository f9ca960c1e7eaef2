"""Who is known to the door of the SIP engine: trunks and phones by their addresses, which follow DNS."""

import asyncio
from collections.abc import Iterable, Iterator

import structlog

from config import Settings, Trunk
from sambut.contain import contained
from sip.door import Admission
from sip.peers import PeerTable
from sip.ports import Agent

log = structlog.get_logger(__name__)

LOOK_UP_EVERY_S = 60.0
LOOK_UP_AGAIN_S = 2.0
"""While a name was never answered, as when the machine starts before its network."""
TELL_UNRESOLVED_EVERY_S = 60.0
TLS_PORT = 5061  # RFC 3261 section 19.1.2


def peer_table(trunks: Iterable[Trunk]) -> PeerTable:
    """Who may send calls by which trunk: its peers, and the registrar and proxy it is registered at."""
    return PeerTable((trunk.name, [*map(str, trunk.peers), *_registrars(trunk)]) for trunk in trunks)


def phone_table(settings: Settings) -> PeerTable:
    """Where operators' phones may lie."""
    return PeerTable([("phones", list(map(str, settings.phone_networks)))])


def admission(settings: Settings, trunks: PeerTable, phones: PeerTable) -> Admission:
    """What the door goes by. Names that were not looked up yet admit nobody."""
    return Admission(
        trunks=trunks.networks,
        phones=phones.networks,
        strangers=settings.strangers,
        calls_per_s=settings.calls_per_source_s,
        incomplete=bool(trunks.unresolved),
        listening=tuple(_listening(settings, trunks)),
        owners=trunks.owners,
        unchecked=phones.networks if settings.phone_tls == "unchecked" else (),
    )


def _listening(settings: Settings, trunks: PeerTable) -> Iterator[tuple[str, int]]:
    """Where trunks take calls by TLS: the ports that they are called at, at all of their addresses."""
    for trunk in settings.trunks:
        if trunk.transport == "tls":
            ports = dict.fromkeys((TLS_PORT, *(_port(each) for each in trunk.hosts)))
            yield from ((network, port) for network in trunks.networks_of(trunk.name) for port in ports)


class KnownAddresses:
    """Keeps the door in step with DNS. `trunks` says who calls by which trunk."""

    def __init__(self, settings: Settings, agent: Agent) -> None:
        self.trunks = peer_table(settings.trunks)
        self._phones = phone_table(settings)
        self._settings = settings
        self._agent = agent
        self._tell_at = 0.0

    async def look_up(self) -> None:
        """Once, and tell the door if something is different."""
        before = admission(self._settings, self.trunks, self._phones)
        await asyncio.gather(self.trunks.look_up(), self._phones.look_up())
        self._tell_unresolved()
        now = admission(self._settings, self.trunks, self._phones)
        if now != before:
            log.info("known_addresses", trunks=len(now.trunks), phones=len(now.phones))
            self._agent.admit(now)

    def warnings(self) -> list[str]:
        """For the status page: trunks that may be taken for strangers."""
        return [f"trunk {name}: no address was found yet for one of its names" for name in self.trunks.unresolved]

    def _tell_unresolved(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.trunks.unresolved and now >= self._tell_at:
            log.warning("trunk_without_address", trunks=list(self.trunks.unresolved))
            self._tell_at = now + TELL_UNRESOLVED_EVERY_S

    async def run(self) -> None:
        """Again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_UP_AGAIN_S if self.trunks.unresolved else LOOK_UP_EVERY_S)
            with contained("addresses_not_looked_up"):
                await self.look_up()


def _registrars(trunk: Trunk) -> list[str]:
    if trunk.registration is None:
        return []
    hosts = (trunk.registration.registrar, trunk.registration.proxy)
    return [host_of(each) for each in hosts if each]


def host_of(sip_host: str) -> str:
    """Of `host`, `host:port`, `[address]:port`."""
    if sip_host.startswith("["):
        return sip_host[1:].partition("]")[0]
    return sip_host.partition(":")[0]


def _port(sip_host: str) -> int:
    behind = sip_host.rpartition("]")[2].partition(":")[2]
    return int(behind) if behind else TLS_PORT
