"""Recordings by people that take the place of synthesized prompts, found by name in a folder and checked."""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import soundfile

from voice.levels import Samples, is_silent
from voice.resample import resampled

SUFFIXES = (".wav", ".flac", ".opus", ".ogg")
MUSIC = "music"  # the folder beside those of the languages
_FORMATS = {"WAV", "WAVEX", "FLAC", "OGG"}  # as soundfile calls what is inside
_RATES = range(8000, 192_001)
_LONGEST_S: Mapping[str, float] = {MUSIC: 900.0}  # by folder
_LONGEST_PROMPT_S = 120.0


@dataclass(frozen=True, slots=True)
class OverrideProblem:
    """A file that is not used, and why. The synthesized prompt (or our own music) is used instead."""

    file: Path
    reason: str


class RefusedError(Exception):
    """This file cannot be used; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names that recordings in one folder may have."""

    known: Set[str] | None  # None: any
    varying: Set[str] = frozenset()  # prompts with values in them: known, but no recording fits them


@dataclass(frozen=True, slots=True)
class Overrides:
    """What was found: usable sound by folder and name, and the files that were refused."""

    files: Mapping[tuple[str, str], Path]
    problems: tuple[OverrideProblem, ...] = ()


def collect(root: Path, folders: Mapping[str, Names], convert: Callable[[Path], Path]) -> Overrides:
    """Looks through `folders` under `root`. `convert` makes a file playable or raises `RefusedError`."""
    files: dict[tuple[str, str], Path] = {}
    problems: list[OverrideProblem] = []
    for folder, names in folders.items():
        for path in _candidates(root / folder):
            try:
                _check_name(path, names)
                if (folder, path.stem) in files:
                    raise RefusedError(f"there is another recording of {path.stem!r} in this folder")
                files[folder, path.stem] = convert(path)
            except RefusedError as refused:
                problems.append(OverrideProblem(path, str(refused)))
    return Overrides(files, tuple(problems))


def load(path: Path, rate: int) -> Samples:
    """The sound in `path` as mono at `rate` hertz. Raises `RefusedError`."""
    try:
        with soundfile.SoundFile(path) as file:
            _check(file, _LONGEST_S.get(path.parent.name, _LONGEST_PROMPT_S))
            samples: Samples = file.read(dtype="float64", always_2d=True).mean(axis=1)
            source = int(file.samplerate)
    except (soundfile.SoundFileError, OSError) as error:
        raise RefusedError(f"cannot be read: {error}") from error
    if is_silent(samples, source):
        raise RefusedError("nothing can be heard in it")
    return resampled(samples, source, rate)


def _check(file: soundfile.SoundFile, longest_s: float) -> None:
    if file.format not in _FORMATS:
        raise RefusedError(f"holds {file.format}, not WAV, FLAC or Opus")
    if file.samplerate not in _RATES:
        raise RefusedError(f"its sampling rate is {file.samplerate} Hz; {_RATES[0]} to {_RATES[-1]} can be used")
    if file.frames > longest_s * file.samplerate:
        raise RefusedError(f"is {file.frames / file.samplerate:.0f} s long; {longest_s:.0f} s is the limit")


def _candidates(folder: Path) -> Iterator[Path]:
    """All files that someone may have meant as a recording, in the order of their names."""
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def _check_name(path: Path, names: Names) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise RefusedError(f"not one of {', '.join(SUFFIXES)}")
    if names.known is not None and path.stem not in names.known:
        raise RefusedError(f"there is no prompt named {path.stem!r}")
    if path.stem in names.varying:
        raise RefusedError("this prompt says a value that differs from call to call; one recording cannot")
