"""A folder of data files in which a test changes what it wants to see refused."""

from pathlib import Path

import pytest

from config import DEFAULTS, Problem, check


class Office:
    """A configuration folder that starts as a copy of the defaults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def replace(self, file: str, old: str, new: str) -> None:
        """Change one place of a default file; the test fails when the place is not there."""
        text = self._text(file)
        assert old in text, f"{file} has no {old!r}"
        self.write(file, text.replace(old, new, 1))

    def add(self, file: str, text: str) -> None:
        self.write(file, self._text(file) + text)

    def line_of(self, file: str, text: str) -> int:
        """The line (from 1) on which `text` stands first."""
        lines = self._text(file).splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def problems(self) -> list[tuple[str, int, str]]:
        return [(Path(found.file).name, found.line, found.reason) for found in self.found()]

    def found(self) -> list[Problem]:
        return check(self.folder, {})

    def _text(self, file: str) -> str:
        own = self.folder / file
        return (own if own.exists() else DEFAULTS / file).read_text(encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)
