"""Brings a database to the shape that this version's tables have, with the migrations inside the package."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from sealing import Keyring
from storage.engine import Database
from storage.errors import NewerDatabase

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent / "migrations"
_BY_HAND = ("article_text", "ticket_text", "ticket_place", "ix_ticket_text", "sqlite_autoindex_ticket_place")
_LOCK = 0x53414D42  # "SAMB": PostgreSQL's advisory lock that lets one node migrate at a time


@dataclass(frozen=True, slots=True)
class Missing:
    """What a database lacks: the schema it has (empty for one without tables) and the revisions still to come."""

    at: str
    steps: tuple[str, ...]

    @property
    def to(self) -> str:
        return self.steps[-1] if self.steps else self.at


Before = Callable[[Missing], Awaitable[None]]
"""What is done before a database that holds something is changed; if it raises, nothing is changed."""


async def migrate(database: Database, before: Before | None = None, keyring: Keyring | None = None) -> str:
    """Runs every migration that is missing, all or none of them. Returns the schema.

    Raises `StoreUnavailable`, `NewerDatabase`, and what `before` raises.

    `keyring` seals what older versions kept open; where there is such a thing, `SealError` is raised without a key.

    An index of a million rows takes longer than any other statement may, and so does waiting for a node that makes it.
    """
    patient = Database(database.url.render_as_string(hide_password=False), command_s=None, outage=database.outage)
    try:
        missing = await look(patient)
        if missing.at and missing.steps and before is not None:
            await before(missing)
        await move(patient, "head", missing, keyring)
        return missing.to
    finally:
        await patient.close()


async def look(database: Database) -> Missing:
    """What this database lacks. Raises `StoreUnavailable`; `NewerDatabase` if its schema is none of this version's."""
    if database.is_sqlite:
        Path(database.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    at = await database.read(revision)
    known = revisions()
    if at and at not in known:
        raise NewerDatabase(at, known[-1])
    return Missing(at, known[known.index(at) + 1 :] if at else known)


async def move(database: Database, to: str, missing: Missing, keyring: Keyring | None = None) -> None:
    """Brings the tables to the revision `to` ("head": this version's), up or down, in one transaction.

    `database` must have no limit of time for a statement.
    """
    if missing.at and missing.steps and to == "head":
        log.info("migrating", database_at=missing.at, to=missing.to, steps=len(missing.steps))
    began = time.monotonic()
    await database.write(lambda connection: bring_to(connection, to, keyring))
    if missing.at and missing.steps and to == "head":
        log.info("migrated", database_at=missing.to, seconds=round(time.monotonic() - began, 1))


def revisions() -> tuple[str, ...]:
    """Every schema that this version knows, oldest first."""
    scripts = ScriptDirectory(str(FOLDER))
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def revision(connection: Connection) -> str:
    """The schema that the database has; empty for one without tables."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def configuration(connection: Connection, keyring: Keyring | None = None) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    config.attributes["keyring"] = keyring or Keyring()
    return config


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a comparison with the metadata looks at it; the full-text index is made by hand in a migration."""
    return not str(name).startswith(_BY_HAND)


def bring_to(connection: Connection, to: str, keyring: Keyring | None = None) -> None:
    """The same on an open connection, in its transaction."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = configuration(connection, keyring)
    config.attributes["told"] = _Stopwatch(quiet=not revision(connection))
    known = revisions()
    target, at = known[-1] if to == "head" else to, revision(connection)
    if at and known.index(target) < known.index(at):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


class _Stopwatch:
    """Tells each step of a migration and how long it took. Making the tables of a new database is no news (`quiet`)."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet, self._since = quiet, time.monotonic()

    def __call__(self, *, step: Any, **_: Any) -> None:
        now = time.monotonic()
        if not self._quiet:
            what = step.up_revision.doc if step.is_upgrade else f"back: {step.up_revision.doc}"
            log.info("migration_step", revision=step.up_revision_id, what=what, seconds=round(now - self._since, 2))
        self._since = now
