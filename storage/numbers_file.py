"""Which ticket numbers this node holds, on its own disk: for a start while the database is away."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Block:
    """Numbers `next` to `last` inclusive of a block that began at `first`; `next > last` when it is used up."""

    first: int
    last: int
    next: int

    @property
    def left(self) -> int:
        return self.last + 1 - self.next


class NumbersFile:
    """Blocks by year. It names its node: another one with the same file would give the same numbers."""

    def __init__(self, path: Path, node: str, prefix: str) -> None:
        self._path = path
        self._owner = {"node": node, "prefix": prefix}

    def read(self) -> list[tuple[int, Block]]:
        """What was written last; nothing if there is no such file, or it is not this node's."""
        try:
            content = json.loads(self._path.read_text(encoding="ascii"))
            if {name: content[name] for name in self._owner} != self._owner:
                return []
            return [(int(year), Block(*map(int, block))) for year, *block in content["blocks"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("ticket_numbers_not_read", error=type(error).__name__)
            return []

    def write(self, blocks: Iterable[tuple[int, Block]]) -> None:
        """Durably, whole or not at all. Blocking; a disk that does not take it is told of and no reason to stop."""
        rows = [[year, block.first, block.last, block.next] for year, block in blocks]
        part = self._path.with_suffix(".part")
        try:
            with part.open("w", encoding="ascii") as file:
                json.dump({**self._owner, "blocks": rows}, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)
        except OSError as error:
            log.warning("ticket_numbers_not_written", error=type(error).__name__)
