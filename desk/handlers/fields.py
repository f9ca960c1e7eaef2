"""Field types that several requests share."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints
from pydantic_core import PydanticCustomError

from desk.passwords import MAX_LENGTH, MIN_LENGTH
from hotline.numbers import is_several

# One line without control characters; PostgreSQL refuses a NUL in any text.
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]


def _one_number(typed: str) -> str:
    if is_several(typed):
        raise PydanticCustomError("two_numbers", "more than one number")
    return typed


# A telephone number as a person types it; with two of them in it, they are asked which.
Number = Annotated[Line, AfterValidator(_one_number)]

# The calendar's ends (years 1 and 9999) lie outside it in another zone, and holidays there take minutes to work out.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]

NewPassword = Annotated[str, StringConstraints(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]

# Enough to catch what people mistype; whether it exists only a mail can tell. "" is none.
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^([^@\s<>\x00-\x1f]+@[^@\s<>\x00-\x1f]+)?$")
]

# Enough of RFC 3261, section 25.1, to catch what people mistype; no header part, no white space, no angle brackets.
SipUri = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=255,
        pattern=r"^sips?:([A-Za-z0-9_.!~*'()&=+$,/%-]+@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
        r"(;[A-Za-z0-9._-]+(=[A-Za-z0-9._-]+)?)*$",
    ),
]
