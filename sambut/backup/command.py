"""What `sambut backup` and `sambut restore` do."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from config import ConfigError, Installation, Settings, load
from config.loader import settings_folder
from sambut.backup.acting import act_as_owner
from sambut.backup.cipher import read_key
from sambut.backup.database import in_mb, lines, plain
from sambut.backup.errors import BackupError, Broken
from sambut.backup.keeping import rule_of
from sambut.backup.making import NOT_READABLE, make, told, work_folder
from sambut.backup.places import FilePlace, FolderPlace, Place
from sambut.backup.progress import Progress
from sambut.backup.restoring import give, unpack
from sambut.backup.restoring import restore as put_back
from sambut.backup.sqlite_copy import SqliteCopy, is_sqlite
from sambut.backup.switching import settle
from sambut.backup.vault import Snapshot, StoredDatabase, StoredFile, Vault
from sambut.updating import in_use
from storage.copying import check_sqlite
from storage.rows import read_rows

NOT_WHOLE = 3
"""Exit status of a backup that was made, but without files that could not be read."""
_MOST_TOLD = 10


async def backup(installation: Installation, target: Path, key_file: Path | None, keep: str | None) -> int:
    """Makes one; returns the exit status. Raises `BackupError`, `StoreError`."""
    _as_owner(installation.settings.data, installation.settings.config)
    rule = None if keep is None else rule_of(keep)
    place = place_of(target)
    if rule is not None and isinstance(place, FilePlace):
        raise BackupError(f"--keep is for a folder of backups; the file {target} holds one")
    vault = Vault(place, None if key_file is None else read_key(key_file))
    zone = ZoneInfo(installation.hours.timezone)
    async with in_use(installation.settings):
        made = await make(installation.settings, vault, rule=rule, zone=zone, progress=Progress())
    click.echo(told(made))
    _tell_left(made.snapshot)
    if made.removed:
        click.echo(f"removed by the rule: {made.removed} older backups")
    return 0 if made.whole else NOT_WHOLE


def list_(source: Path, key_file: Path | None, zone: ZoneInfo) -> None:
    """A line for each backup, oldest first."""
    _as_owner(*_folders_here())
    vault = _opened(source, key_file)
    for name in vault.snapshots():
        each = vault.snapshot(name)
        made_at, rows = datetime.fromtimestamp(each.made_at, zone), sum(each.database.tables.values())
        click.echo(
            f"{_short(name)}  {made_at:%Y-%m-%d %H:%M %Z}  Sambut {each.program}, schema {each.database.schema}  "
            f"{rows:,} rows  {len(each.files):,} files  {in_mb(each.bytes)}"
        )


def verify(source: Path, key_file: Path | None, name: str | None) -> None:
    """Reads everything of one backup, or of all, and tells what is not right. Raises `BackupError` if anything is."""
    data, config = _folders_here()
    _as_owner(data, config)
    vault, progress = _opened(source, key_file), Progress()
    wrong, known = 0, dict[str, str]()
    for each in [_chosen(vault, name)] if name else vault.snapshots():
        problems = list(_problems(vault, vault.snapshot(each), known, progress, data))
        progress.end()
        for problem in problems[:_MOST_TOLD]:
            click.echo(f"{_short(each)}: {problem}", err=True)
        wrong += bool(problems)
        click.echo(f"{_short(each)}: {f'{len(problems)} problems' if problems else 'is whole'}")
    if wrong:
        raise BackupError(f"{wrong} backups in {source} cannot be relied on")


async def restore(
    source: Path,
    key_file: Path | None,
    name: str | None,
    *,
    replace: bool,
    keep_config: bool,
    environ: Mapping[str, str],
) -> None:
    """Puts a backup in the place of what is there. Raises `BackupError`, `StoreError`, `ConfigError`."""
    _as_owner(*_folders_here(environ))
    vault, snapshot = await _source(source, key_file, name)
    settings = _settings(vault, snapshot, keep_config=keep_config, environ=environ)
    _as_owner(settings.data, settings.config)
    if (left := await settle(settings)) != "":
        click.echo(left)
    takes_config = not keep_config and bool(_config_files(snapshot))
    if takes_config:
        _refuse_closed(settings.config, source)
    done = await put_back(settings, vault, snapshot, config=takes_config, replace=replace, progress=Progress())
    rows = sum(snapshot.database.tables.values())
    click.echo(f"restored: schema {snapshot.database.schema}, {rows:,} rows, {len(snapshot.files):,} files")
    for path in done.aside:
        click.echo(f"what was there before lies in {path}")
    if done.old_schema:
        click.echo(f"and in the database's schema {done.old_schema} (DROP SCHEMA {done.old_schema} CASCADE removes it)")
    _tell_left(snapshot)
    if snapshot.variables:
        click.echo(
            f"when it was backed up, these variables were set; they are not in it: {', '.join(snapshot.variables)}"
        )


async def config_to(source: Path, key_file: Path | None, name: str | None, folder: Path) -> None:
    """Writes the settings' files of a backup to a folder, and nothing else."""
    _as_owner(folder)
    vault, snapshot = await _source(source, key_file, name)
    files = _config_files(snapshot)
    try:
        unpack(vault, files, folder, Progress(), 0o640)
    except FileExistsError as error:
        raise BackupError(f"{error.filename} is there already: name an empty folder") from None
    give(folder, {folder / path for each in files for path in (Path(each.path), *Path(each.path).parents[:-1])})
    click.echo(f"{len(files)} files in {folder}")


def place_of(path: Path, written: str = "") -> Place:
    """A folder, if it is one or its name has no suffix; else a file."""
    as_file = path.is_file() or (path.suffix and not path.is_dir() and not written.endswith("/"))
    return FilePlace(path) if as_file else FolderPlace(path)


def _opened(source: Path, key_file: Path | None) -> Vault:
    if not source.exists():
        raise BackupError(f"there is no {source}")
    vault = Vault(place_of(source), None if key_file is None else read_key(key_file))
    if vault.place.size("vault.json") is None:
        raise BackupError(f"{source} is no backup")
    vault.check()
    return vault


async def _source(source: Path, key_file: Path | None, name: str | None) -> tuple[Vault, Snapshot]:
    if is_sqlite(source):
        copy = SqliteCopy(source)
        return copy, await copy.look()
    vault = _opened(source, key_file)
    return vault, vault.snapshot(_chosen(vault, name))


def _chosen(vault: Vault, name: str | None) -> str:
    names = vault.snapshots()
    if not names:
        raise BackupError(f"{vault.place.path} has no backup that is whole")
    if name is None:
        return names[-1]
    if f"snapshots/{name}" not in names:
        raise BackupError(f"{vault.place.path} has no backup {name}; --list shows what it has")
    return f"snapshots/{name}"


def _settings(vault: Vault, snapshot: Snapshot, *, keep_config: bool, environ: Mapping[str, str]) -> Settings:
    """Of the installation to be: the backup's, unless those that are here are to stay; variables go before both."""
    files, folder = _config_files(snapshot), settings_folder(environ)
    if keep_config or not files:
        return load(environ=environ).settings
    if folder is None:
        raise BackupError("the backup has settings: say by SAMBUT_CONFIG which folder they go to, or --keep-config")
    with tempfile.TemporaryDirectory(prefix="sambut-restore-") as there:
        unpack(vault, [each for each in files if each.path.endswith((".yaml", ".yml"))], Path(there), Progress(), 0o600)
        try:
            settings = load(Path(there), environ).settings
        except ConfigError as error:
            problems = "; ".join(str(problem).replace(f"{there}/", "") for problem in error.problems)
            raise BackupError(
                f"the backup's settings do not fit here (--keep-config leaves them): {problems}"
            ) from error
    return settings.model_copy(update={"config": folder})


def _refuse_closed(folder: Path | None, source: Path) -> None:
    """Settings that belong to root only root exchanges, and root does no more than that."""
    if folder is not None and folder.is_dir() and not os.access(folder, os.W_OK):
        raise BackupError(
            f"the settings in {folder} are not this account's to write: as root, put them there by "
            f"`sambut restore {source} --config-to {folder}` (an empty folder), then restore with --keep-config"
        )


def _config_files(snapshot: Snapshot) -> list[StoredFile]:
    return [each for each in snapshot.files if each.part == "config"]


def _problems(vault: Vault, snapshot: Snapshot, known: dict[str, str], progress: Progress, data: Path) -> Iterable[str]:
    """What is wrong with each file, and with the database; `known` has what was read before."""
    said, size, done = progress.step("verified"), snapshot.bytes, 0
    for each in snapshot.files:
        if each.object not in known:
            known[each.object] = _problem(vault, each.object)
        if known[each.object]:
            yield f"{each.path}: {known[each.object]}"
        done += each.size
        said(done, size)
    try:
        _check_database(vault, snapshot.database, data)
    except (BackupError, OSError) as error:
        yield f"database: {error}"


def _problem(vault: Vault, name: str) -> str:
    try:
        vault.read_back(name)
    except Broken as error:
        return str(error)
    return ""


def _check_database(vault: Vault, stored: StoredDatabase, data: Path) -> None:
    if stored.kind == "sqlite":
        with _room_for_plain(data) as folder:
            file = folder / "sambut.db"
            with file.open("wb") as opened:
                opened.writelines(plain(vault, stored))
            check_sqlite(file, stored.tables)
        return
    counted = {name: sum(map(len, rows)) for name, _, rows in read_rows(lines(vault, stored))}
    if counted != stored.tables:
        raise Broken("the database's rows are not as many as the backup says")


@contextmanager
def _room_for_plain(data: Path) -> Iterator[Path]:
    """Where the database may lie in plain text: in the data folder, or on a machine that has none, a folder of /tmp."""
    if os.access(data, os.W_OK):
        with work_folder(data, "verify", f"another verification works in {data}") as folder:
            yield folder
    else:
        with tempfile.TemporaryDirectory(prefix="sambut-verify-") as temporary:
            yield Path(temporary)


def _as_owner(*folders: Path | None) -> None:
    """Root goes on as whom the folders belong to, and it is told."""
    if account := act_as_owner(*folders):
        click.echo(f"goes on as {account}, to whom the folders here belong", err=True)


def _folders_here(environ: Mapping[str, str] = os.environ) -> tuple[Path, Path | None]:
    """Of data and of settings, also where the settings here are wrong: a restore may be what mends them."""
    try:
        settings = load(environ=environ).settings
    except ConfigError:
        data = environ.get("SAMBUT_DATA")
        return Path(data) if data else Settings().data, settings_folder(environ)
    return settings.data, settings.config


def _tell_left(snapshot: Snapshot) -> None:
    for path, why in list(snapshot.left.items())[:_MOST_TOLD]:
        click.echo(f"not taken: {path} {why}", err=why.startswith(NOT_READABLE))
    if len(snapshot.left) > _MOST_TOLD:
        click.echo(f"not taken: {len(snapshot.left) - _MOST_TOLD} more")
    if snapshot.recordings_missing:
        click.echo(f"{snapshot.recordings_missing} recordings are named in the database, but their files are not here")


def _short(name: str) -> str:
    return name.rpartition("/")[2]
