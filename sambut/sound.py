"""Prompts on their way to a caller's ear: phrases become files, files become playback."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from config import Language
from ivr.effects import Phrase, Play
from sambut.calls import Call
from sambut.contain import contained
from sambut.tasks import Tasks
from sip.agent import SipAgent
from sip.errors import SipError
from voice.prompts import PromptLibrary
from voice.synthesis import SynthesisError

log = structlog.get_logger(__name__)

RENDER_WITHIN_S = 2.0  # longer than this and the caller is better off without the sentence


class Sound:
    """Plays to callers. A phrase that is in the cache starts at once; another is synthesized beside the call."""

    def __init__(
        self, agent: SipAgent, prompts: PromptLibrary, tasks: Tasks, finished: Callable[[Call, int], None]
    ) -> None:
        self._agent = agent
        self._prompts = prompts
        self._tasks = tasks
        self._finished = finished

    def play(self, call: Call, play: Play) -> None:
        """Start what an IVR asks for; `finished` is told its number at the end, also when nothing could be played."""
        call.playing = play.number
        files = self._at_once(play)
        if files is not None:
            self._start(call, files, play.number)
        else:
            self._tasks.start(self._render(call, play), f"render {call.id}")

    def music(self, call: Call, name: str) -> None:
        call.playing = 0
        try:
            self._agent.mixer.play_music(call.leg, self._prompts.music(name))
        except SipError as error:
            log.error("music_failed", call=call.id, name=name, reason=str(error))

    def stop(self, call: Call) -> None:
        call.playing = 0
        self._agent.mixer.stop_playing(call.leg)

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
            try:
                self._agent.mixer.play(call.leg, files, number)
            except SipError as error:
                log.error("playback_failed", call=call.id, reason=str(error))
            else:
                return
        # Not now: the IVR is still handing out its effects.
        asyncio.get_running_loop().call_soon(self._finished, call, number)
