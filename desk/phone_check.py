"""A phone's address that somebody typed: refused at its field, with the reason (`hotline.phone_address`)."""

from desk.context import Desk
from desk.field_errors import field_error, words
from desk.problems import Problem


def check_phone(desk: Desk, field: str, uri: str | None) -> None:
    """Raises `Problem` for an address that may not be rung; none at all is fine."""
    refusal = desk.phone_addresses.refusal(uri) if uri else None
    if refusal is not None:
        raise Problem("invalid", errors=[field_error(field, "no_phone_there", words(refusal.id, refusal.en))])
