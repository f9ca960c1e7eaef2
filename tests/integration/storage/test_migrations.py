"""The migrations build what the tables say, and the logs can only grow."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, insert, inspect, text, update
from sqlalchemy.exc import DBAPIError

from hotline.facts import EventName
from hotline.ticket import Callback
from storage import PhoneKind, Store
from storage.accounts import Account, Accounts, Role
from storage.columns import Base
from storage.engine import Database
from storage.mapping import ticket_row
from storage.migrate import configuration, is_ours, migrate
from storage.records import EventLogged, TicketOpened
from storage.sessions import Sessions
from storage.tables import EventRow, TicketChangeRow, TicketRow
from storage.ticket_search import TicketQuery
from storage.tickets import Tickets
from tests.integration.storage.samples import NOON, fact, full_ticket, ticket


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
    return list(compare_metadata(context, Base.metadata))


async def test_an_empty_database_is_migrated_to_exactly_the_tables_of_the_code(empty_url: str) -> None:
    database = Database(empty_url)
    await migrate(database)
    await migrate(database)  # a second run finds nothing to do

    assert await database.read(_differences) == []
    await database.close()


async def test_what_the_first_version_kept_is_taken_along(empty_url: str) -> None:
    database = Database(empty_url)
    await database.write(lambda connection: command.upgrade(configuration(connection), "0001"))
    await database.write(_fill_first_version)

    await migrate(database)

    accounts = Accounts(database, changed=lambda: None)
    kinds = {account.username: account.phone_kind for account in await accounts.list()}
    assert kinds == {"operator1": PhoneKind.SIP, "supervisor": PhoneKind.BROWSER}
    owed = (await Tickets(database).callbacks()).items
    assert [found.callback for found in owed] == [Callback("missed", NOON, NOON)]
    assert await Sessions(database).get("token", NOON) is not None
    await database.close()


async def test_tickets_from_before_the_index_are_found(empty_url: str) -> None:
    database = Database(empty_url)
    await database.write(lambda connection: command.upgrade(configuration(connection), "0009"))
    old = [replace(ticket(serial), description=f"kata{serial}") for serial in range(1, 2_001)]  # all of one second
    rows = [{**ticket_row(each), "queue": None, "haystack": "as it was"} for each in old]
    await database.execute(insert(TicketRow), *rows)

    await migrate(database)

    tickets = Tickets(database)
    for serial in (1, 1_024, 1_025, 2_000):
        found = await tickets.search(TicketQuery(text=f"kata{serial} {ticket(serial).number}"))
        assert [each.number for each in found.items] == [ticket(serial).number]
    await tickets.open(replace(ticket(2_001), description="baru"))
    assert (await tickets.search(TicketQuery(text="baru"))).total == 1
    await database.close()


async def test_an_account_without_a_password_has_none_in_the_version_before_either(empty_url: str) -> None:
    """There "" is no hash, and would be tried as one."""
    database = Database(empty_url)
    await migrate(database)
    accounts = Accounts(database, changed=lambda: None)
    await accounts.create(Account("dewi", "Dewi", Role.OPERATOR), "", NOON)

    await database.write(lambda connection: command.downgrade(configuration(connection), "0014"))

    assert await accounts.password_hash("dewi") == "!"
    await database.close()


def _fill_first_version(connection: Connection) -> None:
    at = datetime.fromtimestamp(NOON, UTC)
    for name, phone in (("operator1", "sip:1@pbx"), ("supervisor", "")):
        connection.execute(
            text("INSERT INTO account VALUES (:name, :name, 'operator', 'id', :phone, '', true, 'hash', :at)"),
            {"name": name, "phone": phone, "at": at},
        )
    connection.execute(text("INSERT INTO session VALUES ('token', 'operator1', :at, '9999-01-01')"), {"at": at})
    row = {**ticket_row(ticket(1)), "callback_reason": "missed", "callback_since": NOON}
    old = sorted(column["name"] for column in inspect(connection).get_columns("ticket") if column["name"] in row)
    statement = f"INSERT INTO ticket ({', '.join(old)}) VALUES ({', '.join(f':{name}' for name in old)})"
    values = {**{name: row[name] for name in old}, "steps": "[]", "created_at": at, "callback_since": at}
    connection.execute(text(statement), values)


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
