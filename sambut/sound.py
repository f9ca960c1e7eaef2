"""Prompts on their way to a caller's ear: phrases become files, files become playback."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from config import Language
from ivr.effects import Phrase, Play
from sambut.calls import Call
from sambut.contain import contained
from sambut.tasks import Tasks
from sip.events import LegId
from sip.ports import Agent
from voice.prompts import PromptLibrary
from voice.synthesis import SynthesisError

log = structlog.get_logger(__name__)

RENDER_WITHIN_S = 2.0  # longer than this and the caller is better off without the sentence


class Sound:
    """Plays to callers. A phrase that is in the cache starts at once; another is synthesized beside the call."""

    def __init__(
        self, agent: Agent, prompts: PromptLibrary, tasks: Tasks, finished: Callable[[Call, int], None]
    ) -> None:
        self._agent = agent
        self._prompts = prompts
        self._tasks = tasks
        self._finished = finished
        self._told: dict[str, tuple[int, Callable[[Call], None]]] = {}
        self._tellings = itertools.count(-2, -1)  # apart from the numbers that IVR sessions give

    def play(self, call: Call, play: Play) -> None:
        """Start what an IVR asks for; `finished` is told its number at the end, also when nothing could be played."""
        call.playing = play.number
        files = self._at_once(play)
        if files is not None:
            self._start(call, files, play.number)
        else:
            self._tasks.start(self._render(call, play), f"render {call.id}")

    def tell(self, call: Call, prompt: str, then: Callable[[Call], None]) -> None:
        """Say something that no IVR asked for; `then` follows, unless the caller hears something else by then."""
        number = next(self._tellings)
        self._told[call.id] = number, then
        self.play(call, Play(number, (Phrase(prompt),), call.language))

    def told(self, call: Call, number: int) -> bool:
        """Whether the playback of this number was such a saying; what follows it has been done then."""
        awaited, then = self._told.get(call.id, (0, None))
        if awaited != number or then is None:
            return False
        del self._told[call.id]
        then(call)
        return True

    def forget(self, call: Call) -> None:
        """The call is over."""
        self._told.pop(call.id, None)

    def music(self, call: Call, name: str) -> None:
        call.playing = 0
        self._loop(call.leg, self._prompts.music(name))

    def music_for(self, leg: LegId, name: str) -> None:
        """Music for somebody who is not the caller."""
        self._loop(leg, self._prompts.music(name))

    def ringback(self, leg: LegId) -> None:
        """Let who has dialled hear that it rings, until they are bridged."""
        self._loop(leg, self._prompts.tone("ringback"))

    def quiet(self, leg: LegId) -> None:
        """No tone and no music towards this leg any more."""
        self._agent.mixer.stop_playing(leg)

    def stop(self, call: Call) -> None:
        call.playing = 0
        self._agent.mixer.stop_playing(call.leg)

    def _loop(self, leg: LegId, file: Path) -> None:
        self._agent.mixer.play_music(leg, file)

    def _at_once(self, play: Play) -> list[Path] | None:
        """The files, if all of them are there."""
        try:
            ready = [self._prompts.path(phrase, play.language) for phrase in play.phrases]
        except SynthesisError:
            return None  # `_render` says which, and says the others
        files = [file for file in ready if file is not None]
        return files if len(files) == len(ready) else None

    async def _render(self, call: Call, play: Play) -> None:
        """While it is being made the caller keeps hearing what was on, unless it takes too long."""
        files: list[Path] = []
        try:
            async with asyncio.timeout(RENDER_WITHIN_S):
                for phrase in play.phrases:
                    files += await self._rendered(call, phrase, play.language)
        except TimeoutError:
            log.error("prompts_too_slow", call=call.id, prompts=[phrase.name for phrase in play.phrases])
        if call.playing == play.number:
            self._start(call, files, play.number)

    async def _rendered(self, call: Call, phrase: Phrase, language: Language) -> list[Path]:
        """A phrase that cannot be made is left out; the others are sentences of their own."""
        with contained("prompt_failed", call=call.id, prompt=phrase.name):
            return [await self._prompts.render(phrase, language)]
        return []

    def _start(self, call: Call, files: Sequence[Path], number: int) -> None:
        if files:
            self._agent.mixer.play(call.leg, files, number)
        else:  # not now: the IVR is still handing out its effects
            asyncio.get_running_loop().call_soon(self._finished, call, number)
