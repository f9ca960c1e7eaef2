"""For developers: `python -m storage.new_migration "why"` drafts a migration, to be read and corrected.

It is the difference between what the migrations build and what `storage/tables.py` says.
"""

import asyncio
import sys
import tempfile

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engine import Database
from storage.migrate import configuration, migrate


async def draft(reason: str) -> None:
    """Writes the next numbered file into storage/migrations/versions."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        await migrate(database)
        await database.read(lambda connection: _draft(connection, reason))
        await database.close()


def _draft(connection: Connection, reason: str) -> None:
    config = configuration(connection)
    number = 1 + len(list(ScriptDirectory.from_config(config).walk_revisions()))
    command.revision(config, reason, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    asyncio.run(draft(" ".join(sys.argv[1:]) or sys.exit("say why the shape changes")))
