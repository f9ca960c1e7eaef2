"""A caller who walks the default flow, as the switchboard would drive it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import config
from config import Hours, Installation
from ivr.effects import Effect, Enqueue, HangUp, Log, Play, PlayMusic, StartRecording
from ivr.session import IvrSession, Standing

DEFAULT = config.load(environ={})
OPEN = replace(DEFAULT, hours=Hours.always())

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()
SUNDAY_NOON = MONDAY_NOON - 86_400
NEW_YEAR_NOON = datetime(2027, 1, 1, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()

PHRASE_S = 3.0
"""How long a phrase takes in these tests."""


@dataclass
class Caller:
    """Presses keys and lets time pass; `heard` are the names of all phrases begun so far."""

    session: IvrSession
    now: float
    standing: Standing | None = None
    effects: list[Effect] = field(default_factory=list)

    def begin(self) -> "Caller":
        return self._did(self.session.begin(self.now))

    def press(self, keys: str) -> "Caller":
        for key in keys:
            self._did(self.session.key_pressed(key, self.now))
        return self

    def listen(self) -> "Caller":
        """Hear the phrase that is playing to its end."""
        self.now += PHRASE_S
        return self._did(self.session.playback_finished(self.plays[-1].number, self.now))

    def wait(self) -> "Caller":
        """Do nothing until the session's next deadline."""
        assert self.session.deadline is not None
        self.now = max(self.now, self.session.deadline)
        return self._did(self.session.tick(self.now, self.standing))

    def wait_until_over(self, limit: int = 200) -> "Caller":
        """Do nothing at all; nobody reports the end of a playback either."""
        for _ in range(limit):
            if self.session.over or self.session.queue is not None:
                return self
            self.wait()
        raise AssertionError("the caller is stuck")

    def enter(self, node: str) -> "Caller":
        return self._did(self.session.enter(node, self.now))

    def stop(self) -> "Caller":
        return self._did(self.session.stop(self.now))

    @property
    def plays(self) -> list[Play]:
        return [effect for effect in self.effects if isinstance(effect, Play)]

    @property
    def heard(self) -> list[str]:
        return [phrase.name for play in self.plays for phrase in play.phrases]

    @property
    def last_heard(self) -> list[str]:
        return [phrase.name for phrase in self.plays[-1].phrases]

    @property
    def queued(self) -> list[Enqueue]:
        return [effect for effect in self.effects if isinstance(effect, Enqueue)]

    @property
    def ended(self) -> str | None:
        reasons = [effect.reason for effect in self.effects if isinstance(effect, HangUp)]
        assert len(reasons) <= 1
        return reasons[0] if reasons else None

    @property
    def logged(self) -> list[str]:
        return [effect.fact.name for effect in self.effects if isinstance(effect, Log)]

    @property
    def music(self) -> bool:
        return any(isinstance(effect, PlayMusic) for effect in self.effects)

    @property
    def recording(self) -> bool:
        return any(isinstance(effect, StartRecording) for effect in self.effects)

    def _did(self, effects: list[Effect]) -> "Caller":
        self.effects.extend(effects)
        return self


def caller(installation: Installation = OPEN, *, number: str = "+6281234567890", now: float = MONDAY_NOON) -> Caller:
    """A caller whose call has just been answered, with nothing said yet."""
    return Caller(IvrSession(installation, call="c" * 32, caller_number=number), now)
