"""The data files read again while the service runs: new calls go by them, running ones by what they began with."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from config import ConfigError, Installation, Problem
from config.checks import run_all
from desk.hub import Hub
from desk.matrix import CategoryMatrix
from ivr.phrases import foreseeable
from sambut.house import House
from sambut.status import Status
from storage import Role
from voice.prompts import PromptLibrary
from voice.synthesis import SynthesisError

log = structlog.get_logger(__name__)

AT_ONCE = ("flow", "hours", "prompts", "matrix")
"""The parts of an installation that can be exchanged; the others are read at the start alone."""


class Reloading:
    """`load` reads the configuration. What is wrong is logged, on the status page, and told to admins at their desk."""

    def __init__(
        self,
        installation: Installation,
        load: Callable[[], Installation],
        *,
        house: House,
        prompts: PromptLibrary,
        matrix: CategoryMatrix,
        hub: Hub,
        status: Status,
    ) -> None:
        self._current = installation
        self._load = load
        self._house = house
        self._prompts = prompts
        self._matrix = matrix
        self._hub = hub
        self._status = status
        self._one_at_a_time = asyncio.Lock()

    async def reload(self) -> None:
        """Read the files, and take over what can be: all of `AT_ONCE`, or nothing if anything is wrong."""
        async with self._one_at_a_time:
            try:
                found = await asyncio.to_thread(self._load)
                taken = _with_what_can_be_taken(self._current, found)
            except ConfigError as error:
                self._refuse(error)
                return
            waiting = _different(taken, found)
            log.info("configuration_reloaded", changed=_different(self._current, taken), needs_restart=waiting)
            self._tell([f"{name}: changed, counts after a restart" for name in waiting])
            await self._take(taken)

    async def _take(self, taken: Installation) -> None:
        """Sound before the flow that names it."""
        self._prompts.use(taken.prompts)
        now = datetime.now(ZoneInfo(taken.hours.timezone))
        try:
            await self._prompts.prepare(ahead=foreseeable(taken, now))
        except SynthesisError as error:
            log.error("prompts_incomplete", reason=str(error))
            self._tell([*self._status.reloading, f"prompts: {error}"])
        self._house.use(taken)
        self._current = taken
        self._matrix.use_file(taken.matrix)

    def _refuse(self, error: ConfigError) -> None:
        problems = [str(problem) for problem in error.problems]
        log.error("configuration_refused", problems=problems)
        self._tell([f"not taken over: {problem}" for problem in problems])
        self._hub.publish("notice", {"code": "configuration_refused", "level": "warning"}, [Role.ADMIN])

    def _tell(self, warnings: Sequence[str]) -> None:
        self._status.reloading = warnings


def _with_what_can_be_taken(current: Installation, found: Installation) -> Installation:
    """`current` with the parts of `found` that can be exchanged. Raises `ConfigError` if that does not go together."""
    taken = replace(current, **{name: getattr(found, name) for name in AT_ONCE})
    parts = {part.name: getattr(taken, part.name) for part in fields(taken)}
    problems = [Problem(file, 0, f"{finding.reason} (before a restart)") for file, finding in run_all(parts)]
    if current.hours.timezone != found.hours.timezone:
        problems.append(Problem("hours.yaml", 0, "another timezone needs a restart"))
    if problems:
        raise ConfigError(problems)
    return taken


def _different(one: Installation, other: Installation) -> list[str]:
    return [part.name for part in fields(one) if getattr(one, part.name) != getattr(other, part.name)]
