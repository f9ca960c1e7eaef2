"""The migrations build what the tables say, and the logs can only grow."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import DBAPIError

from hotline.facts import EventName
from storage import Store
from storage.columns import Base
from storage.engine import Database
from storage.migrate import migrate
from storage.records import EventLogged, TicketOpened
from storage.tables import EventRow, TicketChangeRow
from tests.integration.storage.samples import NOON, fact, full_ticket, ticket


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_an_empty_database_is_migrated_to_exactly_the_tables_of_the_code(empty_url: str) -> None:
    database = Database(empty_url)
    await migrate(database)
    await migrate(database)  # a second run finds nothing to do

    assert await database.read(_differences) == []
    await database.close()


@pytest.mark.parametrize("table", [EventRow, TicketChangeRow])
@pytest.mark.parametrize("verb", [delete, lambda table: update(table).values(at=NOON + 1)], ids=["delete", "update"])
async def test_the_logs_are_append_only(store: Store, url: str, table: type[Base], verb) -> None:
    await store.journal.write(TicketOpened(ticket(1)), EventLogged(fact(EventName.CONNECT, 1)))
    await store.tickets.save(full_ticket(1), 1, "operator1", NOON)
    database = Database(url)

    with pytest.raises(DBAPIError, match="append-only"):
        await database.execute(verb(table))

    assert await database.scalar(text(f"SELECT count(*) FROM {table.__tablename__}")) > 0
    await database.close()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_serve_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="database"):
        Database(url)


async def test_sqlite_runs_with_a_write_ahead_log_and_foreign_keys(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    pragmas = {name: await database.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
    await database.close()

    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1}
