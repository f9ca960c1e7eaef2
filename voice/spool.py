"""The folder in which recorders write while calls run: names, and what a killed service left there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from voice.wav import WavError, WavReader

Role = Literal["caller", "operator", "message"]
"""Whose sound it is; a message is what a caller leaves when nobody answers."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What the recorders of one call left. The offsets (seconds) align the two sides: both ended at the same moment."""

    call: str
    caller: Path | None
    operator: Path | None
    message: Path | None
    caller_offset_s: float
    operator_offset_s: float


def source(spool: Path, call: str, role: Role) -> Path:
    """Where the recorder of one side of a call writes its WAV."""
    return spool / f"{call}.{role}.wav"


def unfinished(spool: Path) -> list[Unfinished]:
    """Calls whose recordings are still in the spool. Call it before new calls come in; it changes nothing."""
    calls = {
        path.name.split(".")[0] for role in ("caller", "operator", "message") for path in spool.glob(f"*.{role}.wav")
    }
    return [_unfinished(spool, call) for call in sorted(calls)]


def _unfinished(spool: Path, call: str) -> Unfinished:
    caller, operator, message = (_present(source(spool, call, role)) for role in ("caller", "operator", "message"))
    starts = {path: _started_at(path) for path in (caller, operator) if path}
    first = min(starts.values(), default=0.0)
    offsets = [starts[path] - first if path else 0.0 for path in (caller, operator)]
    return Unfinished(call, caller, operator, message, *offsets)


def _present(path: Path) -> Path | None:
    return path if path.exists() else None


def _started_at(path: Path) -> float:
    """When its first sample was recorded, in seconds since the epoch: it was last written when the last one was."""
    return path.stat().st_mtime - _duration_s(path)


def _duration_s(path: Path) -> float:
    try:
        with path.open("rb") as file:
            reader = WavReader(file)
            return reader.frames / reader.rate
    except WavError:
        return 0.0


def set_aside(path: Path) -> None:
    """Takes a file out of the way that is no WAV, without destroying it: someone may still make sense of it."""
    path.rename(path.with_name(f"{path.name}.unreadable"))
