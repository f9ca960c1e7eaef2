"""Which file holds the master keys of this installation, and whether they are those that its data were sealed with."""

import os
from contextlib import suppress
from pathlib import Path

from config import Settings
from sealing import KeyFileError, Keyring, keyfile

CREDENTIAL = "sambut.key"
"""As systemd's LoadCredential= or LoadCredentialEncrypted= is to name it."""
_IN_USE = "keys-in-use"


def key_file(settings: Settings) -> Path:
    """Where the settings say, else systemd's credential, else in the data folder."""
    if settings.key_file is not None:
        return settings.key_file
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    if given and (credential := Path(given) / CREDENTIAL).exists():
        return credential
    return settings.data / "master.key"


def lies_with_the_data(settings: Settings) -> bool:
    """Whether whoever takes the data folder has the keys too."""
    return key_file(settings).resolve().is_relative_to(settings.data.resolve())


def notes(settings: Settings) -> list[str]:
    """What is allowed and still not good, in words for who runs the service."""
    file = key_file(settings)
    told = []
    if lies_with_the_data(settings):
        told.append(
            f"the master key {file} lies in the data folder: whoever takes that has both; name a place apart (key_file)"
        )
    with suppress(OSError):
        if keyfile.open_to_others(file):
            told.append(f"the master key {file} can be read by others than its owner: chmod 600")
    return told


def keyring_of(settings: Settings) -> Keyring:
    """The keys; made at the very first start. Raises `KeyFileError`.

    `keys-in-use` in the data folder names the keys that sealed what lies there: a file that was lost or mistaken is
    told at once, and no new key takes its place unnoticed.
    """
    file, used = key_file(settings), ids_in_use(settings.data)
    if not file.exists():
        if used:
            raise KeyFileError(_lost(f"the key file {file} is missing", used))
        _make(file)
    keyring = Keyring.read(file)
    missing = sorted(used - {key.id for key in keyring.keys})
    if missing:
        raise KeyFileError(_lost(f"the key file {file} lacks a key", missing))
    note_in_use(settings.data, used | {keyring.current.id})
    return keyring


def ids_in_use(data: Path) -> set[str]:
    """The ids of the keys that sealed something in this data folder."""
    try:
        return set((data / _IN_USE).read_text("ascii").split())
    except FileNotFoundError:
        return set()


def note_in_use(data: Path, ids: set[str]) -> None:
    """Writes them down, if they are not, for the service's account too."""
    if ids != ids_in_use(data):
        keyfile.put(data / _IN_USE, "".join(f"{id}\n" for id in sorted(ids)))


def _make(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyFileError(f"the folder {file.parent} of the key file cannot be made: {error.strerror}") from error
    try:
        keyfile.create(file)
    except KeyFileError:
        if not file.exists():  # else another command made it just now
            raise


def _lost(what: str, ids: set[str] | list[str]) -> str:
    named = ", ".join(sorted(ids))
    return f"{what}: what the data folder holds was sealed with {named}; put it back (docs/storage.md, Keys)"
