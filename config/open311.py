"""The tickets as Open311 GeoReport v2: what of them anybody may read, and who is told where keys come from."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.base import Bilingual, Model


class Open311(Model):
    """`jurisdiction_id` "" takes any; otherwise a request that names another is refused.

    `publish`: which tickets anybody may read: all, only those that portals filed, or none. What is published never
    holds a name, a number, a plate or an answer. A description is shown only with `descriptions`, for people write
    into it whatever they like; the portal that filed a request reads it, and the answer, with its own key.
    """

    enabled: bool = True
    jurisdiction_id: Annotated[str, StringConstraints(max_length=100)] = ""
    type: Literal["production", "test"] = "production"
    contact: Bilingual
    key_service: Bilingual
    service_notice: Bilingual
    publish: Literal["all", "filed", "none"] = "all"
    descriptions: bool = False
    filings_per_hour: Annotated[int, Field(ge=1, le=100_000)] = 120
    """Requests that one key may file."""
    reads_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 120
    """Answers that one network address may ask for."""
