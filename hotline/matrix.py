"""The category matrix as it is in force: the data file's cells, and over them what admins have edited."""

from collections.abc import Mapping

from config.base import KINDS, Kind
from config.sop import Category, Matrix


def in_force(file: Matrix, edits: Mapping[str, Category]) -> Matrix:
    """`file` with the cells of `edits` (by code) in their places, and cells that only `edits` knows behind.

    A cell of the file whose kind and subject an added one has taken goes out of use: its old tickets keep it.
    """
    known = {category.code for category in file.categories}
    added = [category for code, category in edits.items() if code not in known]
    taken = {(category.kind, category.subject) for category in added}
    cells = (edits.get(category.code, category) for category in file.categories)
    kept = (cell.model_copy(update={"active": False}) if (cell.kind, cell.subject) in taken else cell for cell in cells)
    return Matrix(categories=(*kept, *added))


def with_cell(matrix: Matrix, cell: Category) -> Matrix:
    """The matrix with one cell changed, or added at the end."""
    if matrix.get(cell.code) is None:
        return Matrix(categories=(*matrix.categories, cell))
    return Matrix(categories=tuple(cell if each.code == cell.code else each for each in matrix.categories))


def kinds_without_cells(matrix: Matrix) -> tuple[Kind, ...]:
    """Kinds of which no cell is in use: their tickets could not be classified any more."""
    used = {category.kind for category in matrix.categories if category.active}
    return tuple(kind for kind in KINDS if kind not in used)


def at(matrix: Matrix, kind: Kind, subject: str) -> Category | None:
    """The cell of a kind and a subject: the one in use, else any."""
    cells = [cell for cell in matrix.categories if (cell.kind, cell.subject) == (kind, subject)]
    return next((cell for cell in cells if cell.active), cells[0] if cells else None)
