"""Rows changed one by one in only those columns that change: an index of the others need not be touched."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, inspect, update

from storage.columns import Base


def update_each(connection: Connection, kind: type[Base], changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the row with each key its new values. `kind` has a primary key of one column."""
    by_shape: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for key, change in sorted(changes.items()):  # in one order everywhere: two nodes cannot wait for each other
        names = tuple(sorted(change))
        by_shape[names].append({"of_key": key, **{f"to_{name}": change[name] for name in names}})
    for names, rows in by_shape.items():
        connection.execute(_update(kind, names), rows if len(rows) > 1 else rows[0])


@cache  # there are as many shapes as sets of records that meet in a batch: a few dozen
def _update(kind: type[Base], names: tuple[str, ...]) -> Update:
    (key,) = inspect(kind).primary_key
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
    return update(kind).where(key == bindparam("of_key")).values(values)
