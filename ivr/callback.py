"""The stage of a call back that a caller chose outside of a queue."""

from config import CallbackNode
from hotline.facts import EventName
from ivr.effects import RequestCallback
from ivr.line import Line
from ivr.menus import Leaving
from ivr.number import Agreed, GaveUp, Manners, NumberDialogue, Outcome
from ivr.stage import Move, Next, Stage


class PromisingCallback(Stage):
    """Agrees on a number, asks for the call back, thanks and hangs up."""

    def __init__(self, line: Line, node: CallbackNode) -> None:
        super().__init__(line)
        self._node = node
        self._dialogue = NumberDialogue(line, Manners(node.confirm, node.change, node.wait, node.tries))

    def start(self, now: float, key: str | None) -> Next:
        self._dialogue.start(now, self.line.prompts(self._node.prompt, now))
        return None

    def heard(self, now: float) -> Next:
        self._dialogue.heard(now)
        return None

    def key(self, key: str, now: float) -> Next:
        return self._after(self._dialogue.key(key, now), now)

    def silence(self, now: float) -> Next:
        return self._after(self._dialogue.silence(now), now)

    def _after(self, outcome: Outcome, now: float) -> Next:
        match outcome:
            case Agreed(number):
                self.line.emit(RequestCallback(number))
                self.line.log(EventName.CALLBACKREQUEST, now)
                return Leaving(self.line, self._node.thanks, "callback_promised")
            case GaveUp():
                return Move(self._node.otherwise)
            case None:
                return None
