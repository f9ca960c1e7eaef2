"""Queues: who waits for whom, how long, and what counts as good service (METRICS.md)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from config.base import KINDS, Bilingual, Key, Kind, Model, Name

Strategy = Literal["longest_idle", "round_robin", "fewest_calls", "ring_all", "linear"]


class QueueRules(Model):
    """The rules of one queue. All times are in seconds."""

    name: Name
    label: Bilingual = Field(default_factory=lambda known: Bilingual(id=known["name"], en=known["name"]))
    strategy: Strategy = "longest_idle"
    ring_s: Annotated[float, Field(ge=3, le=180)] = 20
    max_wait_s: Annotated[float, Field(ge=5, le=7200)] = 600
    max_non_responses: Annotated[int, Field(ge=1, le=20)] = 2
    wrap_up_s: Annotated[float, Field(ge=0, le=3600)] = 60
    target_s: Annotated[float, Field(gt=0, le=3600)] = 20
    target_percent: Annotated[float, Field(gt=0, le=100)] = 80
    short_abandon_s: Annotated[float, Field(ge=0, le=60)] = 5
    music: Name = "music"
    first_announcement_s: Annotated[float, Field(ge=0, le=600)] = 0
    announce_every_s: Annotated[float, Field(ge=5, le=600)] = 30
    callback_key: Key | None = "1"
    callback_retry_s: Annotated[float, Field(ge=10, le=3600)] = 120
    """A caller who chose a call back and does not answer is called once more after so long."""
    on_timeout: Name = "timeout"
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    kinds: tuple[Kind, ...] = KINDS
    members: Mapping[str, Annotated[int, Field(ge=0, le=100)]] | None = None
    """Operators by username with their penalty (0 is asked first); None means every operator, penalty 0."""
