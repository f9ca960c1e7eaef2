"""Column types and naming rules that every table shares."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[float]):
    """A point in time: Unix epoch seconds in Python, UTC with microseconds in the database.

    PostgreSQL keeps `timestamptz`; SQLite keeps ISO text without a zone, which is UTC by this rule
    and sorts as text in the order of time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> float | None:
        if value is None:
            return None
        moment: datetime = value
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


class Words(TypeDecorator[str]):
    """Text from the outside. What no database can hold (NUL, half a surrogate pair) is left out on both alike."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def to_microseconds(at: float) -> float:
    """`at` as it comes back from the database, so that stored and unstored times compare equal."""
    return datetime.fromtimestamp(at, UTC).timestamp()


At = Annotated[float, mapped_column(Moment())]
"""A column for a point in time; `At | None` may be empty."""


class Base(DeclarativeBase):
    """Constraints get names by rule, so that a migration can address each of them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Words}
