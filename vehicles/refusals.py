"""A row, or a whole file, that cannot be taken: told with row, column and reason."""

from dataclasses import dataclass, field
from typing import Any

from config.base import Bilingual
from vehicles.words import FILE_REASONS, REASONS, filled


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was left out. `row` is 1 for the file's first; `column` is `""` when the whole row is meant.

    `code` is a key of `REASONS`, `values` fills its words; `value` is the beginning of what stood in the cell.
    """

    row: int
    column: str
    code: str
    value: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> Bilingual:
        return filled(REASONS[self.code], self.values)


class FileRefused(Exception):
    """A file of which nothing can be taken. `code` is a key of `FILE_REASONS`."""

    def __init__(self, code: str, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(self.message.en)

    @property
    def message(self) -> Bilingual:
        return filled(FILE_REASONS[self.code], self.values)
