"""The stage of a message: prompt, tone, recording, thanks."""

from config import MessageNode
from hotline.facts import EventName
from ivr.effects import StartRecording, StopRecording
from ivr.line import Line
from ivr.menus import Leaving
from ivr.stage import Next, Stage


class TakingMessage(Stage):
    """Records until `#`, the caller's hang-up or `max_s`. A message that is too short is asked for again."""

    limited = False  # ends by its own tries and max_s; a message is not cut by the flow's limit

    def __init__(self, line: Line, node: MessageNode) -> None:
        super().__init__(line)
        self._node = node
        self._tries_left = node.tries
        self._recording_since: float | None = None

    def start(self, now: float, key: str | None) -> Next:
        self.line.say(self.line.prompts(self._node.prompt, now), now)
        return None

    def heard(self, now: float) -> Next:
        self._recording_since = now
        self.line.emit(StartRecording(self._node.max_s))
        self.line.listen(now, self._node.max_s)
        return None

    def key(self, key: str, now: float) -> Next:
        if self._recording_since is None:
            self.line.hush()
            return self.heard(now)
        return self._finish(now) if key == "#" else None

    def silence(self, now: float) -> Next:
        return self._finish(now)

    def stopped(self, now: float) -> None:
        """Most callers end their message by hanging up: it counts."""
        if self._recording_since is not None:
            self._stop_recording(now)
        super().stopped(now)

    def _finish(self, now: float) -> Next:
        if self._stop_recording(now):
            return Leaving(self.line, self._node.thanks, "message_left")
        self._tries_left -= 1
        if self._tries_left == 0:
            return Leaving(self.line, ("message_too_short", "goodbye"), "no_input")
        too_short = self.line.phrase("message_too_short")
        self.line.say((too_short, *self.line.prompts(self._node.prompt, now)), now)
        return None

    def _stop_recording(self, now: float) -> bool:
        """Whether the message was long enough to be kept."""
        assert self._recording_since is not None
        length = now - self._recording_since
        self._recording_since = None
        keep = length >= self._node.min_s
        self.line.emit(StopRecording(keep))
        if keep:
            self.line.log(EventName.VOICEMAIL, now, length_s=length)
        return keep
