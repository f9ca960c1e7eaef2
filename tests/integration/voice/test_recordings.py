"""Recorders' files become one recording; nothing is lost when something is killed on the way."""

import os
import struct
import tracemalloc
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import soundfile

from sealing import Keyring, files
from tests import audio
from voice import recordings
from voice.recordings import NothingRecordedError, RecordingError

CALLER_HZ, OPERATOR_HZ = 440, 1000
RATE = 8000
RING = Keyring.fresh()

finish = partial(recordings.finish, keyring=RING)
finish_message = partial(recordings.finish_message, keyring=RING)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture(params=["flac", "opus"])
def encoding(request: pytest.FixtureRequest) -> recordings.Format:
    return request.param  # type: ignore[no-any-return]  # pytest types parameters as Any


def caller_wav(spool: Path, seconds: float = 2.0, rate: int = RATE) -> Path:
    return audio.tone(recordings.source(spool, "c1", "caller"), CALLER_HZ, seconds, rate)


def operator_wav(spool: Path, seconds: float = 2.0, rate: int = RATE) -> Path:
    return audio.tone(recordings.source(spool, "c1", "operator"), OPERATOR_HZ, seconds, rate)


def unfinalise(path: Path, cut_bytes: int = 0) -> Path:
    """Leaves `path` as a killed recorder does: sizes 0 in the header, the last bytes missing."""
    raw = bytearray(path.read_bytes())
    raw[4:8] = raw[40:44] = struct.pack("<I", 0)
    path.write_bytes(raw[: len(raw) - cut_bytes])
    return path


def test_the_caller_is_left_and_the_operator_right(spool: Path, encoding: recordings.Format) -> None:
    out = spool.parent / f"r{recordings.suffix(encoding)}"
    info = finish(caller_wav(spool), operator_wav(spool), out, encoding)
    samples, rate = audio.read(out, RING)
    assert (info.path, info.channels, info.bytes) == (out, 2, out.stat().st_size)
    assert info.duration_s == pytest.approx(2, abs=0.01)
    assert audio.has_tone(samples[:, 0], rate, CALLER_HZ) and audio.has_tone(samples[:, 1], rate, OPERATOR_HZ)
    assert audio.level_of(samples[:, 1], rate, CALLER_HZ) < -50
    assert audio.longest_gap_s(samples[:, 0], rate, CALLER_HZ) == 0


def test_the_sources_are_gone_afterwards_and_nothing_else_is_left(spool: Path, encoding: recordings.Format) -> None:
    finish(caller_wav(spool), operator_wav(spool), spool / "r.out", encoding)
    assert [path.name for path in spool.iterdir()] == ["r.out"]


def test_what_lies_in_the_archive_is_encrypted_and_no_plain_file_was_ever_named(
    spool: Path, encoding: recordings.Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a crash could leave is looked at in the moment in which everything is there: just before the encryption."""
    encrypt, seen = files.encrypt, []

    def looking(source: BinaryIO, out: BinaryIO, keyring: Keyring) -> None:
        seen.append({path.name for path in spool.iterdir()})
        encrypt(source, out, keyring)

    monkeypatch.setattr(files, "encrypt", looking)
    out = spool / "r.out"
    finish(caller_wav(spool), operator_wav(spool), out, encoding)
    assert seen == [{"c1.caller.wav", "c1.operator.wav", ".r.out.part"}]
    assert files.is_encrypted(out)
    with pytest.raises(soundfile.SoundFileError):
        soundfile.info(out)
    with pytest.raises(RecordingError, match=f"sealed with key {RING.current.id}"):
        recordings.finish(None, None, out, encoding, keyring=Keyring.fresh())


def test_an_offset_moves_a_side_and_the_longer_side_decides_the_length(spool: Path) -> None:
    out = spool / "r.flac"
    info = finish(caller_wav(spool, 3), operator_wav(spool, 1), out, "flac", operator_offset_s=1.5)
    samples, rate = audio.read(out, RING)
    right = samples[:, 1]
    assert info.duration_s == pytest.approx(3)
    assert not right[: int(1.5 * rate)].any() and not right[int(2.5 * rate) :].any()
    assert audio.has_tone(right[int(1.5 * rate) : int(2.5 * rate)], rate, OPERATOR_HZ)


def test_sides_of_different_rates_are_brought_to_the_higher_one(spool: Path) -> None:
    out = spool / "r.flac"
    finish(caller_wav(spool, 2, 8000), operator_wav(spool, 2, 16000), out, "flac")
    samples, rate = audio.read(out, RING)
    assert rate == 16000
    assert len(samples) == 32000
    assert audio.level_of(samples[:, 0], rate, CALLER_HZ) == pytest.approx(-10, abs=0.3)


def test_a_missing_side_is_silent(spool: Path) -> None:
    finish(caller_wav(spool), None, spool / "a.flac", "flac")
    finish(spool / "never.wav", operator_wav(spool), spool / "b.flac", "flac")
    left, _ = audio.read(spool / "a.flac", RING)
    right, _ = audio.read(spool / "b.flac", RING)
    assert not left[:, 1].any() and left[:, 0].any()
    assert not right[:, 0].any() and right[:, 1].any()


@pytest.mark.parametrize("cut_bytes", [0, 1, 999])
def test_a_file_whose_recorder_was_killed_is_salvaged(spool: Path, cut_bytes: int) -> None:
    caller = unfinalise(caller_wav(spool), cut_bytes)
    info = finish(caller, operator_wav(spool, 1), spool / "r.flac", "flac")
    samples, rate = audio.read(spool / "r.flac", RING)
    assert info.duration_s == pytest.approx(2 - cut_bytes / 2 / RATE, abs=0.001)
    assert audio.has_tone(samples[:, 0], rate, CALLER_HZ)


def test_a_header_that_claims_more_than_there_is_counts_what_there_is(spool: Path) -> None:
    caller = caller_wav(spool)
    caller.write_bytes(caller.read_bytes()[: 44 + RATE])
    assert finish(caller, None, spool / "r.flac", "flac").duration_s == pytest.approx(0.5)


def test_chunks_after_the_sound_are_not_played(spool: Path) -> None:
    caller = caller_wav(spool)
    with caller.open("ab") as file:
        file.write(b"LIST" + struct.pack("<I", 4000) + b"x" * 4000)
    assert finish(caller, None, spool / "r.flac", "flac").duration_s == pytest.approx(2)


def test_a_file_that_is_no_wav_is_set_aside_not_destroyed(spool: Path) -> None:
    operator = recordings.source(spool, "c1", "operator")
    operator.write_bytes(b"something else entirely")
    info = finish(caller_wav(spool), operator, spool / "r.flac", "flac")
    assert info.duration_s == pytest.approx(2)
    assert (spool / f"{operator.name}.unreadable").read_bytes() == b"something else entirely"
    assert recordings.unfinished(spool) == []


def test_when_nothing_was_recorded_it_says_so_and_clears_the_spool(spool: Path) -> None:
    header_only, empty = caller_wav(spool, 0.0), recordings.source(spool, "c1", "operator")
    empty.touch()
    with pytest.raises(NothingRecordedError, match=r"r\.flac"):
        finish(header_only, empty, spool / "r.flac", "flac")
    assert list(spool.iterdir()) == []


def test_when_the_result_cannot_be_written_the_sources_stay(spool: Path) -> None:
    caller, blocked = caller_wav(spool), spool / "file"
    blocked.touch()
    with pytest.raises(RecordingError, match="cannot be written"):
        finish(caller, None, blocked / "r.flac", "flac")
    assert caller.exists()


def test_a_run_killed_while_it_removed_the_sources_does_not_spoil_the_result(spool: Path) -> None:
    out = spool / "r.flac"
    finish(caller_wav(spool), operator_wav(spool), out, "flac")
    before = out.read_bytes()
    info = finish(None, operator_wav(spool, 1), out, "flac")  # the caller's file was removed, then the kill came
    assert out.read_bytes() == before
    assert info.duration_s == pytest.approx(2)
    assert recordings.unfinished(spool) == []


def test_a_half_written_result_of_a_killed_run_is_replaced(spool: Path) -> None:
    (spool / ".r.flac.part").write_bytes(b"half")
    finish(caller_wav(spool), None, spool / "r.flac", "flac")
    assert sorted(path.name for path in spool.iterdir()) == ["r.flac"]


def test_a_message_has_one_channel(spool: Path, encoding: recordings.Format) -> None:
    wav = audio.tone(recordings.source(spool, "c2", "message"), CALLER_HZ, 2, RATE)
    info = finish_message(wav, spool / "m.out", encoding)
    assert info.channels == 1
    assert info.duration_s == pytest.approx(2, abs=0.01)
    assert not wav.exists()


def test_opus_takes_the_next_rate_that_it_knows(spool: Path) -> None:
    finish(caller_wav(spool, 1, 11025), None, spool / "r.opus", "opus")
    samples, rate = audio.read(spool / "r.opus", RING)
    assert (rate, len(samples) / rate) == (12000, pytest.approx(1, abs=0.01))


def test_a_long_recording_is_not_held_in_memory(spool: Path) -> None:
    caller, operator = caller_wav(spool, 120), operator_wav(spool, 120, 16000)
    tracemalloc.start()
    info = finish(caller, operator, spool / "r.flac", "flac", caller_offset_s=120)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    samples = info.duration_s * 16000 * info.channels
    assert peak < samples  # bytes: an eighth of what the samples would take as floats


def test_what_a_killed_service_left_is_listed_by_call_and_aligned_by_its_ends(spool: Path) -> None:
    caller, operator = unfinalise(caller_wav(spool, 3)), unfinalise(operator_wav(spool, 1))
    message = audio.tone(recordings.source(spool, "c2", "message"), 440, 1)
    for path in (caller, operator, message):
        os.utime(path, (1_000_000, 1_000_000))
    first, second = recordings.unfinished(spool)
    assert (first.call, first.caller, first.operator, first.message) == ("c1", caller, operator, None)
    assert (first.caller_offset_s, first.operator_offset_s) == (0, 2)
    assert (second.call, second.caller, second.message) == ("c2", None, message)


def test_an_empty_or_absent_spool_has_nothing_unfinished(spool: Path) -> None:
    assert recordings.unfinished(spool) == []
    assert recordings.unfinished(spool / "absent") == []


def test_a_side_cannot_begin_before_the_recording(spool: Path) -> None:
    caller = caller_wav(spool)
    with pytest.raises(ValueError, match="cannot begin"):
        finish(caller, None, spool / "r.flac", "flac", caller_offset_s=-1)
    assert caller.exists()


def test_samples_come_through_flac_unchanged(spool: Path) -> None:
    caller = caller_wav(spool)
    before, _ = audio.read(caller)
    finish(caller, None, spool / "r.flac", "flac")
    assert np.array_equal(audio.read(spool / "r.flac", RING)[0][:, 0], before)
