"""The JSON of the category matrix's edits and suggestions."""

from typing import Any

from typing_extensions import TypedDict


class CategoryEdit(TypedDict):
    """`before` and `after` are whole cells as they are kept; `action` is add, change or reset."""

    id: int
    code: str
    number: int
    at: str
    by: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any]


class CategoryHistory(TypedDict):
    items: list[CategoryEdit]
    next: str | None
    total: int


class CategorySuggestion(TypedDict):
    """`score` is how likely the cell is among those of the kind that was asked for, from 0 to 1."""

    code: str
    score: float


class SuggestionModel(TypedDict):
    """`trained_at` is null until something was learnt; `examples` are the matrix's, `tickets` the closed ones."""

    trained_at: str | None
    examples: int
    tickets: int
    training: bool


class CategorySuggestions(TypedDict):
    items: list[CategorySuggestion]
    model: SuggestionModel
