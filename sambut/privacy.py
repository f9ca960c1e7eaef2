"""Each night: what the rules of retention call overdue is counted, or erased (config.retention)."""

import asyncio
from datetime import tzinfo

import structlog

from config.retention import Retention
from desk.retention import RetentionRules
from hotline.retention import next_night
from sambut.clock import Clock
from sambut.contain import contained

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0  # rather than to sleep until then: the clock of a machine that was suspended goes on


class NightlyRetention:
    """Runs the rules once a night. Each node erases the recordings on its own disk, and whoever is first the rest."""

    def __init__(self, rules: RetentionRules, plan: Retention, clock: Clock, zone: tzinfo) -> None:
        self._rules = rules
        self._plan = plan
        self._clock = clock
        self._zone = zone
        self._due_at = next_night(clock(), plan.minute, zone)

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
        self._due_at = next_night(now, self._plan.minute, self._zone)
        if self._plan.nightly == "report":
            event, tally = "retention_overdue", await self._rules.overdue(now)
        else:
            event, tally = "retention_erased", await self._rules.erase_overdue(now)
        log.info(event, **{name: getattr(tally, name) for name in tally.__slots__})
