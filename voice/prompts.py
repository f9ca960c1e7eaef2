"""Everything the hotline can say, as sound files that are ready when a call needs them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.base import LANGUAGES, Language
from config.prompts import Placeholder, Prompts, Voice, parts, placeholders
from ivr.effects import Phrase
from voice.levels import SPEECH_DBFS, Samples, levelled, trimmed
from voice.music import MUSIC_DBFS, beep, comfort_music, ringback
from voice.overrides import MUSIC, Names, OverrideProblem, Overrides, collect, load
from voice.sounds import SoundCache
from voice.speech import spoken
from voice.synthesis import SynthesisError, synthesize

Progress = Callable[[int, int], None]
"""Called with how many prompts are ready and how many there will be."""

_AT_ONCE = 2  # synthesizers running at the same time
_SMALL_NUMBERS = range(1, 21)  # positions and minutes made beforehand


@dataclass(frozen=True, slots=True)
class _Utterance:
    text: str
    voice: Voice
    place: Path


class PromptLibrary:
    """Turns phrases into WAV files: 16-bit mono at `clock_rate` hertz, all equally loud.

    A recording `overrides`/{language}/{name}.wav (or .flac, .opus, .ogg) takes the place of the synthesized prompt of
    that name, one in `overrides`/music that of our music. Belongs to one event loop and never blocks it.
    """

    def __init__(self, prompts: Prompts, overrides: Path, cache: Path, clock_rate: int) -> None:
        self._prompts = prompts
        self._folder = overrides
        self._sounds = SoundCache(cache)
        self._rate = clock_rate
        self._overrides = Overrides({})
        self._own_music = self._sounds.place("music", clock_rate)
        self._tones = {name: self._sounds.place(name, clock_rate) for name in ("beep", "ringback")}
        self._making: dict[Path, asyncio.Task[Path]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    @property
    def problems(self) -> tuple[OverrideProblem, ...]:
        """Recordings that were refused by the last `prepare`."""
        return self._overrides.problems

    def use(self, prompts: Prompts) -> None:
        """Other texts and voices from now on; `prepare` makes them ready. What they dropped can still be said.

        A caller who came before goes on in the flow that named it.
        """
        self._prompts = prompts.model_copy(update={"texts": {**self._prompts.texts, **prompts.texts}})

    async def prepare(
        self, progress: Progress = lambda done, total: None, ahead: Iterable[tuple[Phrase, Language]] = ()
    ) -> None:
        """Makes ready what can be known before a call: every prompt without values, small numbers, music and tones.

        `ahead`: further phrases that will be needed. A second start finds all of it on the disk. Raises
        `SynthesisError` when a prompt could not be made; all the others are ready then.
        """
        self._overrides = await asyncio.to_thread(self._collect_overrides)
        await asyncio.to_thread(self._make_own_sounds)
        await self._announce(await asyncio.to_thread(self._sounds.stored))
        await self._render_all([*self._foreseeable(), *ahead], progress)

    def path(self, phrase: Phrase, language: Language) -> Path | None:
        """The phrase as sound if it is ready, with no I/O. Raises `SynthesisError` as `render` does."""
        recorded = self._overrides.files.get((language, phrase.name))
        if recorded is not None:
            return recorded
        place = self._utterance(phrase, language).place
        return place if self._sounds.has(place) else None

    async def render(self, phrase: Phrase, language: Language) -> Path:
        """The phrase as sound, made now if need be; once, however many ask at the same time.

        Raises `SynthesisError` for an unknown prompt, a value that is missing or not of its kind, and when espeak-ng
        cannot do it.
        """
        ready = self.path(phrase, language)
        if ready is not None:
            return ready
        utterance = self._utterance(phrase, language)
        task = self._making.get(utterance.place)
        if task is None:
            task = self._making[utterance.place] = asyncio.create_task(self._make(utterance))
            task.add_done_callback(lambda done: self._made(utterance.place, done))
        return await asyncio.shield(task)  # one impatient caller does not take it from the others

    def music(self, name: str) -> Path:
        """Music to wait by: the recording of that name, or our own. There after `prepare`."""
        return self._overrides.files.get((MUSIC, name), self._own_music)

    def tone(self, name: str) -> Path:
        """A signal, such as "beep" before a message. There after `prepare`. Raises `KeyError` for an unknown one."""
        return self._tones[name]

    async def close(self) -> None:
        """Ends what is being made."""
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _utterance(self, phrase: Phrase, language: Language) -> _Utterance:
        template = self._template(phrase.name, language)
        voice = self._prompts.voices[language]
        text = "".join(_fill(part, phrase, language) for part in parts(template))
        recipe = (text, voice.voice, voice.speed, self._rate, SPEECH_DBFS)
        return _Utterance(text, voice, self._sounds.place(*recipe, fixed=not placeholders(template)))

    def _template(self, name: str, language: Language) -> str:
        if name not in self._prompts.texts:
            raise SynthesisError(f"there is no prompt named {name!r}")
        return self._prompts.texts[name].in_language(language)

    async def _make(self, utterance: _Utterance) -> Path:
        async with self._slots:
            samples = await synthesize(utterance.text, utterance.voice, self._rate)
            await asyncio.to_thread(self._sounds.store, utterance.place, lambda: samples, self._rate)
        await self._announce([utterance.place])
        return utterance.place

    async def _announce(self, places: Sequence[Path]) -> None:
        surplus = self._sounds.announce(*places)
        if surplus:
            await asyncio.to_thread(self._sounds.delete, surplus)

    def _made(self, place: Path, task: asyncio.Task[Path]) -> None:
        del self._making[place]
        if not task.cancelled():
            task.exception()  # those who asked have it; asyncio must not report it as never retrieved

    def _foreseeable(self) -> Iterator[tuple[Phrase, Language]]:
        for name in self._prompts.texts:
            for language in LANGUAGES:
                for phrase in _foreseeable(name, self._template(name, language)):
                    yield phrase, language

    async def _render_all(self, wanted: Sequence[tuple[Phrase, Language]], progress: Progress) -> None:
        """A few at a time, so that a call that comes meanwhile gets its turn."""
        queue, done, failures = iter(wanted), 0, []

        async def work() -> None:
            nonlocal done
            for phrase, language in queue:
                try:
                    await self.render(phrase, language)
                except SynthesisError as error:
                    failures.append(SynthesisError(f"prompt {phrase.name!r} ({language}): {error}"))
                done += 1
                progress(done, len(wanted))

        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())
        if failures:
            raise failures[0]

    def _collect_overrides(self) -> Overrides:
        texts = self._prompts.texts
        folders = {MUSIC: Names(known=None)}
        for language in LANGUAGES:
            varying = {name for name in texts if placeholders(self._template(name, language))}
            folders[language] = Names(texts.keys(), varying)
        return collect(self._folder, folders, self._converted)

    def _converted(self, recording: Path) -> Path:
        """The recording as a sound of ours, converted again only when the file has changed."""
        state = recording.stat()
        place = self._sounds.place("recording", str(recording), state.st_mtime_ns, state.st_size, self._rate)
        return self._sounds.store(place, lambda: _played_as(recording, self._rate), self._rate)

    def _make_own_sounds(self) -> None:
        self._sounds.store(self._own_music, lambda: comfort_music(self._rate), self._rate)
        self._sounds.store(self._tones["beep"], lambda: beep(self._rate), self._rate)
        self._sounds.store(self._tones["ringback"], lambda: ringback(self._rate), self._rate)


def _played_as(recording: Path, rate: int) -> Samples:
    """A person's recording, as loud as all the rest; music whole, so that it still loops."""
    samples = load(recording, rate)
    if recording.parent.name == MUSIC:
        return levelled(samples, rate, MUSIC_DBFS)
    return levelled(trimmed(samples, rate), rate)


def _fill(part: str | Placeholder, phrase: Phrase, language: Language) -> str:
    if isinstance(part, str):
        return part
    values = dict(phrase.values)
    if part.name not in values:
        raise SynthesisError(f"prompt {phrase.name!r} needs a value for {part.name!r}")
    try:
        return spoken(part.kind, values[part.name], language)
    except ValueError as error:
        raise SynthesisError(f"prompt {phrase.name!r}, {part.name!r}: {error}") from error


def _foreseeable(name: str, template: str) -> Iterator[Phrase]:
    """What will be said of a prompt: it alone if it holds no value, with small numbers if it holds one number."""
    gaps = [part for part in parts(template) if isinstance(part, Placeholder)]
    if not gaps:
        yield Phrase(name, ())
    elif len(gaps) == 1 and gaps[0].kind in ("number", "minutes"):
        for number in _SMALL_NUMBERS:
            yield Phrase(name, ((gaps[0].name, str(number)),))
