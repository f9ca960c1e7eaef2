"""Which column of a file is which, by the words in its heading. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.vehicles import VehicleField
from vehicles.refusals import FileRefused

NAMES: Mapping[VehicleField, str] = {
    "plate": (
        "plate, plate number, registration, registration number, nomor polisi, no polisi, nopol, no pol, nrkb, plat"
    ),
    "make": "make, brand, merk, merek, pabrikan",
    "type": "type, model, tipe, jenis, merk tipe, jenis kendaraan",
    "year": "year, year of make, tahun, tahun buat, tahun pembuatan, thn buat",
    "colour": "colour, color, warna, warna kb",
    "region": "region, samsat, office, wilayah, wilayah samsat, kantor samsat, p3dw",
    "owner_region": (
        "owner region, owners region, wilayah pemilik, kota pemilik, domisili, domisili pemilik, kabupaten kota"
    ),
    "tax_due": "tax due, tax, pkb, pkb pokok, pokok pkb, pajak, pajak terutang, jumlah pajak",
    "fine": "fine, penalty, denda, denda pkb, pkb denda",
    "total": "total, total due, jumlah, jumlah bayar, total bayar, total tagihan",
    "due_date": (
        "due date, due, jatuh tempo, tgl jatuh tempo, tanggal jatuh tempo, masa pajak, akhir pajak, tgl akhir pajak"
    ),
}
"""What headings call each field, Indonesian and English, folded as `_fold` does."""

REQUIRED: tuple[VehicleField, ...] = ("plate", "tax_due", "due_date")

_FIELDS = {name.strip(): field for field, names in NAMES.items() for name in names.split(",")}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands in a row, from 0, and what the file's heading calls it; `width` cells in all."""

    places: Mapping[VehicleField, int]
    heading: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.heading)

    def name(self, field: VehicleField) -> str:
        """The column as the file's own heading has it."""
        return self.heading[self.places[field]]


def columns_of(heading: Sequence[object]) -> Columns:
    """The columns that a heading names; others are left out. Raises `FileRefused`: columns_missing, column_twice."""
    titles = [str(title if title is not None else "").strip() for title in heading]
    while titles and not titles[-1]:
        titles.pop()
    places: dict[VehicleField, int] = {}
    for at, title in enumerate(titles):
        field = _FIELDS.get(_fold(title))
        if field is None:
            continue
        if field in places:
            raise FileRefused("column_twice", columns=f"{titles[places[field]]}, {title}")
        places[field] = at
    missing = [field for field in REQUIRED if field not in places]
    if missing:
        wanted = ", ".join(NAMES[field].split(",")[0] for field in missing)
        raise FileRefused("columns_missing", columns=wanted, found=", ".join(filter(None, titles))[:200])
    return Columns(places, tuple(titles))


def _fold(title: str) -> str:
    """Case, punctuation and underscores do not matter."""
    return " ".join(re.findall(r"[a-z0-9]+", title.casefold().replace("'", "")))
