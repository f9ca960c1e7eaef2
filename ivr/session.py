"""One caller's walk through the flow: events in, effects out, time as an argument. No I/O."""

from collections.abc import Callable, Mapping
from typing import Any

from config import (
    CallbackNode,
    HangUpNode,
    HoursNode,
    Installation,
    Kind,
    Language,
    LanguageNode,
    MenuNode,
    MessageNode,
    Node,
    QueueNode,
    SayNode,
)
from ivr.callback import PromisingCallback
from ivr.effects import Effect
from ivr.line import Line, Standing
from ivr.menus import AtHours, ChoosingLanguage, InMenu, Leaving, Saying
from ivr.message import TakingMessage
from ivr.stage import Move, Next, Stage
from ivr.waiting import WaitingRoom

__all__ = ["IvrSession", "Standing"]

_KEYS = frozenset("0123456789*#")


class IvrSession:
    """The IVR of one call.

    Every input returns what is to be done, in order. `deadline` is when `tick` must be called if nothing
    else happens; it is None only before `begin` and after the end. A session keeps the installation
    it began with, so a reload does not move the ground under a caller.
    """

    def __init__(self, installation: Installation, *, call: str, caller_number: str, language: Language = "id") -> None:
        self._flow = installation.flow
        self._line = Line(installation, call, caller_number, language)
        self._stage: Stage | None = None
        self._limit = 0.0

    @property
    def deadline(self) -> float | None:
        """When `tick` is due (Unix seconds), or None when nothing is awaited."""
        due = self._line.deadline
        if due is None or self._stage is None or not self._stage.limited:
            return due
        return min(due, self._limit)

    @property
    def kind(self) -> Kind | None:
        """What the caller chose in a menu, if anything."""
        return self._line.kind

    @property
    def language(self) -> Language:
        """The language the caller hears."""
        return self._line.language

    @property
    def queue(self) -> str | None:
        """The queue in which the caller waits."""
        return self._line.queue

    @property
    def over(self) -> bool:
        """Whether the session ended by a hang-up or `stop`."""
        return self._line.over

    def begin(self, now: float) -> list[Effect]:
        """The call was answered: walk to the first node."""
        return [] if self._line.over else self._go_to(self._flow.start, now)

    def enter(self, node: str, now: float) -> list[Effect]:
        """The queue gave the caller up, as after its maximum wait: leave the waiting room for a node.

        Ignored when the caller has left the queue in the meantime. A node that this session's flow does not
        have (the rules may be newer) says good-bye.
        """
        return [] if self._line.queue is None else self._go_to(node, now)

    def wait_again(self, queue: str, now: float, intro: str) -> list[Effect]:
        """The caller had an operator and is back in a queue's line: say so (a prompt's name), and wait as before."""
        self._line.reopen()
        stage = WaitingRoom(self._line, QueueNode(type="queue", queue=queue), intro=intro)
        return self._proceed(stage, now)

    def playback_finished(self, number: int, now: float) -> list[Effect]:
        """`Play(number)` was heard to its end. Numbers of older phrases are ignored."""
        if self._stage is None or not self._line.playback_finished(number):
            return []
        return self._proceed(self._stage.heard(now), now)

    def key_pressed(self, key: str, now: float) -> list[Effect]:
        """The caller pressed a key; what is no key of a telephone is ignored."""
        if self._stage is None or self._line.over or key not in _KEYS:
            return []
        return self._proceed(self._stage.key(key, now), now)

    def tick(self, now: float, standing: Standing | None = None) -> list[Effect]:
        """Time has come to `now`. In a queue give the caller's standing for the announcement."""
        due = self.deadline
        if self._stage is None or due is None or now < due:
            return []
        self._line.standing = standing
        if self._stage.limited and now >= self._limit:
            return self._proceed(self._farewell(), now)
        overdue = self._line.playback_overdue()
        return self._proceed(self._stage.heard(now) if overdue else self._stage.silence(now), now)

    def stop(self, now: float) -> list[Effect]:
        """The call was bridged or is gone: ends a message under way, and nothing is emitted after this."""
        if self._line.over:
            return []
        if self._stage is None:
            self._line.end()
        else:
            self._stage.stopped(now)
        return self._line.take()

    def _go_to(self, node: str, now: float) -> list[Effect]:
        self._line.queue = None
        self._limit = now + self._flow.max_s
        return self._proceed(Move(node), now)

    def _proceed(self, following: Next, now: float) -> list[Effect]:
        """Walk on until a stage waits for something. Loading the flow made sure that one does."""
        while following is not None:
            key = following.key if isinstance(following, Move) else None
            self._stage = self._arrive(following)
            following = self._stage.start(now, key)
        return self._line.take()

    def _arrive(self, following: Move | Stage) -> Stage:
        if isinstance(following, Stage):
            return following
        node = self._flow.nodes.get(following.node)
        return self._farewell() if node is None else _STAGES[type(node)](self._line, node)

    def _farewell(self) -> Stage:
        return Leaving(self._line, ("goodbye",), "no_input")


_STAGES: Mapping[type[Node], Callable[[Line, Any], Stage]] = {
    HoursNode: AtHours,
    SayNode: Saying,
    LanguageNode: ChoosingLanguage,
    MenuNode: InMenu,
    QueueNode: WaitingRoom,
    MessageNode: TakingMessage,
    CallbackNode: PromisingCallback,
    HangUpNode: lambda line, node: Leaving(line, node.prompt or (), node.reason),
}
