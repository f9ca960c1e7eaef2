"""The JSON of the category matrix: its cells, their edits, and suggestions."""

from typing import Any

from typing_extensions import TypedDict

from desk.shapes import Words


class Detail(TypedDict):
    """What a description has to tell, on a line `label: …`; `code` stands in a ticket's `missing`."""

    code: str
    label: Words


class Category(TypedDict):
    """`revision` is the number of the cell's last edit, which the next one has to name; 0 before any.

    `edited`: not as the data file has it. Old tickets may name a cell that is not `active`; new ones cannot.
    """

    code: str
    kind: str
    subject: str
    label: Words
    unit: str
    validation: bool
    priority: str
    answer: Words | None
    required: list[Detail]
    examples: list[str]
    active: bool
    revision: int
    edited: bool
    in_file: bool


class Categories(TypedDict):
    items: list[Category]


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
