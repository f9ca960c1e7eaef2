"""Brings a database to the shape that this version's tables have, with the migrations inside the package."""

from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from sealing import Keyring
from storage.engine import Database

FOLDER = Path(__file__).parent / "migrations"
_BY_HAND = ("article_text", "ticket_text", "ticket_place", "ix_ticket_text", "sqlite_autoindex_ticket_place")
_LOCK = 0x53414D42  # "SAMB": PostgreSQL's advisory lock that lets one node migrate at a time


async def migrate(database: Database, keyring: Keyring | None = None) -> str:
    """Runs every migration that is missing, all or none of them. Returns the revision. Raises `StoreUnavailable`.

    `keyring` seals what older versions kept open; where there is such a thing, `SealError` is raised without a key.

    An index of a million rows takes longer than any other statement may, and so does waiting for a node that makes it.
    """
    if database.is_sqlite:
        Path(database.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    patient = Database(database.url.render_as_string(hide_password=False), command_s=None, outage=database.outage)
    try:
        return await patient.write(partial(_upgrade, keyring=keyring))
    finally:
        await patient.close()


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


def _upgrade(connection: Connection, keyring: Keyring | None) -> str:
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(configuration(connection, keyring), "head")
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
