"""Contents named by their hash, and snapshots that tell which files they were; encrypted if there is a key."""

import gzip
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sambut.backup.cipher import Key, Sealing, unsealed
from sambut.backup.errors import BackupError, Broken, WrongKey
from sambut.backup.places import Place

FORMAT = 1
BLOCK = 1 << 20
"""Bytes read at once."""


class Changed(Exception):
    """The file changed while it was read; it is taken next time."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the installation. `path` is relative to the data folder or the folder of settings (`part`)."""

    part: Literal["data", "config"]
    path: str
    size: int
    mtime_ns: int
    mode: int
    object: str


@dataclass(frozen=True, slots=True)
class StoredDatabase:
    """The database: an SQLite file (`kind` "sqlite") or the lines of `storage.rows`, gzipped; rows by table."""

    kind: Literal["sqlite", "rows"]
    schema: str
    object: str
    tables: dict[str, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One backup of one installation.

    `made_at` is in Unix seconds, `left` says what was not taken and why, `recordings_missing` how many rows name a file
    that is not in it, `variables` which settings came from the environment (their names). `only_database`: made before
    an update, and files are none of its business.
    """

    made_at: float
    program: str
    node: str
    database: StoredDatabase
    files: list[StoredFile] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    recordings_missing: int = 0
    variables: list[str] = field(default_factory=list)
    only_database: bool = False

    @property
    def bytes(self) -> int:
        """Of all its files, without the database."""
        return sum(each.size for each in self.files)


class Vault:
    """What a place holds. Everything may raise `BackupError` and `OSError`."""

    def __init__(self, place: Place, key: Key | None) -> None:
        self.place = place
        self._key = key

    @property
    def encrypted(self) -> bool:
        return self._key is not None

    def begin(self) -> None:
        """Marks a new place with its key, or looks whether the place is of this key."""
        if self.place.size("vault.json") is None:
            with self.place.write("vault.json") as file:
                file.write(json.dumps({"format": FORMAT, "key": self._key and self._key.id}).encode())
        self.check()

    def check(self) -> None:
        """Raises `BackupError` unless this is a backup, of this version's format, and of this key."""
        with self.place.read("vault.json") as file:
            try:
                told = json.loads(file.read())
                form, key = told["format"], told["key"]
            except (ValueError, KeyError, TypeError):
                raise Broken(f"vault.json in {self.place.path} is damaged") from None
        if form != FORMAT:
            raise BackupError(f"{self.place.path} has format {form}; this version of Sambut reads format {FORMAT}")
        if key is None and self._key is not None:
            raise WrongKey(
                f"{self.place.path} is not encrypted, but a key is given: leave it out, or name a new folder"
            )
        if key is not None and self._key is None:
            raise WrongKey(f"{self.place.path} is encrypted: name the key by --key-file")
        if key is not None and self._key is not None and key != self._key.id:
            raise WrongKey(f"{self.place.path} is encrypted with another key (key {key}, given: {self._key.id})")

    def add(self, source: Path) -> tuple[str, int]:
        """Keeps the contents of a file, if they are not there already: the object's name, and its bytes.

        Raises `Changed` when the file is not the same to its end.
        """
        digest, size = _hashed(source)
        name = digest.hex() if self._key is None else self._key.name_of(digest)
        if not self.has(name):
            with self.place.write(_path(name)) as raw, source.open("rb") as file:
                told = hashlib.sha256()
                with self._sealing(raw, _path(name)) as sealed:
                    while block := file.read(BLOCK):
                        told.update(block)
                        sealed.write(block)
                if told.digest() != digest:
                    raise Changed
            self.read_back(name)
        return name, size

    def has(self, name: str) -> bool:
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        """Bytes of an object as it is kept; None if there is none."""
        return self.place.size(_path(name))

    def blocks(self, name: str) -> Iterator[bytes]:
        """The contents of an object; they are what was kept only if this ends without `Broken`."""
        told = hashlib.sha256()
        for block in self._plain(_path(name)):
            told.update(block)
            yield block
        if name != (told.hexdigest() if self._key is None else self._key.name_of(told.digest())):
            raise Broken(f"{_path(name)} in {self.place.path} is torn or was changed")

    def read_back(self, name: str) -> int:
        """Reads an object to its end; returns its bytes. Raises `Broken`."""
        return sum(map(len, self.blocks(name)))

    def keep(self, snapshot: Snapshot, name: str) -> None:
        """Writes the snapshot, last of all: what it names is there."""
        with self.place.write(name) as raw, self._sealing(raw, name) as sealed:
            sealed.write(gzip.compress(json.dumps(asdict(snapshot)).encode()))
        if self.snapshot(name) != snapshot:
            raise Broken(f"{name} in {self.place.path} is not what was written")

    def snapshots(self) -> list[str]:
        """Names, oldest first."""
        return self.place.names("snapshots")

    def snapshot(self, name: str) -> Snapshot:
        try:
            told: dict[str, Any] = json.loads(gzip.decompress(b"".join(self._plain(name))))
            told["database"] = StoredDatabase(**told["database"])
            told["files"] = [StoredFile(**each) for each in told["files"]]
            return Snapshot(**told)
        except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error) as error:
            raise Broken(f"{name} in {self.place.path} is torn or was changed") from error

    def sweep(self, needed: set[str]) -> int:
        """Removes objects that no snapshot names any more; returns how many."""
        gone = [path for path in self.place.names("objects") if path.rpartition("/")[2] not in needed]
        for path in gone:
            self.place.remove(path)
        return len(gone)

    @contextmanager
    def _sealing(self, raw: Any, name: str) -> Iterator[Any]:
        if self._key is None:
            yield raw
            return
        sealing = Sealing(raw, self._key, name)
        yield sealing
        sealing.close()

    def _plain(self, name: str) -> Iterator[bytes]:
        try:
            with self.place.read(name) as raw:
                if self._key is not None:
                    yield from unsealed(raw, self._key, name)  # type: ignore[arg-type]  # read from, and no more
                    return
                while block := raw.read(BLOCK):
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Broken(f"{name} in {self.place.path} is torn: {error}") from error


def _path(name: str) -> str:
    return f"objects/{name[:2]}/{name}"


def _hashed(source: Path) -> tuple[bytes, int]:
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.digest(), file.tell()
