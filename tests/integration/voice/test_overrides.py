"""Recordings by people are checked, converted, or refused with a reason."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import audio
from voice.overrides import MUSIC, Names, Overrides, RefusedError, collect, load

NAMES = Names(known={"welcome", "goodbye", "position"}, varying={"position"})
RATE = 8000


def collected(root: Path) -> Overrides:
    def convert(path: Path) -> Path:
        load(path, RATE)
        return path

    return collect(root, {"id": NAMES, MUSIC: Names(known=None)}, convert)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "id").mkdir()
    (tmp_path / "music").mkdir()
    return tmp_path


def reason(root: Path) -> str:
    (problem,) = collected(root).problems
    return problem.reason


@pytest.mark.parametrize(
    ("file", "container", "subtype", "rate"),
    [
        ("welcome.wav", "WAV", "PCM_24", 44100),
        ("welcome.wav", "WAV", "ULAW", 8000),
        ("welcome.flac", "FLAC", "PCM_16", 16000),
        ("welcome.opus", "OGG", "OPUS", 48000),
        ("welcome.ogg", "OGG", "VORBIS", 22050),
        ("welcome.WAV", "WAV", "FLOAT", 8000),
    ],
)
def test_every_usual_format_becomes_mono_at_our_rate(
    root: Path, file: str, container: str, subtype: str, rate: int
) -> None:
    stereo = np.stack([audio.sine(440, 1, rate)] * 2, axis=1)
    soundfile.write(root / "id" / file, stereo, rate, format=container, subtype=subtype)
    assert collected(root) == Overrides({("id", "welcome"): root / "id" / file})
    samples = load(root / "id" / file, RATE)
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(RATE, abs=80)
    assert audio.has_tone(samples, RATE, 440)


def test_a_file_of_another_type_is_refused(root: Path) -> None:
    (root / "id" / "welcome.doc").touch()
    assert "not one of .wav, .flac" in reason(root)


def test_a_file_whose_name_lies_about_its_type_is_refused(root: Path) -> None:
    soundfile.write(
        root / "id" / "welcome.wav", audio.sine(440, 1, 44100), 44100, format="MP3", subtype="MPEG_LAYER_III"
    )
    assert "holds MP3" in reason(root)


def test_an_unreadable_file_is_refused(root: Path) -> None:
    (root / "id" / "welcome.wav").write_bytes(b"RIFF....not sound")
    assert "cannot be read" in reason(root)


def test_an_empty_file_is_refused(root: Path) -> None:
    (root / "id" / "welcome.flac").touch()
    assert "cannot be read" in reason(root)


def test_a_silent_recording_is_refused(root: Path) -> None:
    soundfile.write(root / "id" / "welcome.wav", np.zeros(8000), 8000)
    assert "nothing can be heard" in reason(root)


def test_a_recording_beyond_two_minutes_is_refused_but_music_may_be_longer(root: Path) -> None:
    audio.tone(root / "id" / "welcome.wav", 440, 121)
    audio.tone(root / "music" / "long.wav", 440, 121)
    assert "121 s long; 120 s is the limit" in reason(root)
    assert collected(root).files == {("music", "long"): root / "music" / "long.wav"}


def test_a_rate_that_no_recorder_uses_is_refused(root: Path) -> None:
    audio.tone(root / "id" / "welcome.wav", 440, 1, 4000)
    assert "4000 Hz" in reason(root)


def test_a_name_that_no_prompt_has_is_refused(root: Path) -> None:
    audio.tone(root / "id" / "wellcome.wav", 440, 1)
    assert "no prompt named 'wellcome'" in reason(root)


def test_one_recording_cannot_replace_a_prompt_that_says_a_value(root: Path) -> None:
    audio.tone(root / "id" / "position.wav", 440, 1)
    assert "differs from call to call" in reason(root)


def test_of_two_recordings_of_one_prompt_the_second_is_refused(root: Path) -> None:
    audio.tone(root / "id" / "welcome.flac", 440, 1)
    audio.tone(root / "id" / "welcome.wav", 440, 1)
    found = collected(root)
    assert found.files == {("id", "welcome"): root / "id" / "welcome.flac"}
    assert [problem.file.name for problem in found.problems] == ["welcome.wav"]


def test_hidden_files_and_missing_folders_are_no_problem(root: Path, tmp_path: Path) -> None:
    (root / "id" / ".DS_Store").touch()
    assert collected(root) == Overrides({})
    assert collected(tmp_path / "absent") == Overrides({})


def test_a_directory_is_not_a_recording(root: Path) -> None:
    (root / "id" / "welcome.wav").mkdir()
    assert collected(root) == Overrides({})
    with pytest.raises(RefusedError):
        load(root / "id" / "welcome.wav", RATE)
