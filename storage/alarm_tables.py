"""Who has been told of what lies too long: each level of escalation.yaml once, whatever restarts in between."""

from sqlalchemy import JSON, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class AlarmRow(Base):
    """One level of one clock of a ticket, which runs since `since`, has been told at `at` to the accounts in `told`."""

    __tablename__ = "alarm"
    __table_args__ = (Index("ix_alarm_at", "at"),)

    ticket: Mapped[str] = mapped_column(primary_key=True)
    clock: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[At] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[At]
    told: Mapped[list[str]] = mapped_column(JSON)
