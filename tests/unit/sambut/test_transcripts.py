"""The program that turns messages into words, well and badly behaved."""

import asyncio
import io
import stat
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import Settings
from hotline.fields import TEXT_LENGTH
from hotline.ticket import Ticket
from sambut.transcripts import Transcriber, Transcripts
from sealing import Keyring, files

RING = Keyring.fresh()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A message as it lies in the archive."""
    file = tmp_path / "recordings" / "message.flac"
    file.parent.mkdir()
    with file.open("wb") as out:
        files.encrypt(io.BytesIO(b"suara"), out, RING)
    return file


def program(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code, "{file}"


READS_ITS_ARGUMENT = program("import sys; print('about', open(sys.argv[1]).read())")


@dataclass
class Desk:
    """One ticket, and what is written into it."""

    ticket: Ticket | None = field(default_factory=lambda: Ticket("HTL-2026-000001", 0.0))
    written: list[str] = field(default_factory=list)

    async def find(self, number: str) -> Ticket | None:
        return self.ticket

    def describe(self, ticket: Ticket, words: str) -> None:
        self.written.append(words)

    async def left(self, command: tuple[str, ...], recording: Path) -> list[str]:
        folder = recording.parent / "spool"
        transcripts = Transcripts(command, self.find, self.describe, keyring=RING, folder=folder)
        await transcripts.write("HTL-2026-000001", recording)
        assert not folder.exists() or not list(folder.iterdir()), "the plain copy is gone"
        return self.written


async def test_the_words_are_written_with_a_mark_that_a_machine_heard_them(recording: Path) -> None:
    assert await Desk().left(READS_ITS_ARGUMENT, recording) == ["[Transkrip otomatis] about suara"]


async def test_the_plain_copy_is_for_the_recognizer_alone(recording: Path) -> None:
    tells = program("import os, sys; f = sys.argv[1]; print([os.stat(p).st_mode for p in (f, os.path.dirname(f))])")
    [words] = await Desk().left(tells, recording)
    assert words.endswith(f"[{stat.S_IFREG | 0o600}, {stat.S_IFDIR | 0o700}]")


async def test_what_a_crash_left_is_removed_and_another_key_is_told(
    recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = recording.parent / "spool" / "tmp1"
    left.mkdir(parents=True)
    (left / "message.flac").write_bytes(b"plain")
    transcriber = Transcriber(READS_ITS_ARGUMENT, Keyring.fresh(), recording.parent / "spool")
    assert not left.exists()
    assert await transcriber.text(recording) == ""
    assert f"sealed with key {RING.current.id}" in capsys.readouterr().out


async def test_a_long_or_odd_transcript_still_fits_into_the_description(recording: Path) -> None:
    [words] = await Desk().left(program("print('pajak\\x07 ' * 2000)"), recording)
    assert len(words) <= TEXT_LENGTH and words.isprintable()


async def test_what_somebody_wrote_is_left_alone(recording: Path) -> None:
    assert await Desk(Ticket("HTL-2026-000001", 0.0, description="Denda")).left(READS_ITS_ARGUMENT, recording) == []


@pytest.mark.parametrize(
    "command",
    [(), program("pass"), program("print('half'); raise SystemExit(1)"), ("/no/such/program", "{file}")],
    ids=["none set up", "hears nothing", "fails", "is not there"],
)
async def test_a_recognizer_that_says_nothing_of_use_writes_nothing(command: tuple[str, ...], recording: Path) -> None:
    assert await Desk().left(command, recording) == []


async def test_a_recognizer_that_hangs_is_stopped(tmp_path: Path, recording: Path) -> None:
    alive = tmp_path / "alive"
    code = f"import time, pathlib; time.sleep(0.6); pathlib.Path({str(alive)!r}).touch(); time.sleep(60)"
    transcriber = Transcriber(program(code), RING, tmp_path / "spool", timeout_s=0.3)
    assert await transcriber.text(recording) == ""
    assert not list((tmp_path / "spool").iterdir())
    await asyncio.sleep(1)
    assert not alive.exists()


def test_the_settings_want_to_know_where_the_file_goes() -> None:
    assert Settings.model_validate({"transcriber": "hear --language id {file}"}).transcriber == (
        "hear",
        "--language",
        "id",
        "{file}",
    )
    with pytest.raises(ValueError, match="where the program takes the message"):
        Settings.model_validate({"transcriber": "hear"})
