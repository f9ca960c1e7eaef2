"""A plain SQLite file, such as the copy that is made before an update, to be restored like any other backup."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from sambut.backup.places import FilePlace
from sambut.backup.vault import BLOCK, Snapshot, StoredDatabase, Vault
from storage.copying import row_counts
from storage.engine import Database
from storage.migrate import look

_MARK = b"SQLite format 3\0"


def is_sqlite(file: Path) -> bool:
    """Whether it is a database of SQLite. Raises `OSError`."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(_MARK)) == _MARK


class SqliteCopy(Vault):
    """Such a file as a backup of nothing but a database."""

    def __init__(self, file: Path) -> None:
        super().__init__(FilePlace(file), None)
        self._file = file

    async def look(self) -> Snapshot:
        """Raises `StoreError`, also for one whose schema this version does not know."""
        database = Database(f"sqlite:///{self._file}")
        try:
            schema = (await look(database)).at
        finally:
            await database.close()
        stored = StoredDatabase("sqlite", schema, self._file.name, row_counts(self._file))
        return Snapshot(self._file.stat().st_mtime, "", "", stored, only_database=True)

    def size(self, name: str) -> int | None:
        return self._file.stat().st_size // 4

    def blocks(self, name: str) -> Iterator[bytes]:
        packing = zlib.compressobj(1, wbits=31)
        with self._file.open("rb") as file:
            while block := file.read(BLOCK):
                yield packing.compress(block)
        yield packing.flush()
