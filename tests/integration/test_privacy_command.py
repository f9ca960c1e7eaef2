"""`sambut privacy` on a real database, and the nightly run of the same rules."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
import structlog

from config.retention import KeepDays, Retention
from desk.retention import RetentionRules
from hotline.ticket import Step
from sambut.privacy import NightlyRetention
from storage import Store, open_store
from storage.audit import LookQuery
from storage.records import CallEnded, RecordingStored, TicketOpened
from tests.integration.storage.samples import CALLER, NOON, call_id, full_ticket, started, ticket
from tests.support.processes import run

JAKARTA = ZoneInfo("Asia/Jakarta")
DAY = 86_400.0


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder with one closed ticket, one open one, and a recorded call, long ago."""
    folder = tmp_path / "data"
    (folder / "recordings").mkdir(parents=True)
    (folder / "recordings" / "one.flac").write_bytes(b"sound")
    for name in ("paper/2025/10/09/HTL-2025-000001.pdf", "paper/2025/10/register-2025-10.pdf", "paper/notes/own/a.b"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"paper")
    url = f"sqlite:///{folder}/sambut.db"
    async with await open_store(url, spool=folder / "spool" / "journal", node="desk1") as store:
        await store.migrate()
        await store.start()
        await store.journal.write(
            started(1, node="desk1"), TicketOpened(ticket(1, call=1)), CallEnded(call_id(1), NOON, "caller", "hang_up")
        )
        await store.tickets.save(full_ticket(1), 1, "operator1", NOON)
        await store.tickets.open(replace(ticket(2), step=Step.ANSWER, caller_name="Ratna"))
        await store.journal.write(RecordingStored(call_id(1), "recordings/one.flac", 6.0, 5, NOON))
    return folder


def privacy(data: Path, *arguments: str, config: Path | None = None) -> tuple[int, str]:
    """Exit status and what was printed."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("SAMBUT_")}
    variables |= {"SAMBUT_DATA": str(data), "SAMBUT_NODE": "desk1"}
    variables |= {} if config is None else {"SAMBUT_CONFIG": str(config)}
    done = run("privacy", *arguments, environ=variables)
    return done.returncode, done.stdout + done.stderr


def retention_file(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "retention.yaml").write_text("keep_days: {recordings: 1, caller: 1, words: null, paper: 1}\n")
    return folder


def test_retention_is_told_before_it_is_carried_out(data: Path, tmp_path: Path) -> None:
    rules = retention_file(tmp_path)

    status, told = privacy(data, "retention", "--dry-run", config=rules)
    assert status == 0 and "would erase:" in told, told
    assert (data / "recordings" / "one.flac").exists()
    status, done = privacy(data, "retention", config=rules)

    assert status == 0, done
    assert done.split("erased:")[1] == told.split("erase:")[1], "what was told is what is done"
    assert [line.split()[-1] for line in done.splitlines()[1:]] == ["1", "1", "0", "1", "0", "0", "2"]
    assert not (data / "recordings" / "one.flac").exists()
    assert [path.name for path in (data / "paper").rglob("*.*")] == ["a.b"], "what is not the archive's is left alone"


def test_one_persons_data_are_written_to_a_file_and_then_erased(data: Path, tmp_path: Path) -> None:
    whose = ("--number", "0812 3456 7890", "--reason", "Permohonan 12/2026")
    archive = tmp_path / "data.zip"

    assert privacy(data, "export", *whose, str(archive))[0] == 0
    with ZipFile(archive) as opened:
        document = json.loads(opened.read("data-pribadi.json"))
        assert opened.read(document["recordings"][0]["file"]) == b"sound"
    assert [each["number"] for each in document["tickets"]] == ["HTL-2025-000001", "HTL-2025-000002"]

    status, dry = privacy(data, "erase", *whose, "--dry-run")
    assert status == 0 and "still open, stays whole: HTL-2025-000002" in dry and "erased" not in dry
    assert (data / "recordings" / "one.flac").exists()
    status, done = privacy(data, "erase", *whose)
    assert status == 0 and "erased:" in done
    assert not (data / "paper/2025/10/09/HTL-2025-000001.pdf").exists()
    assert (data / "paper/2025/10/register-2025-10.pdf").exists()
    assert not (data / "recordings" / "one.flac").exists()


async def test_what_the_command_did_is_in_the_audit_log(data: Path, tmp_path: Path) -> None:
    privacy(data, "erase", "--plate", "D 1234 ABC", "--reason", "Permohonan 13/2026")

    async with await open_store(f"sqlite:///{data}/sambut.db", spool=data / "spool" / "journal") as store:
        (look,) = (await store.audit.search(LookQuery())).items
    assert (look.by, look.what, look.note) == ("sambut", "erase", "D •••: Permohonan 13/2026")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--reason", "Surat"), "one of them"),
        (("--number", CALLER, "--plate", "D 1 A", "--reason", "Surat"), "one of them"),
        (("--plate", "bukan pelat", "--reason", "Surat"), "plate number"),
        (("--email", "ratna@example.org", "--reason", "Surat"), "nothing is kept"),
        (("--number", "0899999999", "--reason", "Surat"), "nothing is kept"),
        (("--number", CALLER), "--reason"),
    ],
)
def test_a_request_that_is_not_clear_is_refused_with_why(data: Path, arguments: tuple[str, ...], reason: str) -> None:
    status, told = privacy(data, "erase", *arguments)

    assert status != 0 and reason in told, told


@pytest.fixture
async def store(data: Path) -> AsyncIterator[Store]:
    async with await open_store(
        f"sqlite:///{data}/sambut.db", spool=data / "spool" / "journal", node="desk1"
    ) as opened:
        yield opened


@pytest.mark.parametrize("nightly", ["report", "erase"])
async def test_each_night_once_what_is_overdue_is_told_or_erased(store: Store, data: Path, nightly: str) -> None:
    rules = Retention(nightly=nightly, at="02:30", keep_days=KeepDays(recordings=1))
    now = NOON + 30 * DAY
    night = NightlyRetention(RetentionRules(store.privacy, rules.keep_days, data, JAKARTA), rules, lambda: now, JAKARTA)
    with structlog.testing.capture_logs() as told:
        await night.look()
        assert told == [], "not before its time"
        now += DAY
        await night.look()
        await night.look()

    event = "retention_erased" if nightly == "erase" else "retention_overdue"
    assert [(entry["event"], entry["recordings"]) for entry in told] == [(event, 1)]
    assert (data / "recordings" / "one.flac").exists() == (nightly == "report")
