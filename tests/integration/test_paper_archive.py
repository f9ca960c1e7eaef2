"""The archive of paper: filed whole, night after night, also those that were missed; and by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from click.testing import CliRunner

import config
from config.settings import Settings
from desk.archive import PaperArchive
from desk.paperwork import Paperwork
from desk.press import Press, PressFailed
from hotline.ticket import Step, Ticket
from sambut.cli import main
from sambut.paper import Filing, Nightly
from storage import Store, open_store

ZONE = ZoneInfo("Asia/Jakarta")
MONDAY, TUESDAY = date(2026, 11, 30), date(2026, 12, 1)


def at(day: date, hour: int, minute: int = 0) -> float:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).timestamp()


class Office:
    """An installation whose clock stands where a test puts it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.now = at(TUESDAY, 9)
        self.store = store
        self.archive = PaperArchive(folder / "paper")
        installation = replace(config.load(None, {}), settings=Settings.model_validate({"data": folder}))
        paperwork = Paperwork(store, installation, lambda: installation.matrix, Press(), lambda: self.now)
        self.filing = Filing(paperwork, store, self.archive, ZONE, "id")
        rules = installation.paper.archive
        self.nightly = Nightly(self.filing, self.archive, rules, ZONE, lambda: self.now)

    def filed(self) -> list[str]:
        return sorted(str(path.relative_to(self.archive.folder)) for path in self.archive.folder.rglob("*.*"))

    def says(self, *path: str) -> str:
        return pypdf.PdfReader(self.archive.folder.joinpath(*path)).pages[0].extract_text()


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    async with await open_store(f"sqlite:///{folder}/sambut.db", spool=folder / "spool") as store:
        await store.migrate()
        yield Office(store, folder)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as opened:
        yield opened


def ticket(number: int, opened: float, **fields: object) -> Ticket:
    return Ticket(f"HTL-2026-{number:06d}", opened, **{"kind": "informasi", "caller_name": "Ayu", **fields})  # type: ignore[arg-type]


async def test_a_day_is_filed_with_forms_and_register_and_the_month_at_its_end(here: Office) -> None:
    await here.store.tickets.open(ticket(1, at(MONDAY, 10)))
    await here.nightly.look()
    assert here.filed() == [
        "2026/11/30/HTL-2026-000001.pdf",
        "2026/11/30/register-2026-11-30.pdf",
        "2026/11/30/register-2026-11-30.xlsx",
        "2026/11/register-2026-11.pdf",
        "2026/11/register-2026-11.xlsx",
    ]
    assert "HTL-2026-000001" in here.says("2026", "11", "30", "register-2026-11-30.pdf")


async def test_an_archive_begins_with_the_first_ticket_and_not_a_month_back(here: Office) -> None:
    await here.nightly.look()
    assert here.filed() == []
    await here.store.tickets.open(ticket(1, at(date(2026, 10, 1), 10)))
    await here.store.tickets.open(ticket(2, at(date(2026, 11, 29), 10)))
    await here.nightly.look()
    assert here.archive.filed_days() == {date(2026, 11, 29), MONDAY}


async def test_a_day_whose_register_was_removed_is_filed_again(here: Office) -> None:
    await here.store.tickets.open(ticket(1, at(date(2026, 11, 28), 10)))
    await here.nightly.look()
    (here.archive.folder / "2026/11/29/register-2026-11-29.pdf").unlink()
    await here.nightly.look()
    assert here.archive.filed_days() == {date(2026, 11, 28), date(2026, 11, 29), MONDAY}


async def test_nobody_but_the_services_own_account_may_read_it(here: Office) -> None:
    await here.store.tickets.open(ticket(1, at(MONDAY, 10)))
    await here.nightly.look()
    assert {path.stat().st_mode & 0o077 for path in here.archive.folder.rglob("*.*")} == {0}
    assert here.archive.folder.stat().st_mode & 0o077 == 0


async def test_nights_that_were_missed_are_made_up_for(here: Office) -> None:
    await here.store.tickets.open(ticket(1, at(MONDAY, 10)))
    here.now = at(date(2026, 12, 3), 0, 29)
    await here.nightly.look()
    assert here.archive.filed_days() == {MONDAY, TUESDAY}
    here.now = at(date(2026, 12, 3), 0, 30)
    await here.nightly.look()
    assert here.archive.filed_days() == {MONDAY, TUESDAY, date(2026, 12, 2)}


async def test_a_form_is_printed_again_on_the_night_after_its_ticket_was_closed(here: Office) -> None:
    opened = ticket(1, at(MONDAY, 10))
    await here.store.tickets.open(opened)
    await here.nightly.look()
    assert "Belum selesai" in here.says("2026", "11", "30", "HTL-2026-000001.pdf")
    closed = replace(opened, step=Step.CLOSED, closed_at=at(TUESDAY, 11), closed_as="answered", answer="Sudah lunas.")
    await here.store.tickets.save(closed, 1, "operator1", here.now)
    here.now = at(date(2026, 12, 2), 1)
    await here.nightly.look()
    assert "Sudah lunas." in here.says("2026", "11", "30", "HTL-2026-000001.pdf")
    assert not (here.archive.folder / "2026/12/01/HTL-2026-000001.pdf").exists()


async def test_what_cannot_be_written_leaves_no_half_of_a_file_and_is_tried_again(here: Office) -> None:
    await here.store.tickets.open(ticket(1, at(MONDAY, 10)))
    here.archive.folder.mkdir()
    in_the_way = here.archive.folder / "2026"
    in_the_way.write_text("a file where a folder should be")
    with pytest.raises(OSError, match="2026"):
        await here.nightly.look()
    in_the_way.unlink()
    await here.nightly.look()
    assert here.archive.filed_days() == {MONDAY}
    assert not list(here.archive.folder.rglob("*.part"))


async def test_a_press_that_fails_says_why_and_keeps_what_was_filed_before(here: Office) -> None:
    await here.store.tickets.open(ticket(1, at(MONDAY, 10)))
    await here.nightly.look()
    register = here.archive.folder / "2026/11/30/register-2026-11-30.pdf"
    before = register.read_bytes()
    register.with_name(f"{register.name}.part").mkdir()
    with pytest.raises((PressFailed, OSError)):
        await here.filing.day(MONDAY)
    assert register.read_bytes() == before


def test_a_day_a_month_and_a_ticket_are_filed_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMBUT_DATA", str(tmp_path))

    async def prepare() -> None:
        async with office(tmp_path) as opened:
            await opened.store.tickets.open(ticket(1, at(MONDAY, 10)))

    asyncio.run(prepare())
    out = tmp_path / "out"
    for arguments in (["day", "2026-11-30"], ["month", "2026-11"], ["ticket", "HTL-2026-000001"]):
        done = CliRunner().invoke(main, ["paper", *arguments, "--out", str(out), "--language", "en"])
        assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.rglob("*.pdf")) == [
        "HTL-2026-000001.pdf",
        "register-2026-11-30.pdf",
        "register-2026-11.pdf",
    ]
    missing = CliRunner().invoke(main, ["paper", "ticket", "HTL-2026-999999"])
    assert (missing.exit_code, "there is no ticket HTL-2026-999999" in missing.output) == (1, True)
