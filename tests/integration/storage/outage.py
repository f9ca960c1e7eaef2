"""Ways to take a database away and give it back, the same for both kinds."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from tests.integration.postgres import PostgresServer


@dataclass(frozen=True)
class Outage:
    begin: Callable[[], None]
    end: Callable[[], None]


def stopped(server: PostgresServer) -> Outage:
    """The server shuts down and breaks every connection."""
    return Outage(server.stop, server.start)


def locked(url: str) -> Outage:
    """Another program holds SQLite's write lock and does not let go."""
    other = sqlite3.connect(_file(url), isolation_level=None, check_same_thread=False)
    return Outage(lambda: other.execute("BEGIN IMMEDIATE") and None, other.close)


def _file(url: str) -> Path:
    return Path(str(make_url(url).database))
