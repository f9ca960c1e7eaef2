"""Calls out: which outside numbers who may dial when, by which trunk, and when a call back is tried again."""

from typing import Annotated, Literal

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from config.base import Model, Name
from config.trunks import CallerId

DialRole = Literal["operator", "coordinator", "supervisor"]
"""Roles of accounts that can be allowed to dial."""


def _quoted(value: object) -> object:
    """YAML reads +628 as the number 628."""
    if isinstance(value, int):
        raise ValueError(f'{value} is a number, not text; put it in quotes: "+{value}"')
    return value


def _country_exists(value: str) -> str:
    if int(value) not in COUNTRY_CODE_TO_REGION_CODE:
        raise ValueError(f"no country has the calling code {value!r}; Indonesia is 62")
    return value


Prefix = Annotated[str, BeforeValidator(_quoted), StringConstraints(pattern=r"^\+[1-9][0-9]{0,14}$")]
"""The beginning of an E.164 number, such as `+628`."""

CallingCode = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if isinstance(value, int) else value),
    StringConstraints(pattern=r"^[1-9][0-9]{0,2}$"),
    AfterValidator(_country_exists),
]

Minutes = Annotated[float, Field(gt=0, le=10_080)]


class DialRule(Model):
    """Who may call numbers that begin with one of `prefixes`: in working hours (`open`) or `always`."""

    prefixes: tuple[Prefix, ...] = Field(min_length=1)
    roles: tuple[DialRole, ...] = Field(min_length=1)
    hours: Literal["open", "always"] = "open"
    trunk: Name | None = None
    """The trunk that carries the call; None for the first one that calls out."""


class Dialling(Model):
    """A number may be called when some rule allows it; whatever no rule allows is refused.

    `country` is the calling code of numbers typed without one. `caller_id` is what called people see, unless the
    trunk has its own. A call rings for `ring_s` seconds. A call back in vain is tried again after each of
    `retries_minutes`, within working hours; one that is `overdue_minutes` late is shown as such.
    """

    country: CallingCode = "62"
    caller_id: CallerId = ""
    ring_s: Annotated[float, Field(ge=5, le=180)] = 45
    retries_minutes: tuple[Minutes, ...] = Field((15, 60, 240), max_length=20)
    overdue_minutes: Annotated[float, Field(ge=0, le=10_080)] = 30
    rules: tuple[DialRule, ...]

    @property
    def max_tries(self) -> int:
        """How often a call back is tried in all."""
        return 1 + len(self.retries_minutes)
