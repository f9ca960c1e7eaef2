"""The local vehicle table: editions, of which one is in use, and their rows."""

from datetime import date

from sqlalchemy import BigInteger, Identity, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base

_BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows only on INTEGER


class VehicleEditionRow(Base):
    """One import. `state`: `filling` (alive while `touched_at` moves), `current`, `old` or `failed`.

    There is at most one of each of the first two.
    """

    __tablename__ = "vehicle_edition"
    __table_args__ = (
        Index(
            "uq_vehicle_edition_state",
            "state",
            unique=True,
            sqlite_where=text("state IN ('filling', 'current')"),
            postgresql_where=text("state IN ('filling', 'current')"),
        ),
    )

    id: Mapped[int] = mapped_column(_BIG_ID, Identity(), primary_key=True)
    state: Mapped[str]
    file: Mapped[str]
    by: Mapped[str]
    started_at: Mapped[At]
    touched_at: Mapped[At]
    rows: Mapped[int]
    refused: Mapped[int]


class VehicleRow(Base):
    """One vehicle of one edition. Without a row id on SQLite: rows come in the order of the key, and stay in it.

    Plain `String`: the import has refused what no database can hold, and a million rows need no second look.
    """

    __tablename__ = "vehicle"
    __table_args__ = ({"sqlite_with_rowid": False},)

    edition: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    plate: Mapped[str] = mapped_column(String, primary_key=True)
    row: Mapped[int]
    make: Mapped[str] = mapped_column(String)
    type: Mapped[str] = mapped_column(String)
    year: Mapped[int | None]
    colour: Mapped[str] = mapped_column(String)
    region: Mapped[str] = mapped_column(String)
    owner_region: Mapped[str] = mapped_column(String)
    tax_due: Mapped[int | None] = mapped_column(BigInteger)
    fine: Mapped[int | None] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    due_date: Mapped[date | None]
