"""The rows of a whole database as lines of JSON: from either kind of database, into either.

`pg_dump` would have to be as new as the server (the image and Debian's client often are not), is not installed beside
a database on another machine, and could not fill an SQLite file. This needs the driver that the service has anyway, in
one transaction that sees one moment (REPEATABLE READ) and stops nobody.

First a line with the schema, then for each table a line with its name and columns, its rows as lists, and a line with
their number; at last a line with all numbers, so that a torn file is known. Moments are UTC in ISO 8601, and JSON is
kept as its text, letter by letter. Full-text indexes are not taken along: they are made anew from the words.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    inspect,
    select,
    text,
)

from storage.copying import Told
from storage.errors import StoreError
from storage.knowledge_search import index
from storage.migrate import is_ours, revision

FORMAT = 1
BATCH = 1_000
"""Rows read or written at once."""
_NOT_TAKEN = ("alembic_version",)


class BrokenRows(StoreError):
    """The lines are not what `export_rows` writes: torn, or changed."""


def export_rows(
    connection: Connection, counted: dict[str, int], told: Told = lambda _done, _all: None
) -> Iterator[str]:
    """The lines, each with its end. `counted` gets each table's rows; `told` hears how many are done, of how many.

    On PostgreSQL nothing may have been asked on the connection before.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    yield _line({"rows": FORMAT, "schema": revision(connection)})
    tables = _tables(connection)
    expected = {table.name: _number_of(connection, table) for table in tables}
    done = 0
    for table in tables:
        yield _line({"table": table.name, "columns": list(table.columns.keys())})
        counted[table.name] = 0
        for row in _rows(connection, table):
            counted[table.name] += 1
            yield _line(row)
        done += counted[table.name]
        told(done, sum(expected.values()))
        yield _line({"end": table.name, "rows": counted[table.name]})
    if counted != expected:
        raise BrokenRows("the database told another number of rows than it gave")
    yield _line({"tables": counted})


def import_rows(connection: Connection, lines: Iterable[str], told: Told = lambda _done, _all: None) -> dict[str, int]:
    """Puts the rows into empty tables of the very same schema; returns how many rows each table has now.

    Raises `BrokenRows`; then the transaction must be undone.
    """
    counted: dict[str, int] = {}
    done = 0
    tables = {table.name: table for table in _tables(connection)}
    for name, columns, rows in read_rows(lines, revision(connection)):
        table = tables.get(name)
        if table is None or set(columns) != set(table.columns.keys()):
            raise BrokenRows(f"the backup's table {name!r} does not fit the database's")
        for batch in rows:
            _insert(connection, table, columns, batch)
            done += len(batch)
            told(done, 0)
        counted[name] = _number_of(connection, table)
    if counted.keys() != tables.keys():
        raise BrokenRows(f"tables are missing: {', '.join(sorted(tables.keys() - counted.keys()))}")
    _go_on_counting(connection, tables.values())
    _index_articles(connection, tables)
    return counted


Rows = Iterator[list[list[Any]]]


def read_rows(lines: Iterable[str], schema: str | None = None) -> Iterator[tuple[str, list[str], Rows]]:
    """Each table's name, columns, and rows in batches, which must be read before the next. Raises `BrokenRows`.

    `schema` is the one that the lines must be of, if that matters.
    """
    given = iter(lines)
    head = _parsed(given)
    if head.get("rows") != FORMAT:
        raise BrokenRows("this is no database of a backup, or one of another format")
    if schema is not None and head.get("schema") != schema:
        raise BrokenRows(f"the rows are of schema {head.get('schema')}, not {schema}")
    counted: dict[str, int] = {}
    while "tables" not in (head := _parsed(given)):
        name = str(head.get("table"))
        counted[name] = 0
        yield name, list(head.get("columns", ())), _batches(given, name, counted)
    if head["tables"] != counted:
        raise BrokenRows("the numbers of rows are not the ones written at the end")


def _batches(lines: Iterator[str], name: str, counted: dict[str, int]) -> Rows:
    batch: list[list[Any]] = []
    while isinstance(row := _parsed(lines), list):
        batch.append(row)
        counted[name] += 1
        if len(batch) == BATCH:
            yield batch
            batch = []
    if row != {"end": name, "rows": counted[name]}:
        raise BrokenRows(f"table {name!r} is not whole")
    yield batch


def _parsed(lines: Iterator[str]) -> Any:
    try:
        return json.loads(next(lines))
    except StopIteration:
        raise BrokenRows("the database of this backup ends in its midst") from None
    except ValueError as error:
        raise BrokenRows("the database of this backup has a line that is no JSON") from error


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be exported")


def _tables(connection: Connection) -> list[Table]:
    """What the database has at its schema, those first that others refer to."""
    names = [name for name in inspect(connection).get_table_names() if is_ours(name, "table", None)]
    metadata = MetaData()
    metadata.reflect(connection, only=[name for name in names if name not in _NOT_TAKEN])
    return list(metadata.sorted_tables)


def _number_of(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    columns = [cast(each, Text) if isinstance(each.type, JSON) else each for each in table.columns]
    for row in connection.execute(select(*columns), execution_options={"yield_per": BATCH}):
        yield list(row)


def _insert(connection: Connection, table: Table, names: list[str], batch: list[list[Any]]) -> None:
    if not batch:
        return
    given = [table.columns[name] for name in names]
    values = {each.name: _bound(connection, each) for each in given}
    rows = [{f"v_{each.name}": _read(each, cell) for each, cell in zip(given, row, strict=True)} for row in batch]
    connection.execute(insert(table).values(values), rows)


def _bound(connection: Connection, column: Any) -> Any:
    if not isinstance(column.type, JSON):
        return bindparam(f"v_{column.name}", type_=column.type)
    written = bindparam(f"v_{column.name}", type_=Text())
    return written if connection.dialect.name == "sqlite" else cast(written, column.type)  # SQLite's JSON is text


def _read(column: Any, cell: Any) -> Any:
    if cell is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(cell)
    if isinstance(column.type, Date):
        return date.fromisoformat(cell)
    return bool(cell) if isinstance(column.type, Boolean) else cell


def _go_on_counting(connection: Connection, tables: Iterable[Table]) -> None:
    """PostgreSQL's counters go on behind the highest number that is there; SQLite's do so by themselves."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.columns:
            if column.identity is not None:
                highest = connection.execute(select(func.max(column))).scalar()
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                connection.execute(select(func.setval(sequence, highest or 1, highest is not None)))


def _index_articles(connection: Connection, tables: dict[str, Table]) -> None:
    articles = tables.get("article_version")
    if articles is None:
        return
    columns = articles.columns
    words = select(columns.id, columns.title, columns.answer, columns.body)
    for version, title, answer, body in connection.execute(words).all():
        index(connection, version, title, answer, body)
