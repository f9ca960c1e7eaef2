"""Who may try to sign in how often. A stranger's wrong tries shut out strangers, never a known device.

So does OWASP with device cookies (Authentication Cheat Sheet): a browser in which a person has signed in before has
tries of its own. Everybody else shares three limits: for one account from one address, for one account from anywhere,
and for one address whatever it tries. All in this node's memory.
"""

import math
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from desk.limits import AttemptLimiter
from desk.problems import Problem

ACCOUNT_FACTOR = 4
"""Times the limit from one address: what strangers anywhere may try with one account."""
ADDRESS_FACTOR = 8
"""Times the same: an office of twenty people shares one address."""
_IPV6_NETWORK = 64  # bits: one customer has at least so many addresses (RFC 6177)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to be `name`; `device` is the known device they do it from, "" for a stranger's."""

    name: str
    address: str
    device: str = ""


class Attempts:
    """`attempts` failures within `window_s` seconds for one account from one address, or from one known device."""

    def __init__(self, attempts: int, window_s: float) -> None:
        self._known = AttemptLimiter(attempts, window_s)
        self._pair = AttemptLimiter(attempts, window_s)
        self._account = AttemptLimiter(attempts * ACCOUNT_FACTOR, window_s)
        self._address = AttemptLimiter(attempts * ADDRESS_FACTOR, window_s)

    def count(self, attempt: Attempt, now: float) -> None:
        """Counted before it is checked, so that many at once do not slip through. Raises `Problem`."""
        limits = self._limits(attempt)
        wait = max(limiter.retry_after(key, now) for limiter, key in limits)
        if wait > 0:
            seconds = math.ceil(wait)
            raise Problem("too_many_attempts", headers={"Retry-After": str(seconds)}, retry_after_s=seconds)
        for limiter, key in limits:
            limiter.attempted(key, now)

    def succeeded(self, attempt: Attempt) -> None:
        """It was right. What others have tried with the account, or from the address, stays under watch."""
        first, *shared = self._limits(attempt)
        first[0].succeeded(first[1])
        for limiter, key in shared:
            limiter.forgive(key)

    def _limits(self, attempt: Attempt) -> list[tuple[AttemptLimiter, str]]:
        if attempt.device:
            return [(self._known, f"{attempt.device} {attempt.name}")]
        network = _network(attempt.address)
        return [(self._pair, f"{network} {attempt.name}"), (self._account, attempt.name), (self._address, network)]


def _network(address: str) -> str:
    """What one stranger has of addresses: an IPv4 address, or the first half of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((int(parsed), _IPV6_NETWORK), strict=False))
