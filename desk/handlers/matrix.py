"""The category matrix: everybody reads it, the admin edits it, and every edit is kept."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from config.base import Bilingual, Kind
from config.sop import Category, Code, Detail, DetailLabel, Priority
from desk import matrix_shapes
from desk.context import Ask, Nothing
from desk.field_errors import field_error, words
from desk.handlers.fields import Line
from desk.matrix_json import cell_json, edit_json
from desk.problems import Problem
from desk.roles import Permission
from desk.routing import route
from hotline.details import code_for

ANSWER_LENGTH = 2000
MOST_DETAILS, MOST_EXAMPLES = 8, 40

Label = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
AnswerText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=ANSWER_LENGTH, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]
DetailName = Annotated[
    Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^:\x00-\x1f\x7f]+$")
]
Sentence = Annotated[Line, StringConstraints(strip_whitespace=True, min_length=3)]


class LabelWords(BaseModel, extra="forbid"):
    id: Label
    en: Label


class AnswerWords(BaseModel, extra="forbid"):
    id: AnswerText
    en: AnswerText


class DetailWords(BaseModel, extra="forbid"):
    id: DetailName
    en: DetailName


class DetailBody(BaseModel, extra="forbid"):
    """Without a code one is made of the Indonesian label."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)] | None = None
    label: DetailWords


class CellBody(BaseModel, extra="forbid"):
    """Everything of a cell that can be edited. An answer without words in either language is no answer."""

    label: LabelWords
    unit: Annotated[Line, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    validation: bool = False
    priority: Priority = "normal"
    answer: AnswerWords | None = None
    required: Annotated[list[DetailBody], Field(max_length=MOST_DETAILS)] = []
    examples: Annotated[list[Sentence], Field(max_length=MOST_EXAMPLES)] = []
    active: bool = True


class CellChange(CellBody):
    revision: Annotated[int, Field(ge=0)]
    """The edit of the cell that was on the page; refused when it is not the last one any more."""


class NewCell(CellBody):
    kind: Kind
    subject: Code
    code: Code | None = None
    """Kind and subject with a hyphen between, if not given."""


class CellReset(BaseModel, extra="forbid"):
    revision: Annotated[int, Field(ge=0)]


class HistorySearch(BaseModel, extra="forbid"):
    code: Line | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Line | None = None


async def categories(ask: Ask[Nothing, Nothing]) -> matrix_shapes.Categories:
    matrix = ask.desk.matrix
    return {"items": [cell_json(cell, matrix) for cell in matrix.current.categories]}


async def change(ask: Ask[CellChange, Nothing]) -> matrix_shapes.Category:
    matrix, old = ask.desk.matrix, ask.desk.matrix.cell(ask.path("code"))
    cell = _cell(ask.body, old.code, old.kind, old.subject)
    try:
        await matrix.change(cell, ask.body.revision, ask.me.username)
    except Problem as refused:
        raise _with_current(refused, ask, old.code) from refused
    return cell_json(matrix.cell(old.code), matrix)


async def add(ask: Ask[NewCell, Nothing]) -> matrix_shapes.Category:
    matrix, new = ask.desk.matrix, ask.body
    cell = _cell(new, new.code or f"{new.kind}-{new.subject}"[:60], new.kind, new.subject)
    await matrix.add(cell, ask.me.username)
    return cell_json(matrix.cell(cell.code), matrix)


async def reset(ask: Ask[CellReset, Nothing]) -> matrix_shapes.Category:
    matrix, code = ask.desk.matrix, ask.path("code")
    try:
        await matrix.reset(code, ask.body.revision, ask.me.username)
    except Problem as refused:
        raise _with_current(refused, ask, code) from refused
    return cell_json(matrix.cell(code), matrix)


async def history(ask: Ask[Nothing, HistorySearch]) -> matrix_shapes.CategoryHistory:
    query = ask.query
    page = await ask.desk.store.matrix.history(query.code, query.limit, query.cursor)
    return {"items": [edit_json(edit, ask.desk.json) for edit in page.items], "next": page.next, "total": page.total}


def _cell(body: CellBody, code: str, kind: Kind, subject: str) -> Category:
    answer = body.answer if body.answer and (body.answer.id or body.answer.en) else None
    return Category(
        code=code,
        kind=kind,
        subject=subject,
        label=_words(body.label),
        unit=body.unit,
        validation=body.validation,
        priority=body.priority,
        answer=None if answer is None else Bilingual(id=answer.id or answer.en, en=answer.en or answer.id),
        required=_details(body.required),
        examples=tuple(dict.fromkeys(body.examples)),
        active=body.active,
    )


def _words(label: LabelWords) -> Bilingual:
    return Bilingual(id=label.id, en=label.en)


def _details(required: list[DetailBody]) -> tuple[Detail, ...]:
    details = tuple(
        Detail(code=each.code or code_for(each.label.id), label=DetailLabel(id=each.label.id, en=each.label.en))
        for each in required
    )
    codes = [detail.code for detail in details]
    twice = next((at for at, code in enumerate(codes) if code in codes[:at]), None)
    if twice is not None:
        message = words("Isian wajib ini sudah ada di atas.", "This required detail stands above already.")
        raise Problem("invalid", errors=[field_error(f"required.{twice}.label.id", "twice", message)])
    return details


def _with_current(refused: Problem, ask: Ask[Any, Nothing], code: str) -> Problem:
    """What the cell is now comes with the refusal, so that nobody has to load the page and type again."""
    if refused.code != "cell_changed":
        return refused
    matrix = ask.desk.matrix
    return Problem(refused.code, refused.detail, current=cell_json(matrix.cell(code), matrix))


_EDITS = Permission.MANAGE_MATRIX

ROUTES = (
    route("GET", "/categories", categories, "The category matrix in force; a cell out of use has `active` false"),
    route("GET", "/categories/history", history, "Who edited which cell, newest first", permission=_EDITS),
    route("POST", "/categories", add, "Add a cell", permission=_EDITS, status=201, problems=("cell_exists",)),
    route(
        "PUT",
        "/categories/{code}",
        change,
        "Edit a cell: the whole of it, and the `revision` that was edited",
        permission=_EDITS,
        problems=("not_found", "cell_changed", "last_category"),
    ),
    route(
        "POST",
        "/categories/{code}/reset",
        reset,
        "The cell as the data file has it, from now on",
        permission=_EDITS,
        problems=("not_found", "cell_changed", "last_category"),
    ),
)
