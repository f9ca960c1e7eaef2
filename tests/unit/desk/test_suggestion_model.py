"""What the classifier says, and when it holds its tongue."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from desk.suggestions.model import SHOWN, SURE, WORTH_SHOWING, CategoryModel, Cell
from desk.suggestions.worker_main import answers

CELLS = config.load(environ={}).matrix.categories
EXAMPLES = [(text, cell.kind, cell.subject) for cell in CELLS for text in cell.examples]
AMONG: list[Cell] = [(cell.code, cell.kind, cell.subject) for cell in CELLS]
COMPLAINTS = [cell for cell in AMONG if cell[1] == "pengaduan"]


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return CategoryModel(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("petugas cek fisik minta uang rokok", "pengaduan-pungli"),
        ("aplikasi sambara eror tdk bs dibuka", "pengaduan-sambara"),
        ("sdh transfer tp pajak blm lunas, lewat atm", "pengaduan-esamsat"),
        ("BALIK NAMA SUDAH BERBULAN-BULAN BELUM JADI", "pengaduan-bbnkb"),
    ],
)
def test_a_complaint_is_recognised_also_abbreviated_and_mistyped(model: CategoryModel, text: str, code: str) -> None:
    assert model.suggest(text, COMPLAINTS)[0][0] == code


@given(st.text(max_size=200))
def test_whatever_is_typed_at_most_two_sure_enough_cells_are_named_best_first(model: CategoryModel, text: str) -> None:
    found = model.suggest(text, AMONG)
    scores = [score for _, score in found]

    assert len(found) <= SHOWN
    assert scores == sorted(scores, reverse=True)
    assert all(score >= WORTH_SHOWING for score in scores)
    assert not found or sum(scores) >= SURE - WORTH_SHOWING  # a second that is not worth showing has counted, too


@pytest.mark.parametrize("text", ["", "halo", "selamat pagi ibu", "xqz", "1234 5678"])
def test_nothing_is_said_about_what_tells_nothing(model: CategoryModel, text: str) -> None:
    assert model.suggest(text, AMONG) == []


@pytest.mark.parametrize("among", [AMONG[:1], [], [("new", "informasi", "new"), ("newer", "informasi", "newer")]])
def test_nothing_is_said_where_there_is_no_choice_or_nothing_was_learnt(model: CategoryModel, among) -> None:
    assert model.suggest("petugas cek fisik minta uang rokok", among) == []


def test_only_the_cells_that_were_asked_for_are_named(model: CategoryModel) -> None:
    few = [cell for cell in COMPLAINTS if cell[2] in ("pkb", "stnk")]
    found = model.suggest("plat nomor belum jadi, materi kosong", few)

    assert {code for code, _ in found} <= {code for code, _, _ in few}
    assert found[0][0] == "pengaduan-stnk"


def test_examples_of_one_kind_are_enough_and_of_one_subject_are_not() -> None:
    of_one_kind = [each for each in EXAMPLES if each[1] == "pengaduan"]

    assert CategoryModel(of_one_kind).suggest("petugas cek fisik minta uang", COMPLAINTS)[0][0] == "pengaduan-pungli"
    with pytest.raises(ValueError, match="two subjects"):
        CategoryModel([each for each in EXAMPLES if each[2] == "pkb"])


def test_the_worker_answers_each_order_by_its_number() -> None:
    orders = [
        {"n": 1, "text": "petugas minta uang", "among": AMONG},
        {"n": 2, "examples": EXAMPLES[:100]},
        {"n": 3, "examples": EXAMPLES[100:]},
        {"n": 4, "train": True},
        {"n": 5, "text": "petugas cek fisik minta uang rokok", "among": COMPLAINTS},
    ]
    said = list(answers(json.dumps(order) for order in orders))

    assert said[:4] == [
        {"n": 1, "items": []},
        {"n": 2, "heard": 100},
        {"n": 3, "heard": len(EXAMPLES)},
        {"n": 4, "trained": len(EXAMPLES)},
    ]
    assert (said[4]["n"], said[4]["items"][0][0]) == (5, "pengaduan-pungli")
