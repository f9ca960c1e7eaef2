"""The totals under a register, counted while its rows go by."""

from collections import Counter
from collections.abc import Sequence

from config.base import Language
from paper.register import COLUMNS, Cell
from paper.words import word

_KIND, _STATUS = COLUMNS.index("kind"), COLUMNS.index("closed_as")


class Tally:
    """Counts rows by kind and by what came of them."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._kinds: Counter[str] = Counter()
        self._states: Counter[str] = Counter()
        self.rows = 0

    def count(self, row: Sequence[Cell]) -> None:
        """One more row."""
        self.rows += 1
        self._kinds[str(row[_KIND]) or word("unclassified", self._language)] += 1
        self._states[str(row[_STATUS])] += 1

    def totals(self) -> list[tuple[str, int]]:
        """Label and count: all, then by kind, then by status, the largest first."""
        return [(word("total", self._language), self.rows), *self._kinds.most_common(), *self._states.most_common()]
