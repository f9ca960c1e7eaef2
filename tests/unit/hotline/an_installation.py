"""A small installation for tests of the procedure."""

from config.base import Bilingual
from config.sop import Category, Matrix, Office, Sop
from hotline.procedure import Procedure
from hotline.ticket import Ticket

STANDARD_S = {"greeting": 10.0, "identity": 60.0, "record": 60.0, "classify": 60.0, "answer": 300.0}


def _category(code: str, kind: str) -> Category:
    return Category.model_validate({"code": code, "kind": kind, "subject": "pkb", "label": {"id": code, "en": code}})


MATRIX = Matrix(categories=(_category("informasi.pkb", "informasi"), _category("pengaduan.pkb", "pengaduan")))
OFFICES = (Office(code="bandung1", name="Bandung I", full_name="P3DW Bandung I", plate_area="D"),)
AREAS = {"D": "Bandung", "F": "Bogor"}
SOP = Sop.model_validate({"standard_s": STANDARD_S, "greeting_script": Bilingual(id="Halo", en="Hello")})

FILLED_IN = {
    "caller_name": "Siti Aminah",
    "plate": "D 1234 ABC",
    "region": "bandung1",
    "kind": "informasi",
    "description": "Kapan jatuh tempo?",
    "category": "informasi.pkb",
    "answer": "Tanggal 5 Mei.",
}


def a_procedure() -> Procedure:
    return Procedure(SOP, MATRIX, OFFICES, AREAS)


def a_ticket(**known: str) -> Ticket:
    return a_procedure().open_ticket("HTL-2026-000001", 100.0, caller_number="+6281234567890", call_id="c1", **known)
