"""The waiting room of a queue: where the caller stands, music in between, and a key to be called back."""

from config import QueueNode
from ivr.effects import Enqueue, LeaveQueue, Phrase, RequestCallback
from ivr.line import Line
from ivr.menus import Leaving
from ivr.number import Agreed, GaveUp, Manners, NumberDialogue, Outcome
from ivr.phrases import minutes
from ivr.stage import Next, Stage


class WaitingRoom(Stage):
    """Announces at once and every `announce_every_s`; keys work at any time (PEERS.md 8).

    Asking for a call back leaves the place in the queue untouched until the number is agreed.
    """

    limited = False  # the queue's own max_wait_s ends it

    def __init__(self, line: Line, node: QueueNode, intro: str | None = None) -> None:
        super().__init__(line)
        self._intro = intro
        self._rules = line.installation.queue(node.queue)
        self._dialogue: NumberDialogue | None = None

    def start(self, now: float, key: str | None) -> Next:
        self.line.hush()
        self.line.queue = self._rules.name
        self.line.emit(Enqueue(self._rules.name, self.line.kind, self.line.language))
        first_s = 0 if self._intro else self._rules.first_announcement_s
        if first_s:
            self.line.music(self._rules.music)
        self.line.listen(now, first_s)
        return None

    def heard(self, now: float) -> Next:
        if self._dialogue is None:
            self._play_music(now)
        else:
            self._dialogue.heard(now)
        return None

    def key(self, key: str, now: float) -> Next:
        if self._dialogue is not None:
            return self._after(self._dialogue.key(key, now), now)
        if key == self._rules.callback_key:
            self._dialogue = NumberDialogue(self.line, Manners())
            self._dialogue.start(now)
        return None

    def silence(self, now: float) -> Next:
        if self._dialogue is not None:
            return self._after(self._dialogue.silence(now), now)
        intro = [] if self._intro is None else [self.line.phrase(self._intro)]
        self._intro = None
        self.line.say([*intro, *self._announcement()], now)
        return None

    def _after(self, outcome: Outcome, now: float) -> Next:
        match outcome:
            case Agreed(number):
                self.line.queue = None
                self.line.emit(LeaveQueue("callback"))
                self.line.emit(RequestCallback(number))
                return Leaving(self.line, ("callback_thanks",), "callback_promised")
            case GaveUp():
                self._dialogue = None
                self.line.say([self.line.phrase("callback_stay")], now)
        return None

    def _play_music(self, now: float) -> None:
        self.line.music(self._rules.music)
        self.line.listen(now, self._rules.announce_every_s)

    def _announcement(self) -> list[Phrase]:
        phrases = [*self._place(), *self._estimate()]
        if self._rules.callback_key is not None:
            phrases.append(self.line.phrase("queue_callback", key=self._rules.callback_key))
        return phrases

    def _place(self) -> list[Phrase]:
        standing = self.line.standing
        if standing is None:
            return [self.line.phrase("queue_wait")]
        if standing.position <= 1:
            return [self.line.phrase("queue_next")]
        return [self.line.phrase("queue_position", position=str(standing.position))]

    def _estimate(self) -> list[Phrase]:
        standing = self.line.standing
        if standing is None or standing.estimated_wait_s is None:
            return []
        return [self.line.phrase("queue_estimate", minutes=minutes(standing.estimated_wait_s))]
