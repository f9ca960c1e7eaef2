"""What people have classified: the descriptions and categories of closed tickets, for suggestions to learn from."""

from sqlalchemy import Select, select, tuple_

from hotline.ticket import Step
from storage.engine import Database
from storage.tables import TicketRow

CHUNK = 500
"""Rows that one short transaction reads, so that neither the loop nor a writer waits for thousands."""

Lesson = tuple[str, str]
"""A description, and the code of the category that it was closed with."""


class Lessons:
    """Closed tickets as examples. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def latest(self, most: int) -> tuple[Lesson, ...]:
        """Up to `most` lessons, newest first: tickets that were answered, with a description and a category."""
        lessons: list[Lesson] = []
        page = _closed().limit(CHUNK)
        while len(lessons) < most and (rows := await self._database.rows(page)):
            lessons.extend((row["description"], row["category"]) for row in rows)
            last = rows[-1]
            page = _closed().limit(CHUNK)
            page = page.where(tuple_(TicketRow.created_at, TicketRow.number) < (last["created_at"], last["number"]))
        return tuple(lessons[:most])


def _closed() -> Select[str, str, float, str]:
    answered = (TicketRow.step == Step.CLOSED, TicketRow.closed_as == "answered")
    told = (TicketRow.description != "", TicketRow.category != "")
    newest_first = (TicketRow.created_at.desc(), TicketRow.number.desc())
    lesson = select(TicketRow.description, TicketRow.category, TicketRow.created_at, TicketRow.number)
    return lesson.where(*answered, *told).order_by(*newest_first)
