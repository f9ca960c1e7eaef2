"""The fields of a ticket that people fill in: what each may hold, and how it is written."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.base import KINDS, Bilingual
from config.sop import Matrix, Office
from hotline import details
from hotline import plate as plates
from hotline.ticket import Ticket

NAME_LENGTH = 100
TEXT_LENGTH = 4000
"""Most characters of a description or an answer."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

MESSAGES: Mapping[str, Bilingual] = {
    "unknown_field": Bilingual(id="Isian ini tidak dikenal.", en="There is no such field."),
    "not_text": Bilingual(id="Isian ini harus berupa teks.", en="This field takes text."),
    "unprintable": Bilingual(
        id="Isian ini berisi karakter yang tidak dapat dicetak.",
        en="This field holds characters that cannot be printed.",
    ),
    "name_too_long": Bilingual(
        id=f"Nama paling panjang {NAME_LENGTH} huruf.", en=f"A name has at most {NAME_LENGTH} characters."
    ),
    "text_too_long": Bilingual(
        id=f"Teks paling panjang {TEXT_LENGTH} huruf.", en=f"The text has at most {TEXT_LENGTH} characters."
    ),
    "region_unknown": Bilingual(
        id="Wilayah Samsat ini tidak ada dalam daftar.", en="This Samsat region is not in the list."
    ),
    "kind_unknown": Bilingual(id="Jenis harus informasi atau pengaduan.", en="The kind is informasi or pengaduan."),
    "category_unknown": Bilingual(id="Kategori ini tidak ada dalam matriks.", en="The matrix has no such category."),
    "category_of_other_kind": Bilingual(
        id="Kategori ini milik jenis yang lain: pilih kategori dari jenis tiket ini.",
        en="This category belongs to the other kind: choose one of the ticket's kind.",
    ),
    "category_inactive": Bilingual(
        id="Kategori ini tidak dipakai lagi: pilih kategori lain.",
        en="This category is not in use any more: choose another.",
    ),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: a stable `code`, and words for people in both languages."""

    field: str
    code: str
    message: Bilingual


class InvalidFields(ValueError):
    """Some changes cannot be accepted; none was made. `errors` names every one of them."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.field}: {error.message.en}" for error in errors))


class _Refused(Exception):
    def __init__(self, code: str, message: Bilingual | None = None) -> None:
        self.code = code
        self.message = MESSAGES[code] if message is None else message
        super().__init__(code)


class FieldRules:
    """Checks and normalises field changes against the installation's matrix, offices and plate areas."""

    def __init__(self, matrix: Matrix, offices: tuple[Office, ...], areas: Mapping[str, str]) -> None:
        self._categories = {category.code: category for category in matrix.categories}
        self._offices = frozenset(office.code for office in offices)
        self._areas = areas
        self._readers: dict[str, Callable[[str], str | None]] = {
            "caller_name": _name,
            "plate": self._plate,
            "region": self._region,
            "kind": _kind,
            "description": _text,
            "category": self._category,
            "answer": _text,
        }

    def read(self, ticket: Ticket, changes: Mapping[str, object]) -> dict[str, str | None]:
        """The changes as they are to be stored. Empty or None clears a field. Raises `InvalidFields`."""
        values: dict[str, str | None] = {}
        errors: list[FieldError] = []
        for field, value in changes.items():
            try:
                values[field] = self._read_one(ticket, field, value)
            except _Refused as refused:
                errors.append(FieldError(field, refused.code, refused.message))
        if values.get("category") and not self.of_kind(str(values["category"]), values.get("kind", ticket.kind)):
            code = "category_of_other_kind"
            errors.append(FieldError("category", code, MESSAGES[code]))
        if errors:
            raise InvalidFields(tuple(errors))
        return values

    def of_kind(self, code: str, kind: str | None) -> bool:
        """Whether the category is in the matrix under this kind; while the kind is open, any known category is."""
        category = self._categories.get(code)
        return category is not None and kind in (None, category.kind)

    def untold(self, ticket: Ticket) -> tuple[str, ...]:
        """Codes of what tickets of this category have to tell, and the description does not."""
        category = self._categories.get(ticket.category)
        return () if category is None else details.untold(category.required, ticket.description)

    def _read_one(self, ticket: Ticket, field: str, value: object) -> str | None:
        if field not in self._readers:
            raise _Refused("unknown_field")
        if value is not None and not isinstance(value, str):
            raise _Refused("not_text")
        text = _printable((value or "").strip())
        if not text:
            return None if field == "kind" else ""
        if field == "category" and text != ticket.category:
            self._refuse_inactive(text)
        return self._readers[field](text)

    def _refuse_inactive(self, code: str) -> None:
        category = self._categories.get(code)
        if category is not None and not category.active:
            raise _Refused("category_inactive")

    def _plate(self, text: str) -> str:
        try:
            return str(plates.parse(text, self._areas))
        except plates.PlateError as error:
            raise _Refused(error.code, error.message) from error

    def _region(self, text: str) -> str:
        code = text.lower()
        if code not in self._offices:
            raise _Refused("region_unknown")
        return code

    def _category(self, text: str) -> str:
        if text not in self._categories:
            raise _Refused("category_unknown")
        return text


def note(field: str, text: str) -> str:
    """A text that is said beside a ticket's fields, as it is to be stored. Raises `InvalidFields`."""
    try:
        return _text(_printable(text.strip()))
    except _Refused as refused:
        raise InvalidFields((FieldError(field, refused.code, refused.message),)) from refused


def _printable(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise _Refused("unprintable")
    return text


def _name(text: str) -> str:
    name = " ".join(text.split())
    if len(name) > NAME_LENGTH:
        raise _Refused("name_too_long")
    return name


def _text(text: str) -> str:
    if len(text) > TEXT_LENGTH:
        raise _Refused("text_too_long")
    return text


def _kind(text: str) -> str:
    if text not in KINDS:
        raise _Refused("kind_unknown")
    return text
