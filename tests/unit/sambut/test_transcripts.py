"""The program that turns messages into words, well and badly behaved."""

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.settings import Settings
from hotline.fields import TEXT_LENGTH
from hotline.ticket import Ticket
from sambut.transcripts import Transcriber, Transcripts

RECORDING = Path("message.flac")


def program(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code, "{file}"


PRINTS_ITS_ARGUMENT = program("import sys; print('about', sys.argv[1])")


@dataclass
class Desk:
    """One ticket, and what is written into it."""

    ticket: Ticket | None = field(default_factory=lambda: Ticket("HTL-2026-000001", 0.0))
    written: list[str] = field(default_factory=list)

    async def find(self, number: str) -> Ticket | None:
        return self.ticket

    def describe(self, ticket: Ticket, words: str) -> None:
        self.written.append(words)

    async def left(self, command: tuple[str, ...]) -> list[str]:
        await Transcripts(command, self.find, self.describe).write("HTL-2026-000001", RECORDING)
        return self.written


async def test_the_words_are_written_with_a_mark_that_a_machine_heard_them() -> None:
    assert await Desk().left(PRINTS_ITS_ARGUMENT) == ["[Transkrip otomatis] about message.flac"]


async def test_a_long_or_odd_transcript_still_fits_into_the_description() -> None:
    [words] = await Desk().left(program("print('pajak\\x07 ' * 2000)"))
    assert len(words) <= TEXT_LENGTH and words.isprintable()


async def test_what_somebody_wrote_is_left_alone() -> None:
    assert await Desk(Ticket("HTL-2026-000001", 0.0, description="Denda")).left(PRINTS_ITS_ARGUMENT) == []


@pytest.mark.parametrize(
    "command",
    [(), program("pass"), program("print('half'); raise SystemExit(1)"), ("/no/such/program", "{file}")],
    ids=["none set up", "hears nothing", "fails", "is not there"],
)
async def test_a_recognizer_that_says_nothing_of_use_writes_nothing(command: tuple[str, ...]) -> None:
    assert await Desk().left(command) == []


async def test_a_recognizer_that_hangs_is_stopped(tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    code = f"import time, pathlib; time.sleep(0.6); pathlib.Path({str(alive)!r}).touch(); time.sleep(60)"
    assert await Transcriber(program(code), timeout_s=0.3).text(RECORDING) == ""
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
