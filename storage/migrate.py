"""Brings a database to the shape that this version's tables have, with the migrations inside the package."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.engine import Database

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x53414D42  # "SAMB": PostgreSQL's advisory lock that lets one node migrate at a time


async def migrate(database: Database) -> None:
    """Runs every migration that is missing, all or none of them. Raises `StoreUnavailable`."""
    if database.is_sqlite:
        Path(database.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    await database.write(_upgrade)


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a comparison with the metadata looks at it; the full-text index is made by hand in a migration."""
    return kind != "table" or not str(name).startswith("article_text")


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    command.upgrade(configuration(connection), "head")
