"""Validation errors in the words of people who fill in forms."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from desk.shapes import Words

# pydantic's error types, as far as a person can run into them; {…} comes from the error's own context.
_MESSAGES: Mapping[str, tuple[str, str]] = {
    "missing": ("Wajib diisi.", "This is required."),
    "extra_forbidden": ("Isian ini tidak dikenal.", "There is no such field."),
    "string_too_short": ("Paling sedikit {min_length} karakter.", "At least {min_length} characters."),
    "string_too_long": ("Paling banyak {max_length} karakter.", "At most {max_length} characters."),
    "string_type": ("Harus berupa teks.", "This must be text."),
    "string_pattern_mismatch": ("Bentuknya belum benar.", "This does not have the right form."),
    "literal_error": ("Pilih salah satu: {expected}.", "One of: {expected}."),
    "enum": ("Pilih salah satu: {expected}.", "One of: {expected}."),
    "greater_than_equal": ("Paling sedikit {ge}.", "At least {ge}."),
    "less_than_equal": ("Paling banyak {le}.", "At most {le}."),
    "less_than": ("Harus kurang dari {lt}.", "This has to be less than {lt}."),
    "two_numbers": (
        "Isian ini berisi lebih dari satu nomor; isi satu saja.",
        "There is more than one number; give one.",
    ),
    "value_error": ("{error}", "{error}"),
}
_OTHER = ("Isian ini belum benar.", "This is not right.")


def words(id: str, en: str) -> Words:
    """The same message in both languages."""
    return {"id": id, "en": en}


def field_error(field: str, code: str, message: Words) -> dict[str, Any]:
    """One member of a problem's `errors`."""
    return {"field": field, "code": code, "message": message}


def field_errors(error: ValidationError) -> list[dict[str, Any]]:
    """pydantic's findings as `errors`. What was typed is not repeated."""
    found = error.errors(include_url=False, include_input=False)
    return [field_error(".".join(map(str, e["loc"])), e["type"], _message(e["type"], e.get("ctx", {}))) for e in found]


def _message(kind: str, context: Mapping[str, Any]) -> Words:
    indonesian, english = _MESSAGES.get(kind, _OTHER)
    return words(indonesian.format(**context), english.format(**context))
