"""What a category asks for beside the SOP's own fields: lines of the description."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.base import Bilingual
from config.sop import Category, Detail, Matrix
from hotline.details import code_for, untold
from hotline.fields import InvalidFields
from hotline.procedure import Procedure
from hotline.sop import Action, SopViolation
from hotline.ticket import Step
from tests.unit.hotline.an_installation import AREAS, FILLED_IN, MATRIX, OFFICES, SOP, a_ticket

PLACE = Detail.model_validate({"code": "tempat", "label": {"id": "Tempat kejadian", "en": "Place"}})
WHEN = Detail.model_validate({"code": "waktu", "label": {"id": "Waktu", "en": "Time"}})
ASKING = Category(
    code="pengaduan.pungli",
    kind="pengaduan",
    subject="pungli",
    label=Bilingual(id="Pungutan liar", en="Illegal levies"),
    required=(PLACE, WHEN),
)
TOLD = "Diminta uang.\nTempat kejadian: Samsat Soreang\nwaktu:  kemarin pagi"


def a_procedure(category: Category = ASKING) -> Procedure:
    return Procedure(SOP, Matrix(categories=(*MATRIX.categories, category)), OFFICES, AREAS)


def at_classify(description: str, procedure: Procedure):
    ticket = procedure.take(a_ticket(), "rina", 101.0)
    facts = {**FILLED_IN, "kind": "pengaduan", "category": ASKING.code, "description": description}
    for at, action in enumerate((Action.GREET, Action.IDENTIFY, Action.RECORD), 102):
        ticket = procedure.advance(ticket, action, facts, "rina", float(at))
    return ticket


@pytest.mark.parametrize(
    ("description", "missing"),
    [
        ("", ("tempat", "waktu")),
        ("Tempat kejadian:\nWaktu: ", ("tempat", "waktu")),
        ("Tempat kejadian Soreang, waktu pagi", ("tempat", "waktu")),
        ("PLACE: Soreang", ("waktu",)),
        ("  tempat   kejadian : Soreang\nTime: 08.15", ()),
        (TOLD, ()),
    ],
)
def test_a_detail_is_told_by_a_line_with_its_label_in_either_language(description: str, missing) -> None:
    assert untold((PLACE, WHEN), description) == missing


@given(st.text(), st.text(min_size=1).filter(lambda told: told.strip() and len(told.splitlines()) == 1))
def test_a_line_with_label_and_words_tells_whatever_stands_around_it(around: str, told: str) -> None:
    assert untold((WHEN,), f"{around}\nWaktu: {told}\n{around}") == ()


def test_the_missing_details_are_named_before_and_when_the_step_is_refused() -> None:
    procedure = a_procedure()
    ticket = at_classify("Diminta uang.\nWaktu: kemarin", procedure)
    assert procedure.missing(ticket) == {Action.CLASSIFY: ("tempat",)}
    with pytest.raises(SopViolation) as refused:
        procedure.advance(ticket, Action.CLASSIFY, {}, "rina", 110.0)
    assert refused.value.missing == ("tempat",)


def test_a_ticket_that_tells_everything_goes_on_to_the_answer() -> None:
    procedure = a_procedure()
    assert procedure.advance(at_classify(TOLD, procedure), Action.CLASSIFY, {}, "rina", 110.0).step is Step.ANSWER


def test_a_ticket_whose_category_is_changed_later_cannot_be_closed_without_the_details() -> None:
    procedure = a_procedure()
    ticket = procedure.take(a_ticket(), "rina", 101.0)
    for at, action in enumerate((Action.GREET, Action.IDENTIFY, Action.RECORD, Action.CLASSIFY), 102):
        ticket = procedure.advance(ticket, action, FILLED_IN, "rina", float(at))
    with pytest.raises(SopViolation) as refused:
        procedure.advance(ticket, Action.CLOSE, {"kind": "pengaduan", "category": ASKING.code}, "rina", 110.0)
    assert refused.value.missing == ("tempat", "waktu")


def test_a_procedure_goes_by_the_matrix_it_was_given_last() -> None:
    procedure = a_procedure()
    ticket = at_classify("Diminta uang.", procedure)
    procedure.use(Matrix(categories=(ASKING.model_copy(update={"required": ()}),)))
    assert procedure.missing(ticket) == {}


def test_a_category_out_of_use_is_refused_for_a_ticket_that_does_not_have_it_yet() -> None:
    procedure = a_procedure(ASKING.model_copy(update={"active": False, "required": ()}))
    with pytest.raises(InvalidFields) as refused:
        procedure.edit(a_ticket(), {"category": ASKING.code}, "rina", 1.0)
    assert [error.code for error in refused.value.errors] == ["category_inactive"]


def test_a_ticket_keeps_a_category_that_goes_out_of_use_and_can_be_closed_with_it() -> None:
    procedure = a_procedure()
    ticket = at_classify(TOLD, procedure)
    procedure.use(Matrix(categories=(ASKING.model_copy(update={"active": False}),)))
    assert procedure.edit(ticket, {"category": ASKING.code}, "rina", 1.0) == ticket
    answered = procedure.advance(ticket, Action.CLASSIFY, {}, "rina", 110.0)
    assert procedure.advance(answered, Action.CLOSE, {"answer": "Diteruskan."}, "rina", 120.0).step is Step.CLOSED


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Tanggal bayar", "tanggal_bayar"),
        ("  Kanal (pembayaran) ", "kanal_pembayaran"),
        ("2 saksi", "detail_2_saksi"),
        ("?!", "detail"),
        ("時刻", "detail"),
    ],
)
def test_a_new_detail_gets_a_code_made_of_its_label(label: str, code: str) -> None:
    assert code_for(label) == code


@given(st.text(min_size=1, max_size=40).filter(lambda label: label.strip() and ":" not in label and "\n" not in label))
def test_whatever_it_is_called_the_code_is_one(label: str) -> None:
    assert Detail.model_validate({"code": code_for(label), "label": {"id": label, "en": label}}).code == code_for(label)
