"""What `sambut keys` does: master keys shown, made, dropped, and what is on the disk brought under them."""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click

from config import Installation, Settings
from sambut.commands import opened_store
from sambut.keys import ids_in_use, key_file, keyring_of, note_in_use
from sealing import KeyFileError, Keyring, SealError, archive, files, keyfile

PLAIN = "plain"


async def show(installation: Installation) -> None:
    """Keys, and how many recordings and secrets each is needed for."""
    settings = installation.settings
    async with opened_store(installation) as store:
        needed = Counter(await asyncio.to_thread(_recordings_under, settings.data))
        secrets = Counter(await store.secrets_under())
        click.echo(f"key file: {key_file(settings)}")
        for place, key in enumerate(store.keyring.keys):
            use = "seals" if place == 0 else "opens what is older"
            click.echo(f"  {key.id}  {use}: {needed[key.id]} recordings, {secrets[key.id]} secrets")
        for id in sorted((needed.keys() | secrets.keys()) - {key.id for key in store.keyring.keys} - {PLAIN}):
            click.echo(f"  {id}  is not there: {needed[id]} recordings and {secrets[id]} secrets cannot be opened")
        if needed[PLAIN]:
            click.echo(f"not encrypted: {needed[PLAIN]} recordings of older versions (sambut keys encrypt)")


async def rotate(installation: Installation) -> None:
    """A new key, and everything under it. Raises `click.ClickException`."""
    keyring = _keyring(installation.settings)
    try:
        made = keyfile.add(key_file(installation.settings), keyring.keys)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from error
    file = key_file(installation.settings)
    click.echo(f"new key {made[0].id} in {file}: keep a copy of the file, apart from the backups")
    await rewrap(installation)


async def rewrap(installation: Installation) -> None:
    """Everything on this node under the newest key. Raises `click.ClickException` when something stays as it was."""
    data = installation.settings.data
    async with opened_store(installation) as store:
        try:
            secrets = await store.reseal()
        except SealError as error:
            raise click.ClickException(str(error)) from error
        done = await asyncio.to_thread(_each, data, lambda path: archive.rewrap(path, store.keyring))
        click.echo(f"under key {store.keyring.current.id} now: {done.changed} recordings, {secrets} secrets")
        done.raise_problems()
        note_in_use(data, {store.keyring.current.id})


async def drop(installation: Installation, id: str) -> None:
    """Away with an old key that nothing here needs. Raises `click.ClickException`."""
    settings = installation.settings
    async with opened_store(installation) as store:
        keys = store.keyring.keys
        if id not in {key.id for key in keys}:
            raise click.ClickException(f"there is no key {id} in {key_file(settings)}")
        if id == keys[0].id:
            raise click.ClickException(f"{id} is the key that seals: sambut keys rotate makes another")
        under = [*await asyncio.to_thread(lambda: list(_recordings_under(settings.data))), *await store.secrets_under()]
        if id in under:
            raise click.ClickException(f"{under.count(id)} things are under key {id}: sambut keys rewrap first")
        keyfile.write(key_file(settings), [key for key in keys if key.id != id])
        note_in_use(settings.data, ids_in_use(settings.data) - {id})
    click.echo(f"key {id} dropped; backups that were made under it cannot be read without a copy of it")


async def encrypt(installation: Installation) -> None:
    """Recordings of older versions. Raises `click.ClickException` when some could not be."""
    keyring = _keyring(installation.settings)
    done = await asyncio.to_thread(
        _each, installation.settings.data, lambda path: archive.encrypt_in_place(path, keyring)
    )
    click.echo(f"encrypted: {done.changed} recordings, of {done.seen}")
    done.raise_problems()


async def decrypt_all(installation: Installation) -> None:
    """Every recording, where it lies. Raises `click.ClickException` when some could not be."""
    keyring = _keyring(installation.settings)
    done = await asyncio.to_thread(
        _each, installation.settings.data, lambda path: archive.decrypt_in_place(path, keyring)
    )
    click.echo(f"decrypted: {done.changed} recordings, of {done.seen}")
    done.raise_problems()


def decrypt(installation: Installation, recording: Path, output: Path) -> None:
    """One recording as a new, plain file for its owner alone. Raises `click.ClickException`, also if it exists."""
    try:
        with files.opened(recording, _keyring(installation.settings)) as source:
            handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(source, out)
    except (OSError, SealError) as error:
        raise click.ClickException(str(error)) from error


class _Done:
    """What came of going through the recordings."""

    def __init__(self) -> None:
        self.seen = 0
        self.changed = 0
        self.problems: list[str] = []

    def raise_problems(self) -> None:
        for problem in self.problems:
            click.echo(problem, err=True)
        if self.problems:
            raise click.ClickException(f"{len(self.problems)} recordings stay as they were")


def _each(data: Path, work: Callable[[Path], bool]) -> _Done:
    done = _Done()
    for path in _recordings(data):
        done.seen += 1
        try:
            done.changed += work(path)
        except (OSError, SealError) as error:
            done.problems.append(f"{path}: {error}")
    return done


def _recordings(data: Path) -> Iterator[Path]:
    """Every sound file of the archive; half-written ones begin with a dot and do not count."""
    for folder, _, names in os.walk(data / "recordings"):
        yield from (Path(folder) / name for name in sorted(names) if not name.startswith("."))


def _recordings_under(data: Path) -> Iterator[str]:
    """For each recording the ids of the keys that open it, or `plain`."""
    for path in _recordings(data):
        with suppress(FileNotFoundError):  # erased meanwhile
            yield from archive.key_ids(path) or {PLAIN}


def _keyring(settings: Settings) -> Keyring:
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        return keyring_of(settings)
    except KeyFileError as error:
        raise click.ClickException(str(error)) from error
