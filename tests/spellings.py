"""The corpus of spellings (`spellings.yaml`): how numbers come, and as what they are read."""

from pathlib import Path
from typing import Any

import yaml

_CORPUS: dict[str, list[Any]] = yaml.safe_load(Path(__file__).with_name("spellings.yaml").read_text(encoding="utf-8"))

NUMBERS: list[tuple[str, str]] = [(raw, number) for raw, number in _CORPUS["numbers"]]
SEVERAL: list[str] = _CORPUS["several"]
SINGLE: list[str] = _CORPUS["single"]
HEADERS: list[tuple[list[str], str]] = [(lines, number) for lines, number in _CORPUS["headers"]]
