"""A machine of a test: a data folder, a folder of settings and a database, and the real command on them."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Connection, MetaData, Text, cast, inspect, select

from hotline.facts import EventName
from storage import Account, Role, Session, open_store
from storage.engine import Database
from storage.knowledge import ArticleWords
from storage.migrate import is_ours
from storage.records import EventLogged, RecordingStored, TicketOpened
from tests.integration.storage.samples import NOON, call_id, fact, full_ticket, started, ticket
from tests.support.processes import SAMBUT, run

SETTINGS = "node: desk1\ndrain_s: 1\n"
OLD_S = 3600.0
"""Files of a test are so old: nothing is being written."""


@dataclass(frozen=True, slots=True)
class Machine:
    """`folder` has everything but a database on a server."""

    folder: Path
    url: str

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def environ(self) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("SAMBUT_")}
        mine = {"DATA": str(self.data), "CONFIG": str(self.config), "DATABASE_URL": self.url, "LOG_FORMAT": "json"}
        return {**others, **{f"SAMBUT_{name}": value for name, value in mine.items()}}

    def run(self, *arguments: str | Path, **more: Any) -> tuple[int, str]:
        """Exit status and everything that was printed. `more` is for `subprocess.run`."""
        if more:
            done = subprocess.run(
                [SAMBUT, *arguments],
                env=self.environ,
                capture_output=True,
                text=True,
                check=False,
                cwd=self.folder,
                **more,
            )
        else:
            done = run(*arguments, environ=self.environ, cwd=self.folder)
        return done.returncode, done.stdout + done.stderr

    def does(self, *arguments: str | Path) -> str:
        status, printed = self.run(*arguments)
        assert status == 0, printed
        return printed

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in an order of its own."""
        with ThreadPoolExecutor(1) as beside:  # also where a loop runs
            return beside.submit(asyncio.run, self._rows()).result()

    async def _rows(self) -> dict[str, list[tuple[Any, ...]]]:
        database = Database(self.url)
        try:
            return await database.read(all_rows)
        finally:
            await database.close()

    def files(self) -> dict[str, bytes]:
        """What must come back byte for byte."""
        kept = [*self.data.rglob("*"), *self.config.rglob("*")]
        found = {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in kept if path.is_file()}
        left_out = (
            "data/sambut.db",
            "data/last-backup",
            "data/backup.lock",
            "data/verify.lock",
            "data/in-use.lock",
            "data/before-",
        )
        return {name: content for name, content in found.items() if not name.startswith(left_out)}


def all_rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    metadata = MetaData()
    names = [name for name in inspect(connection).get_table_names() if is_ours(name, "table", None)]
    metadata.reflect(connection, only=names)
    found = {}
    for table in metadata.sorted_tables:
        columns = [cast(each, Text) if isinstance(each.type, JSON) else each for each in table.columns]
        rows = [tuple(_plain(cell) for cell in row) for row in connection.execute(select(*columns))]
        found[table.name] = sorted(rows, key=repr)
    return found


def _plain(cell: Any) -> Any:
    """The same moment from both databases: SQLite's has no zone, and is UTC."""
    return cell.replace(tzinfo=None) if hasattr(cell, "tzinfo") and cell.tzinfo else cell


def new_machine(
    folder: Path, kind: str, request: pytest.FixtureRequest, stack: ExitStack, *, template: bool = False
) -> Machine:
    """A machine on which nothing was installed: with an empty database, or one with all tables (`template`)."""
    folder.mkdir()
    if kind == "sqlite":
        return Machine(folder, f"sqlite:///{folder}/data/sambut.db")
    server = request.getfixturevalue("postgres_server")
    name = server.new_database(*([request.getfixturevalue("migrated_database")] if template else []))
    stack.callback(server.drop_database, name)
    return Machine(folder, server.url(name))


async def fill(machine: Machine) -> None:
    """Something in every kind of table, and files of every kind."""
    machine.config.mkdir(exist_ok=True)
    (machine.config / "settings.yaml").write_text(SETTINGS)
    (machine.config / "tls").mkdir()
    (machine.config / "tls" / "key.pem").write_text("not really a key")
    spool = machine.data / "spool" / "journal"
    async with await open_store(machine.url, spool=spool, node="desk1") as store:
        await store.migrate()
        await store.start()
        await store.numbers.reserve(2025)
        await store.accounts.create(Account("siti", "Siti Rahma – “Ibu”", Role.ADMIN), "hash", NOON)
        await store.sessions.open(Session("token", "siti", NOON, 4e9))
        await store.journal.write(started(1), TicketOpened(ticket(1, call=1)))
        await store.tickets.save(
            replace(full_ticket(1), description="Pelat D 12 \U0001f697 'kutip' \\ \n baris"), 1, "siti", NOON
        )
        for number in range(2, 40):
            await store.journal.write(
                started(number), EventLogged(fact(EventName.CONNECT, number, note="ümlaut", n=1.1))
            )
            await store.tickets.open(replace(ticket(number), description=f"kata{number}"))
        await store.journal.write(RecordingStored(call_id(1), "recordings/2025/10/09/one.flac", 6.0, 5, NOON))
        words = ArticleWords("Pajak tahunan", "pkb", "id", "KTP asli dan STNK.", "Bawa KTP.")
        await store.knowledge.propose(words, "siti", NOON)
    add_file(machine.data / "recordings" / "2025" / "10" / "09" / "one.flac", os.urandom(300_000))
    add_file(machine.data / "paper" / "2025" / "10" / "09" / "HTL-2025-000001.pdf", b"%PDF-1.7 a form")
    add_file(machine.data / "prompts" / "id" / "greeting.wav", os.urandom(1_000))
    add_file(machine.data / "spool" / "journal" / "0000000009.jsonl", b"")
    add_file(machine.data / "cache" / "made-again", b"cache")
    (machine.data / "cache" / "made-again").unlink()


def add_file(path: Path, content: bytes, *, age_s: float = OLD_S) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = path.stat().st_mtime - age_s
    os.utime(path, (at, at))


def damage(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))
