"""The data file's cells, and over them what was edited."""

from hypothesis import given
from hypothesis import strategies as st

from config.base import KINDS
from config.sop import Category, Matrix
from hotline.matrix import at, in_force, kinds_without_cells, with_cell

SUBJECTS = ("pkb", "stnk", "lain")


def a_cell(code: str, kind: str = "informasi", subject: str = "pkb", **more: object) -> Category:
    label = {"id": code, "en": code}
    return Category.model_validate({"code": code, "kind": kind, "subject": subject, "label": label, **more})


FILE = Matrix(categories=tuple(a_cell(f"{kind}-{subject}", kind, subject) for kind in KINDS for subject in SUBJECTS))
CODES = [cell.code for cell in FILE.categories]


def test_without_edits_the_file_is_in_force() -> None:
    assert in_force(FILE, {}) == FILE


@given(st.sets(st.sampled_from(CODES)))
def test_an_edited_cell_stands_where_the_files_stood_and_all_others_stay(codes: set[str]) -> None:
    edits = {code: cell.model_copy(update={"unit": "edited"}) for code in codes if (cell := FILE.get(code))}
    found = in_force(FILE, edits)

    assert [cell.code for cell in found.categories] == CODES
    assert {cell.code for cell in found.categories if cell.unit == "edited"} == codes


def test_an_added_cell_stands_behind_the_files() -> None:
    new = a_cell("informasi-opsen", subject="opsen")
    assert in_force(FILE, {new.code: new}).categories == (*FILE.categories, new)


def test_a_cell_that_the_file_gets_later_in_the_place_of_an_added_one_is_out_of_use() -> None:
    added = a_cell("ours", subject="pkb")
    found = in_force(FILE, {"ours": added})

    assert [cell.code for cell in found.categories if not cell.active] == ["informasi-pkb"]
    assert at(found, "informasi", "pkb") == added


def test_a_cell_is_changed_in_its_place_or_added_at_the_end() -> None:
    changed = a_cell("informasi-stnk", subject="stnk", unit="x")
    new = a_cell("informasi-opsen", subject="opsen")

    assert [cell.code for cell in with_cell(FILE, changed).categories] == CODES
    assert with_cell(FILE, changed).get("informasi-stnk") == changed
    assert with_cell(FILE, new).categories[-1] == new


def test_a_kind_whose_cells_are_all_out_of_use_is_named() -> None:
    used = tuple(cell.model_copy(update={"active": cell.kind == "pengaduan"}) for cell in FILE.categories)

    assert kinds_without_cells(FILE) == ()
    assert kinds_without_cells(Matrix(categories=used)) == ("informasi",)


def test_there_is_nothing_where_kind_and_subject_have_no_cell() -> None:
    assert at(FILE, "informasi", "opsen") is None
