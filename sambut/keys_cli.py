"""The `sambut keys` commands: what is typed. What they do stands in `sambut.keys_command`."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from config import Installation

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def keys_group(installation: Callable[[], Installation]) -> click.Group:
    """The group, with the installation read when a command is run."""

    @click.group()
    def keys() -> None:
        """Master keys of what is encrypted on the disk (docs/storage.md)."""

    @keys.command()
    def show() -> None:
        """Which keys there are, where, and what is still under which."""
        from sambut import keys_command

        asyncio.run(keys_command.show(installation()))

    @keys.command()
    def rotate() -> None:
        """Make a new key and put everything on this node under it; old keys stay, for backups."""
        from sambut import keys_command

        asyncio.run(keys_command.rotate(installation()))

    @keys.command()
    def rewrap() -> None:
        """Put everything on this node under the newest key: after a rotation on another node, or one cut short."""
        from sambut import keys_command

        asyncio.run(keys_command.rewrap(installation()))

    @keys.command()
    @click.argument("key")
    def drop(key: str) -> None:
        """Remove an old KEY (its id) from the key file; backups that were made under it can be read no more."""
        from sambut import keys_command

        asyncio.run(keys_command.drop(installation(), key))

    @keys.command()
    def encrypt() -> None:
        """Encrypt the recordings of older versions where they lie; may be cut short and run again."""
        from sambut import keys_command

        asyncio.run(keys_command.encrypt(installation()))

    @keys.command()
    @click.argument("recording", type=FILE, required=False)
    @click.argument("output", type=NEW_FILE, required=False)
    @click.option("--all", "all_", is_flag=True, help="Every recording, in place: for going back to a version 0.1.")
    def decrypt(recording: Path | None, output: Path | None, all_: bool) -> None:
        """Write a RECORDING as a plain sound file to OUTPUT. Nobody notes it in the access log."""
        from sambut import keys_command

        if all_ and recording is None:
            asyncio.run(keys_command.decrypt_all(installation()))
        elif all_ or recording is None or output is None:
            raise click.UsageError("name a RECORDING and the OUTPUT, or --all")
        else:
            keys_command.decrypt(installation(), recording, output)

    return keys
