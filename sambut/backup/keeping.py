"""Which backups are kept: the newest of each of the last days, weeks and months, as many as the rule says."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sambut.backup.errors import BackupError

_PERIODS: dict[str, Callable[[datetime], str]] = {
    "last": lambda at: at.isoformat(),
    "daily": lambda at: f"{at:%Y-%m-%d}",
    "weekly": lambda at: f"{at:%G-%V}",
    "monthly": lambda at: f"{at:%Y-%m}",
    "yearly": lambda at: f"{at:%Y}",
}
_PART = re.compile(r"([a-z]+)=(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Rule:
    """How many of each period, such as `{"daily": 7, "monthly": 12}`."""

    counts: dict[str, int]

    def kept(self, made: Iterable[tuple[str, datetime]]) -> set[str]:
        """Which of these backups (name, local time) are kept: always the newest, at least."""
        newest_first = sorted(made, key=lambda each: each[1], reverse=True)
        kept = {name for name, _ in newest_first[:1]}
        for period, count in self.counts.items():
            first: dict[str, str] = {}
            for name, at in newest_first:
                first.setdefault(_PERIODS[period](at), name)
            kept |= set(list(first.values())[:count])
        return kept


def rule_of(written: str) -> Rule:
    """The rule in `daily=7,weekly=5,monthly=12`. Raises `BackupError`."""
    counts = {}
    for part in written.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None or found[1] not in _PERIODS:
            raise BackupError(f"{part.strip()!r} is no rule such as daily=7; there are {', '.join(_PERIODS)}")
        counts[found[1]] = int(found[2])
    return Rule(counts)
