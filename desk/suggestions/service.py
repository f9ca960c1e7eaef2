"""Suggestions for the pages: when to learn, from what, and which cells may be named.

Nothing is learnt before somebody asks. From then on the model is made anew every night, when the matrix has been edited
and when the admin says so; the one before answers until the new one is ready. Texts live only in the worker's memory.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from config.base import Kind
from config.sop import Matrix
from desk.suggestions.worker import Example, Scored, Worker, WorkerGone
from desk.times import Clock
from storage.errors import StoreUnavailable
from storage.lessons import Lesson

log = structlog.get_logger(__name__)

MOST_TICKETS = 5000
"""Newest closed tickets that are learnt from: a minute of one core at night, at the lowest priority."""
NIGHT_HOUR = 2
SHORTEST_TEXT = 8
"""Characters: below this everything is a guess."""
LONGEST_TEXT = 1000
"""Characters of a description that count."""
RETRY_AFTER_S = 60.0
"""After a training that failed."""

Lessons = Callable[[int], Awaitable[Sequence[Lesson]]]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the model in use was made of, and when (Unix seconds)."""

    at: float
    examples: int
    tickets: int


class Suggestions:
    """One model of the installation's own. All methods belong to the event loop's thread."""

    def __init__(self, matrix: Callable[[], Matrix], lessons: Lessons, clock: Clock, zone: ZoneInfo) -> None:
        self._matrix, self._lessons = matrix, lessons
        self._clock, self._zone = clock, zone
        self._worker: Worker | None = None
        self._training: asyncio.Task[None] | None = None
        self._again = False
        self._not_before = 0.0
        self.learnt: Learnt | None = None

    @property
    def training(self) -> bool:
        """Whether a new model is being made."""
        return self._training is not None

    async def suggest(self, text: str, kind: Kind | None = None) -> list[Scored]:
        """At most two cells in use, of the kind if one is given, the likeliest first; none when unsure.

        None also while there is no model yet; the first to ask sets the learning off.
        """
        if len(text.strip()) < SHORTEST_TEXT:
            return []
        if self._worker is None:
            self._begin()
            return []
        cells = self._matrix().categories
        among = [(cell.code, cell.kind, cell.subject) for cell in cells if cell.active and kind in (None, cell.kind)]
        try:
            return await self._worker.suggest(text[:LONGEST_TEXT], among)
        except WorkerGone as error:
            await self._lose(error)
            return []

    def train(self) -> None:
        """A new model, now; when one is just being made, another after it."""
        self._again = self.training
        self._not_before = 0.0
        self._begin()

    def matrix_changed(self) -> None:
        """Learns the new examples, if anybody has asked for suggestions at all."""
        if self._worker is not None or self.training:
            self.train()

    async def every_night(self) -> None:
        """Learns the day's tickets each night, until cancelled."""
        while True:
            await asyncio.sleep(self._until_night_s())
            self.matrix_changed()

    async def close(self) -> None:
        """Ends the worker and what it was just learning."""
        if self._training is not None:
            self._training.cancel()
            with suppress(asyncio.CancelledError):
                await self._training
        if self._worker is not None:
            await self._worker.close()

    def _until_night_s(self) -> float:
        now = datetime.fromtimestamp(self._clock(), self._zone)
        night = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
        return ((night if night > now else night + timedelta(days=1)) - now).total_seconds()

    def _begin(self) -> None:
        if self._training is None and self._clock() >= self._not_before:
            self._training = asyncio.create_task(self._learn())
            self._training.add_done_callback(self._learnt)

    def _learnt(self, task: asyncio.Task[None]) -> None:
        self._training = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._not_before = self._clock() + RETRY_AFTER_S
            log.warning("suggestions_not_learnt", reason=str(error), error=type(error).__name__)
        elif self._again and not task.cancelled():
            self._again = False
            self._begin()

    async def _learn(self) -> None:
        try:
            examples, tickets = await self._material()
        except StoreUnavailable as error:
            raise WorkerGone("the database is away") from error
        if len({subject for _, _, subject in examples}) < 2:
            self._not_before = self._clock() + RETRY_AFTER_S  # nothing to tell apart: quiet until there is
            return
        new = await Worker.trained(examples)
        old, self._worker = self._worker, new
        self.learnt = Learnt(self._clock(), len(examples) - tickets, tickets)
        log.info("suggestions_learnt", examples=self.learnt.examples, tickets=tickets)
        if old is not None:
            await old.close()

    async def _material(self) -> tuple[list[Example], int]:
        """Examples of the cells in use, and tickets that were closed as one of them; and how many the latter are."""
        cells = {cell.code: cell for cell in self._matrix().categories if cell.active}
        said: list[Example] = [(text, cell.kind, cell.subject) for cell in cells.values() for text in cell.examples]
        tickets: list[Example] = [
            (text[:LONGEST_TEXT], cells[code].kind, cells[code].subject)
            for text, code in await self._lessons(MOST_TICKETS)
            if code in cells and len(text) >= SHORTEST_TEXT
        ]
        return said + tickets, len(tickets)

    async def _lose(self, error: WorkerGone) -> None:
        log.warning("suggestions_worker_gone", reason=str(error))
        gone, self._worker = self._worker, None
        self._not_before = self._clock() + RETRY_AFTER_S
        if gone is not None:
            await gone.close()
