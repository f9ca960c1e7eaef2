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
DAY_FACTOR = 10
"""Times the limit within a window: wrong second factors in a day. Of a million codes three fit at any moment."""
DAY_S = 86_400.0
_IPV6_NETWORK = 64  # bits: one customer has at least so many addresses (RFC 6177)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to be `name` (None: whoever another says); `device` is the known device, "" for a stranger's."""

    name: str | None
    address: str
    device: str = ""


class Attempts:
    """`attempts` failures within `window_s` seconds for one account from one address, or from one known device.

    `daily`: there is a limit for a day besides, for what is short enough to be found by trying on.
    """

    def __init__(self, attempts: int, window_s: float, *, daily: bool = False) -> None:
        self._day = AttemptLimiter(attempts * DAY_FACTOR, DAY_S) if daily else None
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
        for limiter, key in self._limits(attempt):
            if limiter in (self._known, self._pair):
                limiter.succeeded(key)
            else:
                limiter.forgive(key)

    def forget(self, name: str) -> None:
        """What strangers have tried with the account counts no more: they tried with what is of no use now."""
        for limiter in (self._account, self._day):
            if limiter is not None:
                limiter.succeeded(name)

    def _limits(self, attempt: Attempt) -> list[tuple[AttemptLimiter, str]]:
        if attempt.device:
            own = f"{attempt.device} {attempt.name}"
            return [(self._known, own), *self._of_day(own)]
        network = network_of(attempt.address)
        shared = [(self._address, network)]
        if attempt.name is None:
            return shared
        pair = f"{network} {attempt.name}"
        return [(self._pair, pair), (self._account, attempt.name), *self._of_day(attempt.name), *shared]

    def _of_day(self, key: str) -> list[tuple[AttemptLimiter, str]]:
        return [] if self._day is None else [(self._day, key)]


def network_of(address: str) -> str:
    """What one stranger has of addresses: an IPv4 address, or the first half of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ip_network((int(parsed), _IPV6_NETWORK), strict=False))
