"""Where the vehicle behind a plate is looked up: nowhere, in a service over HTTP, or in a table imported from files."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from config.base import Model

VehicleField = Literal[
    "plate", "make", "type", "year", "colour", "region", "owner_region", "tax_due", "fine", "total", "due_date"
]

PLACE = "{plate}"
_URL = re.compile(r"^https?://[^\s/]+/?\S*$")


def _has_a_place_for_the_plate(value: str) -> str:
    if not _URL.match(value):
        raise ValueError(f"{value!r} is not a web address like https://service.example.go.id/vehicles/{PLACE}")
    if PLACE not in value:
        raise ValueError(f"the address has no {PLACE} where the plate goes")
    return value


MemberPath = Annotated[str, StringConstraints(pattern=r"^[^.\s]+(\.[^.\s]+)*$", max_length=200)]
"""Where a value stands in JSON: names of members joined by dots, such as `data.pajak.pokok`."""


class Breaker(Model):
    """After `failures` in a row the service is left alone for `pause_s` seconds; then one question tries it again."""

    failures: Annotated[int, Field(ge=1, le=100)] = 3
    pause_s: Annotated[float, Field(ge=1, le=3600)] = 30


class VehicleService(Model):
    """A service that answers GET with JSON. Its token is the setting `vehicles_token`, sent as `token_header` after
    `token_prefix`.

    `plate_style`: `spaced` asks for `D 1234 ABC`, `compact` for `D1234ABC`. `root` is the member that holds the
    vehicle (the whole answer without it; absent or null means that there is none), `fields` where in it each value
    stands: those that are not named are looked for under their own name. Answers are kept for `cache_s` seconds, and
    shown as stale for up to `stale_s` when the service does not answer.
    """

    url: Annotated[str, AfterValidator(_has_a_place_for_the_plate)]
    plate_style: Literal["spaced", "compact"] = "compact"
    token_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$")] = "Authorization"  # noqa: S105  where it goes
    token_prefix: str = "Bearer "  # noqa: S105  the word before the token
    timeout_s: Annotated[float, Field(ge=0.1, le=30)] = 3
    breaker: Breaker = Breaker()
    cache_s: Annotated[float, Field(ge=0, le=86_400)] = 300
    stale_s: Annotated[float, Field(ge=0, le=2_592_000)] = 86_400
    root: MemberPath | None = None
    fields: Mapping[VehicleField, MemberPath] = Field(default_factory=dict)


class VehicleSource(Model):
    """`service` is needed for the source `http`. An import with more than `refused_percent` bad rows is not taken."""

    source: Literal["none", "http", "table"] = "table"
    service: VehicleService | None = None
    refused_percent: Annotated[float, Field(ge=0, le=100)] = 20

    @model_validator(mode="after")
    def _http_needs_a_service(self) -> Self:
        if self.source == "http" and self.service is None:
            raise ValueError("the source `http` needs `service` with its address")
        return self
