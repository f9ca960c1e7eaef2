"""SOP step 5b over HTTP on PostgreSQL: what must not depend on the database, once more."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.desk import test_validation as on_sqlite
from tests.integration.desk.conftest import TestClock
from tests.integration.desk.house import House, house
from tests.integration.desk.people import PASSWORD
from tests.integration.postgres import PostgresServer, postgres_server

__all__ = ["coordinator", "number", "operator", "parts", "pic", "postgres_server"]

parts, number = on_sqlite.parts, on_sqlite.number
operator, coordinator, pic = on_sqlite.operator, on_sqlite.coordinator, on_sqlite.pic

test_the_whole_loop = (
    on_sqlite.test_the_whole_loop_by_its_people_ends_with_a_closed_ticket_and_every_hand_over_on_record
)
test_two_at_once = on_sqlite.test_two_who_take_the_same_question_at_once_get_it_once
test_words_are_merged = on_sqlite.test_words_typed_while_the_question_moves_are_merged
test_pushes = on_sqlite.test_a_hand_over_is_pushed_to_those_it_concerns_and_to_nobody_else
test_a_promised_call = on_sqlite.test_a_promised_call_back_is_on_the_list_and_due_as_soon_as_it_is_answered


@pytest.fixture
async def built(
    tmp_path: Path, postgres_server: PostgresServer, pages: Path, clock: TestClock, parts: dict[str, Any]
) -> AsyncIterator[House]:
    """The same desk on an empty PostgreSQL database."""
    name = postgres_server.new_database()
    url = postgres_server.url(name)
    async with house(tmp_path / "data", PASSWORD, clock, static=pages, parts=parts, database_url=url) as opened:
        yield opened
    postgres_server.drop_database(name)
