"""One YAML file: its plain data, and the line on which each part of it stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from config.problems import ConfigError, Problem

MOST_BYTES = 8 * 1024**2
MOST_DEPTH = 500
"""Brackets open at once, those in texts and remarks counted too; reading takes the square of it."""
MOST_VALUES = 500_000
"""Keys, scalars, lists and mappings of one file, each counted as often as an alias repeats it."""

Where = Sequence[str | int]
"""A way into a document: keys of mappings and indices of lists."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that could be read. `file` is its name for people."""

    file: str
    root: CommentedMap

    def plain(self) -> dict[Any, Any]:
        """The content as ordinary dicts, lists and scalars. Raises `ConfigError` where aliases unfold without end."""
        try:
            plain = _Unfolding().plain(self.root)
        except (_TooMuchError, RecursionError):
            reason = f"unfolds into more than {MOST_VALUES} values, or into itself: aliases (*name) repeat too much"
            raise ConfigError([Problem(self.file, 0, reason)]) from None
        assert isinstance(plain, dict)
        return plain

    def line(self, where: Where) -> int:
        """The line (from 1) of the deepest part of `where` that the file has.

        Steps that are not in the file (the tag of a union, a key that is missing) are passed over.
        """
        node: Any = self.root
        line = _first_line(self.root)
        for step in where:
            key = _key(node, step)
            if key is not None:
                line = node.lc.data[key][0] + 1
                node = node[key]
        return line


def read(path: Path) -> Document:
    """Read a file; raises ConfigError when it is not there, not UTF-8 or not YAML with keys at the top."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError([Problem(str(path), 0, f"is longer than {MOST_BYTES // 1024**2} MB")])
        text = path.read_text(encoding="utf-8")
        if _brackets_open(text) > MOST_DEPTH:
            raise ConfigError([Problem(str(path), 0, "is nested too deeply")])
        root = _yaml().load(text)
    except RecursionError as error:
        raise ConfigError([Problem(str(path), 0, "is nested too deeply")]) from error
    except OSError as error:
        raise ConfigError([Problem(str(path), 0, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([Problem(str(path), 0, f"is not UTF-8 text (byte {error.start})")]) from error
    except MarkedYAMLError as error:
        raise ConfigError([_not_yaml(path, error)]) from error
    except YAMLError as error:
        raise ConfigError([Problem(str(path), 0, f"is not YAML: {error}")]) from error
    if root is None:
        return Document(str(path), CommentedMap())
    if not isinstance(root, CommentedMap):
        raise ConfigError([Problem(str(path), 1, "should be keys with values, like `name: value`")])
    return Document(str(path), root)


class _Constructor(RoundTripConstructor):
    """Says where a value stands that looks like a date and is none, such as 2026-02-30."""

    def construct_yaml_timestamp(self, node: ScalarNode, values: Any = None) -> Any:
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError as error:
            problem = f"{node.value} is no date: {error}"
            raise ConstructorError(None, None, problem, node.start_mark) from error


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.Constructor = _Constructor
    return yaml


def _not_yaml(path: Path, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or "unreadable").splitlines()[0]
    return Problem(str(path), mark.line + 1 if mark else 0, f"is not YAML: {problem}")


def _first_line(root: CommentedMap) -> int:
    lines = [place[0] for place in (root.lc.data or {}).values()]
    return min(lines, default=0) + 1


def _key(node: Any, step: str | int) -> Any:
    """The key of `node` that `step` names: dates and numbers as keys come back from validation as text."""
    if isinstance(node, CommentedSeq):
        return step if isinstance(step, int) and step < len(node) else None
    if isinstance(node, CommentedMap):
        return next((key for key in node if str(key) == str(step)), None)
    return None


def _brackets_open(text: str) -> int:
    """The most that are open at once, as if there were no quotes."""
    steps = (1 if each in "[{" else -1 for each in re.findall(r"[\[{}\]]", text))
    return max(accumulate(steps), default=0)


class _TooMuchError(Exception):
    """More values than a file of an office can mean."""


class _Unfolding:
    """Copies what a file says, alias by alias: ten lines of them can stand for more than any memory holds."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def plain(self, value: Any) -> Any:
        """Raises `_TooMuchError`."""
        self._left -= 1
        if self._left < 0:
            raise _TooMuchError
        if isinstance(value, Mapping):
            return {self.plain(key): self.plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        for scalar in (bool, int, float, str):
            if isinstance(value, scalar):
                return scalar(value)
        return value
