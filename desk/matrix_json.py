"""Cells of the matrix and their edits as JSON."""

from config.sop import Category
from desk import matrix_shapes
from desk.matrix import CategoryMatrix
from desk.serialise import Serialiser, words
from storage.matrix import MatrixRevision


def cell_json(cell: Category, matrix: CategoryMatrix) -> matrix_shapes.Category:
    """`revision` is what an edit of this cell has to name."""
    edit = matrix.last_edit(cell.code)
    return {
        "code": cell.code,
        "kind": cell.kind,
        "subject": cell.subject,
        "label": words(cell.label),
        "unit": cell.unit,
        "validation": cell.validation,
        "priority": cell.priority,
        "answer": words(cell.answer) if cell.answer else None,
        "required": [
            {"code": detail.code, "label": {"id": detail.label.id, "en": detail.label.en}} for detail in cell.required
        ],
        "examples": list(cell.examples),
        "active": cell.active,
        "revision": 0 if edit is None else edit.number,
        "edited": edit is not None and edit.action != "reset",
        "in_file": matrix.in_file(cell.code),
    }


def edit_json(edit: MatrixRevision, json: Serialiser) -> matrix_shapes.CategoryEdit:
    """One line of the history; `before` is null for a new cell."""
    return {
        "id": edit.id,
        "code": edit.code,
        "number": edit.number,
        "at": json.at(edit.at),
        "by": edit.by,
        "action": edit.action,
        "before": None if edit.before is None else dict(edit.before),
        "after": dict(edit.after),
    }
