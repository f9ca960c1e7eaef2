"""The moment in which a restored state takes the place of the old one: all of it, also when the machine dies in it.

Everything new is staged beside the old. Then the plan is written to `restore.json` in the data folder, and from then on
(on PostgreSQL: once the database's transaction is committed) it is carried out, by whoever starts next if need be.
Each step is a rename on one disk and can be done again. Without that plan, or before that commit, the old state stands.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import text

from config import Settings
from sambut.backup.acting import name_of, other_owner
from sambut.backup.errors import BackupError
from sambut.backup.locks import IN_USE, locked
from storage.engine import Database

PLAN = "restore.json"
_SCHEMA = text("SELECT nspname FROM pg_namespace WHERE nspname = :name")


@dataclass(frozen=True, slots=True)
class Switch:
    """What is renamed in order (from, to), which folders are removed afterwards, and the schema that shows the commit.

    `old_schema` is the name that PostgreSQL's old tables have after the commit; empty where SQLite is used.
    """

    moves: list[tuple[str, str]]
    staging: list[str]
    old_schema: str = ""


def write(data: Path, switch: Switch) -> None:
    """From now on a start carries it out. What is staged must be on the medium."""
    partial = data / f".{PLAN}.part"
    with partial.open("w") as file:
        json.dump(asdict(switch), file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(data / PLAN)
    _sync(data)


def carry_out(data: Path, switch: Switch) -> None:
    """Renames what is not renamed yet, and forgets the plan."""
    for source, target in switch.moves:
        if os.path.lexists(source) and not os.path.lexists(target):
            Path(target).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            Path(source).rename(target)
    forget(data, switch)


def forget(data: Path, switch: Switch) -> None:
    """Removes what is staged, and the plan."""
    os.sync()
    (data / PLAN).unlink(missing_ok=True)
    for folder in switch.staging:
        shutil.rmtree(folder, ignore_errors=True)


async def settle(settings: Settings) -> str:
    """Ends what a killed `sambut restore` left: the new state if it was decided, else the old. Says which; "" if none.

    Raises `BackupError` while a restore runs, `StoreUnavailable` when the database that has to be asked is away. Root
    carries out no plan of somebody else's.
    """
    data = settings.data
    if not (data / PLAN).exists():
        return ""
    if os.geteuid() == 0 and (owner := other_owner(data, settings.config)):
        raise BackupError(
            f"a restore was interrupted: start as {name_of(owner[0])}, to whom {data} belongs, to end it (or run "
            "sambut restore again)"
        )
    with locked(data / IN_USE, f"a restore of {data} is running"):
        try:
            switch = Switch(**json.loads((data / PLAN).read_text()))
        except (ValueError, TypeError) as error:
            raise BackupError(f"{data / PLAN} is damaged; restore again") from error
        if switch.old_schema and not await _committed(settings, switch.old_schema):
            forget(data, switch)
            return "an interrupted restore was undone: the old state stands"
        carry_out(data, switch)
        return "an interrupted restore was finished: the restored state stands"


async def _committed(settings: Settings, old_schema: str) -> bool:
    database = Database(settings.database_url)
    try:
        found = await database.rows(_SCHEMA, {"name": old_schema})
    finally:
        await database.close()
    return bool(found)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
