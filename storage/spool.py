"""Where writes wait on disk while the database is away: JSON lines in numbered files, flushed to the medium."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

SEGMENT_LINES = 500
"""Lines a file may hold before the next one begins. One file is one transaction when it is replayed."""


class Spool:
    """An ordered queue of lines on disk. Blocking: call it from a thread. One user at a time.

    `append` returns when the lines are on the medium (fsync); `first` and `drop_first` take them out
    again in the order in which they came. What cannot be used is put aside in `records.refused`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._segments = sorted(folder.glob("*.jsonl"))
        # Never append to a file of an earlier process: its last line may be torn.
        self._lines_in_last = SEGMENT_LINES
        self._next = 1 + max((int(path.stem) for path in self._segments), default=0)

    @property
    def empty(self) -> bool:
        return not self._segments

    @property
    def segments(self) -> int:
        """How many files wait."""
        return len(self._segments)

    def append(self, lines: Sequence[str]) -> None:
        """Adds `lines` behind all others. Raises `OSError`; then none of them counts as kept."""
        if self._lines_in_last + len(lines) > SEGMENT_LINES or not self._segments:
            self._begin_segment()
        path = self._segments[-1]
        try:
            _append_durably(path, "".join(f"{line}\n" for line in lines))
        except OSError:
            self._lines_in_last = SEGMENT_LINES  # a torn line may stand there now
            raise
        self._lines_in_last += len(lines)

    def first(self) -> list[str]:
        """The lines of the oldest file. A torn last line was never acknowledged and is put aside."""
        text = self._segments[0].read_text(encoding="utf-8", errors="replace")
        lines = text.split("\n")
        if torn := lines.pop():
            self.refuse(torn, "torn line")
        return lines

    def drop_first(self) -> None:
        """The oldest file has been replayed."""
        self._segments.pop(0).unlink(missing_ok=True)
        _sync_folder(self._folder)
        if not self._segments:
            self._lines_in_last = SEGMENT_LINES

    def refuse(self, line: str, why: str) -> None:
        """Puts a line aside for a person to look at, with the reason. Raises `OSError`."""
        entry = json.dumps({"why": why, "line": line})
        _append_durably(self._folder / "records.refused", entry + "\n")

    def _begin_segment(self) -> None:
        path = self._folder / f"{self._next:010d}.jsonl"
        path.touch(mode=0o600)
        _sync_folder(self._folder)
        self._segments.append(path)
        self._next += 1
        self._lines_in_last = 0


def _append_durably(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
