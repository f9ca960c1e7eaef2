"""The prompt library with the real synthesizer: everything equally loud, made once, ready at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from config.prompts import Prompts
from ivr.effects import Phrase
from tests import audio
from voice import sounds, synthesis
from voice.levels import SPEECH_DBFS, active_dbfs
from voice.music import MUSIC_DBFS
from voice.prompts import PromptLibrary
from voice.synthesis import SynthesisError

RATE = 8000
WELCOME, GOODBYE = Phrase("welcome"), Phrase("goodbye")

PROMPTS = Prompts.model_validate(
    {
        "voices": {"id": {"voice": "id", "speed": 150}, "en": {"voice": "en-us", "speed": 150}},
        "texts": {
            "welcome": {
                "id": "Selamat datang di layanan pajak kendaraan.",
                "en": "Welcome to the vehicle tax service.",
            },
            "goodbye": {"id": "Sampai jumpa.", "en": "Goodbye."},
            "position": {"id": "Anda urutan ke {position:number}.", "en": "You are number {position:number}."},
            "call_you": {"id": "Nomor Anda {number:digits}.", "en": "Your number is {number:digits}."},
        },
    }
)


def position(value: str) -> Phrase:
    return Phrase("position", (("position", value),))


def library_in(folder: Path, rate: int = RATE, prompts: Prompts = PROMPTS) -> PromptLibrary:
    return PromptLibrary(prompts, folder / "prompts", folder / "cache", rate)


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[PromptLibrary]:
    library = library_in(tmp_path)
    yield library
    await library.close()


def cached(folder: Path) -> set[Path]:
    return set((folder / "cache").rglob("*"))


async def test_a_prompt_becomes_16_bit_mono_at_the_clock_rate(tmp_path: Path) -> None:
    for rate in (8000, 16000):
        info = soundfile.info(await library_in(tmp_path, rate).render(WELCOME, "id"))
        assert (info.format, info.subtype, info.channels, info.samplerate) == ("WAV", "PCM_16", 1, rate)
        assert 1.5 < info.duration < 6


async def test_all_prompts_in_both_languages_are_equally_loud_and_begin_at_once(library: PromptLibrary) -> None:
    for phrase in (WELCOME, GOODBYE, position("3")):
        for language in ("id", "en"):
            samples, rate = audio.read(await library.render(phrase, language))
            assert active_dbfs(samples, rate) == pytest.approx(SPEECH_DBFS, abs=0.5)
            assert np.abs(samples).max() < 0.9
            assert np.flatnonzero(np.abs(samples) > 0.01)[0] < 0.15 * rate


async def test_a_second_asking_finds_it_ready_without_a_synthesizer(
    library: PromptLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library.path(WELCOME, "id") is None
    made = await library.render(WELCOME, "id")
    monkeypatch.setattr(synthesis, "PROGRAM", "/nonexistent/espeak-ng")
    assert library.path(WELCOME, "id") == await library.render(WELCOME, "id") == made


async def test_many_who_ask_at_the_same_time_share_one_synthesis(tmp_path: Path, library: PromptLibrary) -> None:
    asked = [asyncio.create_task(library.render(WELCOME, "id")) for _ in range(20)]
    asked[0].cancel()
    paths = await asyncio.gather(*asked[1:])
    assert len(set(paths)) == 1
    assert len(list((tmp_path / "cache").rglob("*.wav"))) == 1


async def test_preparing_leaves_the_loop_to_others(library: PromptLibrary) -> None:
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()  # of the loop's thread: other processes on a busy machine do not count
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    watcher = asyncio.create_task(watch())
    await library.prepare()
    watcher.cancel()
    assert longest < 0.1


async def test_preparing_makes_all_that_can_be_known_and_counts_it(library: PromptLibrary) -> None:
    steps: list[tuple[int, int]] = []
    await library.prepare(lambda done, total: steps.append((done, total)))
    assert steps == [(n + 1, len(steps)) for n in range(len(steps))]
    assert library.path(WELCOME, "id") and library.path(GOODBYE, "en") and library.path(position("20"), "id")
    assert library.path(position("21"), "id") is None


async def test_phrases_known_ahead_are_prepared_too(library: PromptLibrary) -> None:
    ahead = Phrase("call_you", (("number", "0800"),))
    await library.prepare(ahead=[(ahead, "en")])
    assert library.path(ahead, "en") and library.path(ahead, "id") is None


async def test_a_second_start_needs_no_synthesizer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await library_in(tmp_path).prepare()
    monkeypatch.setattr(synthesis, "PROGRAM", "/nonexistent/espeak-ng")
    second = library_in(tmp_path)
    await second.prepare()
    assert second.path(WELCOME, "id")


async def test_another_voice_text_or_rate_is_another_sound(tmp_path: Path) -> None:
    faster = PROMPTS.model_dump()
    faster["voices"]["id"]["speed"] = 200
    changed = PROMPTS.model_dump()
    changed["texts"]["welcome"]["id"] = "Halo."
    libraries = [
        library_in(tmp_path),
        library_in(tmp_path, 16000),
        library_in(tmp_path, prompts=Prompts.model_validate(faster)),
        library_in(tmp_path, prompts=Prompts.model_validate(changed)),
    ]
    assert len({await each.render(WELCOME, "id") for each in libraries}) == len(libraries)


async def test_a_value_is_spoken(library: PromptLibrary) -> None:
    short, _ = audio.read(await library.render(position("1"), "id"))
    long, _ = audio.read(await library.render(position("888888"), "id"))
    assert len(long) > 2 * len(short)


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        (Phrase("nothing"), "no prompt named 'nothing'"),
        (Phrase("position"), "needs a value for 'position'"),
        (position("many"), "must look like '12'"),
    ],
)
async def test_a_phrase_that_cannot_be_said_is_refused_with_the_reason(
    library: PromptLibrary, phrase: Phrase, message: str
) -> None:
    with pytest.raises(SynthesisError, match=message):
        await library.render(phrase, "id")


async def test_without_the_synthesizer_the_error_names_it_and_the_rest_is_ready(
    tmp_path: Path, library: PromptLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesis, "PROGRAM", "/nonexistent/espeak-ng")
    (tmp_path / "prompts" / "id").mkdir(parents=True)
    audio.tone(tmp_path / "prompts" / "id" / "welcome.wav", 440, 1)
    with pytest.raises(SynthesisError, match="cannot be started: No such file"):
        await library.prepare()
    assert library.path(WELCOME, "id")
    assert library.music("music").exists()


async def test_an_unknown_voice_is_an_error_not_silence(tmp_path: Path) -> None:
    wrong = PROMPTS.model_dump()
    wrong["voices"]["id"]["voice"] = "klingon-nowhere"
    with pytest.raises(SynthesisError, match="espeak-ng"):
        await library_in(tmp_path, prompts=Prompts.model_validate(wrong)).render(WELCOME, "id")


async def test_a_synthesizer_that_hangs_is_ended(
    tmp_path: Path, library: PromptLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = tmp_path / "hanging"
    hanging.write_text("#!/bin/sh\nexec sleep 60\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(synthesis, "PROGRAM", str(hanging))
    monkeypatch.setattr(synthesis, "_TIMEOUT_S", 0.2)
    with pytest.raises(SynthesisError, match="did not finish"):
        await library.render(WELCOME, "id")


async def test_closing_ends_what_is_being_made(library: PromptLibrary) -> None:
    making = asyncio.create_task(library.render(WELCOME, "id"))
    await asyncio.sleep(0)
    await library.close()
    with pytest.raises(asyncio.CancelledError):
        await making


async def test_a_person_s_recording_replaces_the_synthesized_prompt_as_loud_as_the_rest(
    tmp_path: Path, library: PromptLibrary
) -> None:
    folder = tmp_path / "prompts" / "id"
    folder.mkdir(parents=True)
    audio.tone(folder / "welcome.flac.tmp", 440, 1, 44100, level_db=-45).rename(folder / "welcome.wav")
    await library.prepare()
    replaced = library.path(WELCOME, "id")
    assert replaced is not None
    samples, rate = audio.read(replaced)
    assert audio.has_tone(samples, rate, 440)
    assert active_dbfs(samples, rate) == pytest.approx(SPEECH_DBFS, abs=0.5)
    english, rate = audio.read(await library.render(WELCOME, "en"))
    assert not audio.has_tone(english, rate, 440)


async def test_a_bad_recording_is_a_problem_and_the_synthesized_prompt_stays(
    tmp_path: Path, library: PromptLibrary
) -> None:
    bad = tmp_path / "prompts" / "id" / "welcome.wav"
    bad.parent.mkdir(parents=True)
    bad.write_text("not sound")
    await library.prepare()
    assert [problem.file for problem in library.problems] == [bad]
    assert library.path(WELCOME, "id")


async def test_a_changed_recording_is_heard_after_the_next_start(tmp_path: Path) -> None:
    recording = tmp_path / "prompts" / "id" / "welcome.wav"
    recording.parent.mkdir(parents=True)
    for hz, seconds in ((440, 1.0), (1000, 2.0)):
        audio.tone(recording, hz, seconds)
        library = library_in(tmp_path)
        await library.prepare()
        samples, rate = audio.read(library.path(WELCOME, "id") or Path())
        assert audio.has_tone(samples, rate, hz)


async def test_our_own_music_and_beep_are_there_and_a_file_replaces_the_music(
    tmp_path: Path, library: PromptLibrary
) -> None:
    (tmp_path / "prompts" / "music").mkdir(parents=True)
    audio.tone(tmp_path / "prompts" / "music" / "jazz.wav", 440, 3)
    await library.prepare()
    own, rate = audio.read(library.music("music"))
    jazz, _ = audio.read(library.music("jazz"))
    assert len(own) > 30 * rate
    assert audio.has_tone(jazz, rate, 440)
    assert audio.rms_db(jazz) - 3 == pytest.approx(MUSIC_DBFS, abs=0.2)
    assert library.music("absent") == library.music("music")
    assert audio.has_tone(audio.read(library.tone("beep"))[0][: rate // 3], rate, 1000)


async def test_sounds_with_callers_numbers_do_not_pile_up(
    tmp_path: Path, library: PromptLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sounds, "VALUES_KEPT", 3)
    welcome = await library.render(WELCOME, "id")
    numbers = [Phrase("call_you", (("number", str(n)),)) for n in range(5)]
    paths = [await library.render(number, "id") for number in numbers[:3]]
    assert library.path(numbers[0], "id")  # a use: now the second is the oldest
    paths += [await library.render(number, "id") for number in numbers[3:]]
    assert [path.exists() for path in paths] == [True, False, False, True, True]
    assert library.path(numbers[1], "id") is None
    assert welcome.exists()


async def test_old_sounds_with_values_are_thinned_out_at_the_start(
    tmp_path: Path, library: PromptLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        await library.render(Phrase("call_you", (("number", str(n)),)), "id")
    monkeypatch.setattr(sounds, "VALUES_KEPT", 2)
    prompts = PROMPTS.model_copy(update={"texts": {"goodbye": PROMPTS.texts["goodbye"]}})
    await library_in(tmp_path, prompts=prompts).prepare()
    assert len(list((tmp_path / "cache" / "values").iterdir())) == 2


async def test_no_half_written_file_is_ever_in_the_cache(tmp_path: Path, library: PromptLibrary) -> None:
    await library.render(WELCOME, "id")
    assert all(path.suffix == ".wav" for path in cached(tmp_path) if path.is_file())
