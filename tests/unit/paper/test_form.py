"""The form: one page whatever is on the ticket, with everything that belongs on it, and a code that can be read."""

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from config.base import Bilingual
from config.paper import Letterhead, Signature
from hotline.ticket import EscalationState, Step, StepTime
from tests.unit.paper.samples import ADDRESS, HERE, NOON, a_ticket, an_escalation, pages, steps, the_form, the_sheet

ANYTHING = st.text(st.characters(codec="utf-8"), max_size=4000)
LONG = "Penelepon mengeluhkan ketidaksesuaian data kendaraan. " * 74


@settings(max_examples=40)
@given(ANYTHING, ANYTHING, st.text(max_size=100), st.integers(0, 40), st.integers(1, 60))
def test_a_form_is_one_page_whatever_is_on_the_ticket(
    description: str, answer: str, name: str, handovers: int, runs: int
) -> None:
    many = tuple(StepTime(Step.ANSWER, NOON + turn, NOON + turn + 1, 300, "operator1") for turn in range(runs))
    escalation = an_escalation(handovers, answer[:200]) if handovers else None
    ticket = a_ticket(description=description, answer=answer, caller_name=name, escalation=escalation, steps=many)
    assert len(pages(the_form(ticket))) == 1


def test_nothing_on_the_fullest_form_is_drawn_over_something_else() -> None:
    loop = replace(an_escalation(30, LONG), question=LONG, answer=LONG)
    ticket = a_ticket(description=LONG, answer=LONG, escalation=loop, caller_name="W" * 100, plate="W" * 40)
    page = pypdfium2.PdfDocument(the_form(ticket))[0]
    text = page.get_textpage()
    boxes = [text.get_rect(index) for index in range(text.count_rects())]
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            assert not _overlap(one, other), (text.get_text_bounded(*one), text.get_text_bounded(*other))
    assert min(bottom for _, bottom, _, _ in boxes) > 0


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes (left, bottom, right, top) share more than the edge of their glyphs."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1.0 and high > 1.5


def test_a_text_that_is_cut_says_where_the_rest_is() -> None:
    text = pages(the_form(a_ticket(description=LONG, answer=LONG)))[0]
    assert text.count(f"[Dipotong; teks lengkap: {ADDRESS}/tickets/HTL-2026-000123]") == 2


def test_a_text_that_fits_is_whole() -> None:
    text = pages(the_form(a_ticket(description="Awal " + "kata " * 300 + "akhir.")))[0]
    assert "akhir." in text
    assert "Dipotong" not in text


def test_the_form_has_all_that_the_procedure_asks_for() -> None:
    text = pages(the_form())[0]
    for expected in (
        "PEMERINTAH DAERAH PROVINSI JAWA BARAT",
        "Formulir Layanan Informasi dan Pengaduan",
        "SOP 619/HM.01/Umper",
        "Siti Nurhaliza",
        "+6281234567890",
        "D 1234 ABC",
        "P3DW Kota Cimahi",
        "Pajak kendaraan bermotor (PKB)",
        "Menanyakan pajak tahunan.",
        "Rp 2.345.000, jatuh tempo 3 Desember.",
        "25 November 2026, 12.05.19 WIB",
        "Ayu Lestari",
        "Bandung, 25 November 2026",
        "Koordinator Call Center",
    ):
        assert expected in text


def test_each_step_has_its_own_time_its_standard_and_how_much_it_was_over() -> None:
    lines = the_sheet().steps
    assert [line.own for line in lines] == ["6 dtk", "48 dtk", "1 mnt 15 dtk", "–", "3 mnt 10 dtk"]
    assert [line.standard for line in lines] == ["10 dtk", "1 mnt", "1 mnt", "–", "5 mnt"]
    assert [line.verdict for line in lines] == ["Sesuai", "Sesuai", "Lewat 15 dtk", "Belum", "Sesuai"]
    assert [line.late for line in lines] == [False, False, True, False, False]


def test_a_step_that_was_entered_twice_is_one_line_with_both_times_added() -> None:
    again = StepTime(Step.GREETING, NOON + 400, NOON + 407, 10, "operator1")
    line = the_sheet(a_ticket(steps=(*steps(), again), closed_at=NOON + 407)).steps[0]
    assert (line.name, line.own, line.verdict) == ("Salam pembuka (2×)", "13 dtk", "Lewat 3 dtk")


def test_the_wait_for_coordinator_and_pic_is_told_apart_from_the_operators_own_time() -> None:
    asked = replace(an_escalation(1), state=EscalationState.ASKED, answered_at=None, told_at=None)
    answering = StepTime(Step.ANSWER, NOON + 129, None, 300, "operator1")
    ticket = a_ticket(
        step=Step.ANSWER, closed_at=None, closed_as=None, escalation=asked, steps=(*steps()[:3], answering)
    )
    line = the_sheet(ticket, at=NOON + 190).steps[4]
    assert (line.own, line.waiting, line.ended) == ("1 dtk", "1 mnt", "Berjalan")


def test_hand_overs_are_listed_and_left_out_from_the_middle_when_there_are_many() -> None:
    few = pages(the_form(a_ticket(escalation=an_escalation(4))))[0]
    assert [f"Mohon dicek. {turn}" in few for turn in range(4)] == [True] * 4
    assert "Ayu Lestari › P3DW Kota Cimahi" in few
    many = pages(the_form(a_ticket(escalation=an_escalation(20))))[0]
    assert "… 13 serah terima lain ada pada tiket" in many
    assert "Mohon dicek. 0" in many
    assert "Mohon dicek. 19" in many
    assert "Mohon dicek. 9" not in many


def test_the_coordinator_who_had_the_question_signs() -> None:
    assert "Koko Koordinator" in pages(the_form(a_ticket(escalation=an_escalation())))[0]


def test_the_code_on_the_picture_of_the_page_leads_to_the_ticket() -> None:
    picture = pypdfium2.PdfDocument(the_form())[0].render(scale=150 / 72).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"{ADDRESS}/tickets/HTL-2026-000123"]


def test_the_code_is_still_read_with_a_stamp_over_a_corner_of_it() -> None:
    picture = pypdfium2.PdfDocument(the_form())[0].render(scale=200 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture)[0].position
    side = found.bottom_right.x - found.top_left.x
    stamp = Image.new("RGB", (side // 5, side // 5), "white")
    picture.paste(stamp, (found.bottom_right.x - side // 3, found.bottom_right.y - side // 3))
    assert len(zxingcpp.read_barcodes(picture)) == 1


def test_english_is_the_second_language() -> None:
    text = pages(the_form(language="en"))[0]
    assert "Information and Complaint Service Form" in text
    assert "25 November 2026, 12:05:19 WIB" in text
    assert "Diterima" not in text


def test_a_withheld_number_and_an_empty_ticket_leave_no_hole() -> None:
    text = pages(the_form(a_ticket(caller_number="", caller_name="", category="", kind=None, escalation=None)))[0]
    assert "Dirahasiakan" in text
    assert "Belum ditentukan" in text


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_logo_stands_beside_the_letterhead(tmp_path: Path, mode: str) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (60, 90), "#c00000").convert(mode).save(logo)
    words = Bilingual(id="Kantor", en="Office")
    pdf = the_form(letterhead=Letterhead(agency=words, office=words, logo=logo))
    picture = pypdfium2.PdfDocument(pdf)[0].render().to_pil().convert("RGB")
    assert (192, 0, 0) in {color for _, color in picture.crop((50, 20, 120, 90)).getcolors(100_000) or ()}


def test_an_office_without_signatures_and_footer_prints_too() -> None:
    nothing = Bilingual(id="", en="")
    form = HERE.paper.form.model_copy(update={"signatures": (Signature(role=nothing),), "basis": nothing})
    assert len(pages(the_form(form=form, footer=nothing, place=""))) == 1
