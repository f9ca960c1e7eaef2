"""The engine's door: who may say what to us over SIP, told to the native side, and what it tells back.

scripts/engine/door.c stands before the library's parser. Its rules are lines of words:

    strangers refuse|drop               answer who is not known once with 403, or never
    allow INVITE, ACK, …                the header of that name in its answers
    admit trunk|phone NETWORK           an address with its prefix length
    admit line ADDRESS:PORT             the browsers' end of our own lines
    listens NETWORK PORT                we connect to it by TLS: nobody connects to us from there
    answer METHOD PLACE SOURCE STATUS   a cell of sip/methods.py; 0 lets it pass
    rate each|all WHAT PER_SECOND BURST how often: for one address, for all together; 0 for no limit
    most WHAT NUMBER                    what a message may have
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal

import pjsua2 as pj
import structlog

from sip.errors import SipError
from sip.methods import ALLOW, cells

log = structlog.get_logger(__name__)

Strangers = Literal["refuse", "drop"]

LOOPBACK = ("127.0.0.0/8", "::1/128")
EVERYBODY = ("0.0.0.0/0", "::/0")


def networks(addresses: Iterable[str]) -> tuple[str, ...]:
    """Single addresses as networks. Raises `ValueError` for what is none."""
    return tuple(str(ip_network(each)) for each in sorted(addresses))


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is let in. `trunks` (may call us) and `phones` are networks: an address with its prefix length.

    `calls_per_s` is how many new calls one address may bring a second, with twice as many at once; all together may
    bring twice that. 0 is no limit. `listening` are networks with a port that we connect to by TLS.
    """

    trunks: tuple[str, ...] = LOOPBACK
    phones: tuple[str, ...] = ()
    strangers: Strangers = "refuse"
    calls_per_s: float = 60
    incomplete: bool = False
    """Names of trunks were not found yet: a stranger may be one of them, and is not told of as a stranger."""
    listening: tuple[tuple[str, int], ...] = ()
    owners: tuple[tuple[str, str], ...] = ()
    """Networks, each with the trunk that it is of: what its certificate must say (`sip.tls_peers`)."""
    unchecked: tuple[str, ...] = ()
    """Networks whose phones are asked for no certificate."""

    @property
    def calls_at_once(self) -> float:
        """How many new calls an address may bring at one moment, and have without having acknowledged them."""
        return 2 * self.calls_per_s


# A trunk of 400 calls sends some 50 messages a second besides their set-up; a second of one address's is held ready.
MESSAGES_PER_S = 2000
# OPTIONS by which trunks and proxies ask whether we are alive.
POLLS_PER_S = 20
# Answers to those who are turned away: enough for a trunk that is set up wrongly to see them, of no use to others.
REFUSALS_PER_S, REFUSALS_PER_S_IN_ALL = 10, 200
CONNECTIONS_PER_S, CONNECTIONS_PER_S_IN_ALL = 10, 100

LIMITS = {
    "bytes": 15_000,  # the library's buffer is 16,000
    "head": 10_000,
    "lines": 120,
    "line": 6_000,  # a PASSporT of RFC 8224 has some 1,000
    "body_lines": 400,
    "media": 8,
    "attributes": 60,  # the library keeps 68 of each medium
    "crypto": 16,  # as many as the engine looks at; RFC 4568 and its like name nine suites
    "parts": 6,
}


STRANGERS_REASONS = frozenset({"stranger", "stranger_connection"})
"""Why somebody unknown was turned away; the other reasons are about trunks and phones that do too much."""

COUNTERS = (
    "passed",
    "strangers",
    "answered",
    "too_many",
    "too_much",
    "methods_refused",
    "connections_refused",
    "stripped",
)
"""Packets passed, of strangers; refusals sent; packets beyond a rate, a limit, by method; connections; headers."""


class Door:
    """The door of this process's library, once `open` was called. An engine without one (PyPI's) admits everybody."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._lines: dict[str, None] = {}
        self._pinned: tuple[tuple[str, int], ...] = ()
        self._stands = False

    def open(self) -> None:
        """After the library was made, before its first transport. Raises `SipError`."""
        if not hasattr(pj, "doorOpen"):
            log.warning("sip_without_door")
            return
        status = pj.doorOpen()
        if status:
            raise SipError(f"the SIP engine has no door: status {status}")
        self._stands = True
        self._tell()

    @property
    def is_incomplete(self) -> bool:
        """Whether somebody who should be known may be a stranger yet."""
        return self._admission.incomplete

    def admit(self, admission: Admission) -> None:
        """Others than before are known from now on. Raises `SipError` for what is no network."""
        self._admission = admission
        self._tell()

    def admit_line(self, address: str) -> None:
        """The browsers' end, host:port."""
        self._lines[address] = None
        self._tell()

    def pin(self, places: Iterable[tuple[str, int]]) -> None:
        """Addresses with the port at which these phones take calls by TLS; instead of those before."""
        self._pinned = tuple((str(ip_network(address)), port) for address, port in places)
        self._tell()

    def counters(self) -> Mapping[str, int]:
        """Since the start: packets passed and refused, by what for."""
        if not self._stands:
            return {}
        return {name: int(count) for name, count in (line.split() for line in pj.doorCounters().splitlines())}

    def told(self) -> Sequence[tuple[str, str, int]]:
        """Who was turned away since the last time: address, why, how often; `-` for those too many to name."""
        if not self._stands:
            return ()
        lines = (line.split() for line in pj.doorTold().splitlines())
        return [(address, why, int(count)) for address, why, count in lines]

    def _tell(self) -> None:
        if not self._stands:
            return
        rules = list(rule_lines(self._admission, self._lines, self._pinned))
        wrong = pj.doorRules("\n".join(rules) + "\n")
        if wrong:
            raise SipError(f"the SIP door does not understand `{rules[wrong - 1]}`")


def rule_lines(admission: Admission, lines: Iterable[str], pinned: Iterable[tuple[str, int]] = ()) -> Iterator[str]:
    """The rules as the native side reads them."""
    yield f"strangers {admission.strangers}"
    yield f"allow {', '.join(ALLOW)}"
    for network in admission.trunks:
        yield f"admit trunk {network}"
    for network in admission.phones:
        yield f"admit phone {network}"
    for line in lines:
        yield f"admit line {line}"
    for network, port in dict.fromkeys((*admission.listening, *pinned)):
        yield f"listens {network} {port}"
    for name, place, source, status in cells():
        yield f"answer {name} {place} {source} {status}"
    yield from _rates(admission)
    for what, number in LIMITS.items():
        yield f"most {what} {number}"


def _rates(admission: Admission) -> Iterator[str]:
    for what, each, in_all in (
        ("calls", admission.calls_per_s, 2 * admission.calls_per_s),
        ("polls", POLLS_PER_S, 0),
        ("messages", MESSAGES_PER_S, 0),
        ("refusals", REFUSALS_PER_S, REFUSALS_PER_S_IN_ALL),
        ("connections", CONNECTIONS_PER_S, CONNECTIONS_PER_S_IN_ALL),
    ):
        yield f"rate each {what} {each} {max(2 * each, 1)}"
        yield f"rate all {what} {in_all} {max(2 * in_all, 1)}"
