"""Each night: what the rules of retention call overdue is counted, or erased (config.retention)."""

import asyncio
from datetime import tzinfo
from pathlib import Path

import structlog

from config.retention import Retention
from hotline.retention import cutoffs, next_night
from sambut.clock import Clock
from sambut.contain import contained
from storage.privacy import Cutoffs, Privacy, Tally

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0  # rather than to sleep until then: the clock of a machine that was suspended goes on


class NightlyRetention:
    """Runs the rules once a night. Each node erases the recordings on its own disk, and whoever is first the rest."""

    def __init__(self, privacy: Privacy, rules: Retention, clock: Clock, zone: tzinfo, data: Path) -> None:
        self._privacy = privacy
        self._rules = rules
        self._clock = clock
        self._zone = zone
        self._data = data
        self._due_at = next_night(clock(), rules.minute, zone)

    async def run(self) -> None:
        """Look at the clock until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with contained("retention_failed"):
                await self.look()

    async def look(self) -> None:
        """If the night's time has come: count or erase, once. What failed is tried again the next night."""
        now = self._clock()
        if now < self._due_at:
            return
        self._due_at = next_night(now, self._rules.minute, self._zone)
        tally = await apply(self._privacy, self._rules, now, self._data, dry_run=self._rules.nightly == "report")
        told = {name: getattr(tally, name) for name in tally.__slots__}
        log.info("retention_overdue" if self._rules.nightly == "report" else "retention_erased", **told)


async def apply(privacy: Privacy, rules: Retention, now: float, data: Path, *, dry_run: bool) -> Tally:
    """Erase what is overdue at `now`, or only count it. Raises `StoreUnavailable`, and `OSError` of the disk."""
    overdue = Cutoffs(**cutoffs(rules.keep_days, now))
    return await (privacy.overdue(overdue) if dry_run else privacy.erase_overdue(overdue, now, data))
