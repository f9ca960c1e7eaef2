"""Every test here that asks for `url` or `store` runs twice: on SQLite and on a real PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sealing import Keyring
from storage import Store, open_store
from tests.integration.postgres import PostgresServer, postgres_server
from tests.integration.storage.outage import Outage, locked, stopped

__all__ = ["postgres_server"]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "sambut.db"
    asyncio.run(_migrate(f"sqlite:///{path}", path.parent))
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL database with all tables, to be copied."""
    name = postgres_server.new_database()
    asyncio.run(_migrate(postgres_server.url(name), tmp_path_factory.mktemp("migrated")))
    return name


async def _migrate(url: str, folder: Path) -> None:
    async with await open_store(url, spool=folder / "spool") as store:
        await store.migrate()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and no rows."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "sambut.db")
        yield f"sqlite:///{tmp_path}/sambut.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database(request.getfixturevalue("migrated_database"))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def outage(kind: str, url: str, request: pytest.FixtureRequest) -> Iterator[Outage]:
    """How to take the database of `url` away and give it back; the latter is done at the end at the latest."""
    outage = locked(url) if kind == "sqlite" else stopped(request.getfixturevalue("postgres_server"))
    yield outage
    outage.end()


@pytest.fixture
async def store(url: str, tmp_path: Path) -> AsyncIterator[Store]:
    """A started store of node `node1` on an empty database."""
    async with await open_store(url, spool=tmp_path / "spool", node="node1", keyring=Keyring.fresh()) as opened:
        await opened.start()
        yield opened
