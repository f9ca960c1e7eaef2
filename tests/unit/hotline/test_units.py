"""Whom a question is proposed to: the matrix's division, then the office of the region or the plate."""

import config
from config.base import Bilingual
from config.sop import Office
from config.units import Unit, codes_differ
from hotline.units import Units

OFFICES = (
    Office(code="bandung1", name="P3DW Bandung I", full_name="P3DW Bandung I", plate_area="D"),
    Office(code="bandung2", name="P3DW Bandung II", full_name="P3DW Bandung II", plate_area="D"),
    Office(code="bogor", name="P3DW Bogor", full_name="P3DW Bogor", plate_area="F"),
)


def unit(code: str, name: str, *, office: bool = False) -> Unit:
    return Unit(code=code, name=name, label=Bilingual(id=name, en=name), office=office)


UNITS = Units(OFFICES, (unit("ti", "Bidang TI"), unit("asal", "P3DW asal kendaraan", office=True)))


def test_the_division_of_the_cell_comes_before_the_office_of_the_region() -> None:
    assert UNITS.proposed("Bidang TI", "bogor", "D 1234 ABC") == ("ti", "bogor")
    assert UNITS.proposed("ti", "", "") == ("ti",)


def test_a_stand_in_means_the_tickets_own_office() -> None:
    assert UNITS.proposed("P3DW asal kendaraan", "bandung2", "F 1 A") == ("bandung2",)


def test_while_the_region_is_open_the_plate_tells() -> None:
    assert UNITS.proposed("", "", "D 1234 ABC") == ("bandung1", "bandung2")
    assert UNITS.proposed("", "", "") == ()


def test_an_office_that_the_cell_names_is_proposed_once() -> None:
    assert UNITS.proposed("p3dw bogor", "bogor", "F 1 A") == ("bogor",)


def test_a_unit_that_no_file_knows_leaves_it_to_region_and_plate() -> None:
    assert UNITS.proposed("Bagian Umum", "bogor", "") == ("bogor",)


def test_stand_ins_cannot_be_asked_themselves() -> None:
    assert [each.code for each in UNITS.all()] == ["bandung1", "bandung2", "bogor", "ti"]
    assert UNITS.get("asal") is None


def test_every_unit_that_the_default_matrix_names_is_in_the_files() -> None:
    installation = config.load(environ={})
    known = {name.casefold() for each in installation.units for name in (each.code, each.name)}
    assert {cell.unit.casefold() for cell in installation.matrix.categories if cell.unit} <= known


def test_a_code_is_a_unit_or_an_office_and_only_one() -> None:
    found = list(codes_differ((unit("ti", "TI"), unit("ti", "Lagi"), unit("bogor", "Bogor")), OFFICES))
    assert [finding.where for finding in found] == [("units", 1, "code"), ("units", 2, "code")]
