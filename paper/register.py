"""The register's columns, shared by CSV, XLSX and PDF, and its rows as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from config.base import Language
from config.sop import Matrix
from hotline.ticket import Step, Ticket
from paper.ticket_sheet import Names, status
from paper.words import CALLBACK_REASONS, STEPS, word_or_code

Cell = str | float
"""Text, or a moment in Unix seconds."""

COLUMNS = (
    "number", "created_at", "closed_at", "closed_as", "step", "kind", "category", "caller_name", "caller_number",
    "plate", "region", "description", "answer", "operator", "callback",
)  # fmt: skip
MOMENTS = frozenset({"created_at", "closed_at"})


def codes(ticket: Ticket) -> dict[str, Cell]:
    """A ticket's values as they are kept, in the order of `COLUMNS`; `""` for what there is not."""
    callback = ticket.callback.reason if ticket.callback else ""
    return {name: callback if name == "callback" else getattr(ticket, name) or "" for name in COLUMNS}


@dataclass(frozen=True, slots=True)
class Span:
    """What a register is of: its name (`24 November 2026`), and the zone its moments are written in."""

    name: str
    zone: str

    @property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class Rows:
    """Rows for people: codes have become names."""

    def __init__(self, matrix: Matrix, names: Names, language: Language) -> None:
        self._names = names
        self._language = language
        self._categories = {cell.code: cell.label.in_language(language) for cell in matrix.categories}

    def row(self, ticket: Ticket) -> list[Cell]:
        """Values in the order of `COLUMNS`."""
        return list({**codes(ticket), **self._named(ticket)}.values())

    def _named(self, ticket: Ticket) -> Mapping[str, str]:
        language = self._language
        reason = ticket.callback.reason if ticket.callback else ""
        return {
            "closed_as": status(ticket, language),
            "step": STEPS[Step(ticket.step)].in_language(language),
            "kind": word_or_code(ticket.kind, language) if ticket.kind else "",
            "category": self._categories.get(ticket.category, ticket.category),
            "region": self._names.of(ticket.region, language),
            "operator": self._names.of(ticket.operator, language),
            "callback": CALLBACK_REASONS[reason].in_language(language) if reason in CALLBACK_REASONS else reason,
        }
