"""An update copies the database before it changes it, tells its steps, and there is a way back."""

import asyncio
import re
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from config import load
from sambut.updating import copy_before, copy_database
from storage import migrations
from storage.engine import Database
from storage.migrate import Missing, bring_to, revisions
from storage.rows import export_rows
from tests.integration.backup.machines import Machine, add_file, all_rows, new_machine
from tests.integration.postgres import PostgresServer

HEAD = revisions()[-1]


@pytest.fixture
def machine(kind: str, tmp_path: Path, request: pytest.FixtureRequest, stack: ExitStack) -> Machine:
    return new_machine(tmp_path / "office", kind, request, stack)


async def _at(machine: Machine, schema: str) -> dict[str, list[Any]]:
    """Makes the database as an older version left it; returns its rows."""
    machine.data.mkdir()
    machine.config.mkdir()
    database = Database(machine.url)
    await database.write(lambda connection: bring_to(connection, schema))
    await database.execute(text(_ACCOUNT))
    for number in range(1, 1_001):
        await database.execute(text(_TICKET).bindparams(number=f"HTL-2025-{number:06d}", words=f"kata{number}"))
    rows = await database.read(all_rows)
    await database.close()
    return rows


_ACCOUNT = (
    "INSERT INTO account (username, name, role, language, phone, unit, active, password_hash, created_at, phone_kind) "
    "VALUES ('siti', 'Siti', 'admin', 'id', '', '', true, 'hash', '2025-10-09 08:00:00', 'browser')"
)
_TICKET = (
    "INSERT INTO ticket (number, version, step, caller_number, caller_name, plate, region, description, category, "
    "answer, language, created_at, steps, haystack, origin) VALUES (:number, 1, 'identity', '', '', '', '', :words, "
    "'', '', 'id', '2025-10-09 08:00:00', '[]', '', 'call')"
)


async def _schema(machine: Machine) -> str:
    database = Database(machine.url)
    found = str(await database.scalar(text("SELECT version_num FROM alembic_version")))
    await database.close()
    return found


def _copy(machine: Machine, kind: str) -> Path:
    folder, name = (machine.data, "sambut.db.before-*") if kind == "sqlite" else (machine.data / "backups", "before-*")
    (copy,) = folder.glob(name)
    return copy


@pytest.mark.parametrize("schema", ["0009", "0012"])
async def test_an_update_can_be_taken_back(machine: Machine, kind: str, schema: str) -> None:
    before = await _at(machine, schema)

    printed = machine.does("migrate")

    assert await _schema(machine) == HEAD
    steps = re.findall(r"migration_step .*revision=(\w+) .*seconds=[\d.]+", re.sub(r"\x1b\[\d*m", "", printed))
    assert steps == [*revisions()[revisions().index(schema) + 1 :]], printed
    copy = _copy(machine, kind)
    assert copy.stat().st_mode & 0o777 == 0o600

    machine.does("restore", copy, "--replace")  # the way back: then the older program is started

    assert await _schema(machine) == schema
    assert machine.rows() == before
    machine.does("migrate")  # and forth once more
    assert await _schema(machine) == HEAD


async def test_up_and_down_by_hand(machine: Machine, kind: str) -> None:
    before = await _at(machine, "0012")
    machine.does("migrate")

    machine.does("migrate", "--to", "0012")
    assert await _schema(machine) == "0012"
    assert machine.rows() == before
    machine.does("migrate", "--to", HEAD)
    assert await _schema(machine) == HEAD
    status, told = machine.run("migrate", "--to", "0815")
    assert status == 1 and "there is no schema 0815" in told


async def test_a_newer_database_is_refused_in_plain_words_and_not_tried_again(machine: Machine) -> None:
    await _at(machine, "0013")
    database = Database(machine.url)
    await database.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    await database.close()

    status, told = machine.run("serve", timeout=60)

    assert status == 78, "systemd's RestartPreventExitStatus="
    assert "schema 0999" in told and f"up to {HEAD}" in told and "docs/backup.md" in told
    assert "Traceback" not in told
    for command in (["migrate"], ["export", "x.csv"]):
        status, told = machine.run(*command)
        assert status == 1 and "schema 0999" in told and "Traceback" not in told


async def test_it_can_be_switched_off_and_is_said_so(machine: Machine, kind: str) -> None:
    await _at(machine, "0012")
    (machine.config / "settings.yaml").write_text("backup_before_migration: false\n")
    assert "database_not_copied" in machine.does("migrate")
    assert not [*machine.data.glob("*before*"), *machine.data.glob("backups/*")]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_only_three_copies_stay(machine: Machine) -> None:
    await _at(machine, "0012")
    for number in range(4):
        (machine.data / f"sambut.db.before-000{number}-20200101-00000{number}").write_bytes(b"old")
    machine.does("migrate")
    left = sorted(path.name for path in machine.data.glob("sambut.db.before-*"))
    assert len(left) == 3 and left[-1].startswith(f"sambut.db.before-{HEAD}-")


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_update_that_fails_again_and_again_pushes_out_no_other_copy(machine: Machine) -> None:
    """As when systemd starts the service anew each time."""
    before = await _at(machine, "0012")
    older = [machine.data / f"sambut.db.before-000{number}-20200101-000000" for number in (8, 9)]
    for age, path in enumerate(older):
        add_file(path, b"old", age_s=86400 - age)
    with closing(sqlite3.connect(machine.data / "sambut.db")) as database:
        for name in re.findall(r'create_table\(\s*"(\w+)"', _migration("0014").read_text()):
            database.execute(f"CREATE TABLE IF NOT EXISTS {name} (is_in_the_way INTEGER)")
    settings = load(environ=machine.environ).settings
    for _ in range(5):
        await copy_database(settings, HEAD)
        await asyncio.sleep(1.01)  # their names have seconds
    status, told = machine.run("migrate")
    assert status != 0, told
    assert all(path.exists() for path in older)
    first, _last = sorted(machine.data.glob(f"sambut.db.before-{HEAD}-*"))
    machine.does("restore", first, "--replace")
    assert {name: rows for name, rows in machine.rows().items() if name in before} == before


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_process_that_tries_again_has_its_copy_already(machine: Machine) -> None:
    await _at(machine, "0012")
    copy = copy_before(load(environ=machine.environ).settings)
    for _ in range(3):
        await copy(Missing("0012", (HEAD,)))
        await asyncio.sleep(0.6)
    assert len([*machine.data.glob("sambut.db.before-*")]) == 1


def _migration(number: str) -> Path:
    (file,) = (Path(migrations.__file__).parent / "versions").glob(f"{number}_*.py")
    return file


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_without_room_for_a_copy_nothing_is_changed(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from config import load
    from sambut.backup import database
    from sambut.backup.errors import BackupError
    from sambut.updating import copy_before
    from storage.migrate import migrate

    await _at(machine, "0012")
    monkeypatch.setattr(database, "SPARE", 1 << 60)  # no disk has that
    settings = load(environ={"SAMBUT_DATA": str(machine.data)}).settings
    store = Database(settings.database_url)
    with pytest.raises(BackupError, match=r"needs .* MB on the disk of .* are free: nothing was done"):
        await migrate(store, copy_before(settings))
    await store.close()
    assert await _schema(machine) == "0012"


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_copy_is_of_one_moment_while_others_write(machine: Machine, tmp_path: Path) -> None:
    from storage.copying import copy_sqlite

    await _at(machine, HEAD)
    source = machine.data / "sambut.db"
    with closing(sqlite3.connect(source)) as other:
        other.execute("PRAGMA journal_mode=WAL")

        def write(_done: int, _all: int) -> None:
            other.execute("DELETE FROM account")
            other.execute("UPDATE ticket SET caller_name = 'x' WHERE number < 'HTL-2025-000500'")
            other.commit()

        counted = copy_sqlite(source, tmp_path / "copy.db", write)
        assert other.execute("SELECT count(*) FROM account").fetchone() == (0,), "it was written to meanwhile"
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM account").fetchone() == (counted["account"],) == (1,)
        assert copy.execute("SELECT count(*) FROM ticket WHERE caller_name = 'x'").fetchone() == (0,)


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_an_export_is_of_one_moment_while_others_write(machine: Machine, postgres_server: PostgresServer) -> None:
    await _at(machine, HEAD)
    database, name = Database(machine.url), machine.url.rpartition("/")[2]

    def export(connection: Connection) -> dict[str, int]:
        counted: dict[str, int] = {}
        lines = export_rows(connection, counted)
        next(lines)
        postgres_server.sql("DELETE FROM account", name)
        postgres_server.sql("DELETE FROM ticket WHERE number < 'HTL-2025-000500'", name)
        assert list(lines)[-1].startswith('{"tables":')
        return counted

    counted = await database.read(export)
    assert (counted["account"], counted["ticket"]) == (1, 1_000)
    assert await database.scalar(text("SELECT count(*) FROM account")) == 0
    await database.close()
