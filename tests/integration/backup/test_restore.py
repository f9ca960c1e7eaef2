"""A backup of a whole installation comes back on an empty machine, on both databases and from one to the other."""

import json
import sqlite3
import stat
from contextlib import ExitStack
from pathlib import Path

import pytest

from hotline.facts import EventName
from storage import Store, TicketQuery, open_store
from storage.knowledge import ArticleQuery
from storage.records import EventLogged
from tests.integration.backup.machines import Machine, add_file, new_machine
from tests.integration.storage.samples import fact

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def other(kind: str, tmp_path: Path, request: pytest.FixtureRequest, stack: ExitStack) -> Machine:
    return new_machine(tmp_path / "other", OTHER[kind], request, stack)


@pytest.mark.parametrize(
    ("target", "with_key"), [("folder", False), ("folder", True), ("one.zip", False), ("one.zip", True)]
)
async def test_everything_comes_back_on_an_empty_machine(
    office: Machine, empty: Machine, tmp_path: Path, target: str, with_key: bool
) -> None:
    key = ["--key-file", tmp_path / "key"] if with_key else []
    if with_key:
        office.does("backup", "--make-key", tmp_path / "key")
    before = office.rows(), office.files()

    office.does("backup", tmp_path / target, *key)
    assert "is whole" in office.does("restore", tmp_path / target, "--verify", *key)
    empty.does("restore", tmp_path / target, *key)

    assert (empty.rows(), empty.files()) == before
    assert empty.does("check").endswith("configuration is in order\n")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (empty.data / "recordings").rglob("*")}
    assert modes == {0o700, 0o600}
    await _goes_on(empty)


async def test_it_comes_back_in_the_other_kind_of_database(office: Machine, other: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup")

    other.does("restore", tmp_path / "backup")

    assert other.rows() == office.rows()
    assert other.files() == office.files()
    await _goes_on(other)


async def _goes_on(machine: Machine) -> None:
    """Full-text indexes, triggers and counters are as they were."""
    async with await open_store(machine.url, spool=machine.data / "spool" / "journal", node="desk1") as store:
        await store.migrate()
        await store.start()
        assert (await store.tickets.search(TicketQuery(text="kata17"))).total == 1
        assert len(await store.knowledge.find(ArticleQuery("paj tah", state="proposed"))) == 1
        await _writes_on(store)


async def _writes_on(store: Store) -> None:
    found = await store.tickets.get("HTL-2025-000002")
    assert found is not None
    saved = await store.tickets.save(found, 1, "siti", 2e9)
    assert saved is not None
    await store.journal.write(EventLogged(fact(EventName.CONNECT, 900)))
    await store.journal.settle()


def test_only_what_changed_is_copied_again(office: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup")
    first = {path: path.stat().st_mtime_ns for path in (tmp_path / "backup" / "objects").rglob("*") if path.is_file()}
    add_file(office.data / "paper" / "2025" / "10" / "09" / "HTL-2025-000002.pdf", b"%PDF-1.7 another form")

    told = office.does("backup", tmp_path / "backup")

    second = {path: path.stat().st_mtime_ns for path in (tmp_path / "backup" / "objects").rglob("*") if path.is_file()}
    assert first.items() <= second.items()
    assert len(second) - len(first) <= 2, "the form, and the database if it changed"
    assert len(office.does("backup", tmp_path / "backup", "--list").splitlines()) == 2, told
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "backup").rglob("*")} - {0o644}
    assert modes == {0o700, 0o600}


def test_what_is_being_written_waits_and_a_row_without_a_file_is_told(office: Machine, tmp_path: Path) -> None:
    add_file(office.data / "spool" / "audio" / "running-caller.wav", b"RIFF", age_s=1)
    add_file(office.data / "spool" / "audio" / "left-caller.wav", b"RIFF")
    add_file(office.data / "recordings" / "2025" / "10" / "09" / "no-row-yet.flac", b"fLaC", age_s=0)
    (office.data / "recordings" / "2025" / "10" / "09" / "one.flac").unlink()

    told = office.does("backup", tmp_path / "backup")

    assert "running-caller.wav is being recorded" in told and "left-caller" not in told
    assert "no-row-yet.flac is newer than the copy of the database" in told
    assert "1 recordings are named in the database" in told


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_there(office: Machine, tmp_path: Path) -> None:
    (office.config / "tls" / "key.pem").chmod(0)
    status, told = office.run("backup", tmp_path / "backup")
    if status == 0:
        pytest.skip("root reads everything")
    assert status == 3 and "config/tls/key.pem cannot be read" in told
    assert "is whole" in office.does("backup", tmp_path / "backup", "--verify")


def test_an_installation_is_replaced_only_if_told(office: Machine, empty: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup")
    empty.does("restore", tmp_path / "backup")
    add_file(empty.data / "recordings" / "later.flac", b"fLaC")
    (empty.config / "settings.yaml").write_text("node: later\n")

    status, told = empty.run("restore", tmp_path / "backup")
    assert status == 1 and "installation here already" in told and "--replace" in told
    status, told = empty.run("restore", tmp_path / "backup", "--keep-config", "--replace")
    assert status == 0, told

    assert (empty.config / "settings.yaml").read_text() == "node: later\n"
    assert not (empty.data / "recordings" / "later.flac").exists()
    (aside,) = empty.data.glob("before-restore-*")
    assert (aside / "recordings" / "later.flac").read_bytes() == b"fLaC"
    assert empty.rows() == office.rows()
    empty.does("restore", tmp_path / "backup", "--replace")
    assert empty.files() == office.files() | {
        path.relative_to(empty.folder).as_posix(): path.read_bytes()
        for path in empty.config.rglob("before-restore-*/**/*")
        if path.is_file()
    }


def test_settings_alone_can_be_had(office: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup.zip")
    office.does("restore", tmp_path / "backup.zip", "--config-to", tmp_path / "etc")
    assert (tmp_path / "etc" / "settings.yaml").read_text() == "node: desk1\ndrain_s: 1\n"
    assert office.run("restore", tmp_path / "backup.zip", "--config-to", tmp_path / "etc")[0] == 1


def test_a_folder_or_file_of_somebody_else_is_let_be(office: Machine, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("dear")
    for target, why in ((tmp_path / "home", "is not empty"), (tmp_path / "home" / "letter.txt", "no backup")):
        status, told = office.run("backup", target)
        assert status == 1 and why in told, told
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_newer_backup_is_refused_in_plain_words(office: Machine, empty: Machine, tmp_path: Path) -> None:
    with sqlite3.connect(office.data / "sambut.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    status, told = office.run("backup", tmp_path / "backup")
    assert status == 1 and "schema 9999" in told and "newer version" in told and "Traceback" not in told


def test_the_last_good_backup_is_known(office: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup")
    noted = json.loads((office.data / "last-backup.json").read_text())
    assert noted["in"] == str(tmp_path / "backup") and noted["name"].startswith("snapshots/")
