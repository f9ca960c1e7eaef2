"""`sambut backup` and `sambut restore`: what is typed. What they do stands in `sambut.backup.command`."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from config import ConfigError, Installation

TARGET = click.Path(path_type=Path)
KEY = click.option(
    "--key-file", type=click.Path(dir_okay=False, path_type=Path), help="The key of --make-key: encrypted with it."
)
LIST = click.option("--list", "list_", is_flag=True, help="Say which backups are there.")
VERIFY = click.option("--verify", is_flag=True, help="Read all of it and say whether it is whole.")
SNAPSHOT = click.option("--snapshot", help="Which backup of the folder, as --list names it; default: the newest.")


def add_to(group: click.Group, installation: Callable[[], Installation]) -> None:
    """Adds both commands, with the installation read when one is run."""
    for command in (backup, restore):
        command.context_settings["obj"] = installation
        group.add_command(command)


@click.command()
@click.argument("target", type=TARGET, metavar="FILE-OR-FOLDER", required=False)
@KEY
@click.option("--keep", metavar="RULE", help="Which older ones stay, such as daily=7,weekly=5,monthly=12.")
@click.option("--make-key", type=click.Path(dir_okay=False, path_type=Path), help="Only make a key, in a new file.")
@LIST
@VERIFY
@SNAPSHOT
@click.pass_obj
def backup(
    installation: Callable[[], Installation],
    target: Path | None,
    key_file: Path | None,
    keep: str | None,
    make_key: Path | None,
    list_: bool,
    verify: bool,
    snapshot: str | None,
) -> None:
    """Back up everything that this installation is, while it runs: database, recordings, paper, settings, spool.

    A FOLDER takes many backups and copies only what changed; a FILE (its name has a suffix, as .zip) takes one.
    Exit status 1: there is no new backup; 3: there is, but without files that could not be read (docs/backup.md).
    """
    from sambut.backup import command

    if make_key is not None:
        _make_key(make_key)
    elif target is None:
        raise click.UsageError("name the FILE-OR-FOLDER")
    elif list_ or verify:
        _look(installation, target, key_file, snapshot, verify=verify)
    else:
        raise SystemExit(run(command.backup(installation(), target, key_file, keep)))


@click.command()
@click.argument("source", type=TARGET, metavar="FILE-OR-FOLDER")
@KEY
@SNAPSHOT
@click.option("--replace", is_flag=True, help="Also over an installation that is not empty; it is put aside.")
@click.option("--keep-config", is_flag=True, help="Leave the folder of settings as it is here.")
@click.option("--config-to", type=click.Path(file_okay=False, path_type=Path), help="Only write the settings there.")
@LIST
@VERIFY
@click.pass_obj
def restore(
    installation: Callable[[], Installation],
    source: Path,
    key_file: Path | None,
    snapshot: str | None,
    replace: bool,
    keep_config: bool,
    config_to: Path | None,
    list_: bool,
    verify: bool,
) -> None:
    """Put a backup in the place of what is here, while Sambut is stopped. All is checked before anything changes.

    Also takes the copy that an update made of the database before it (docs/backup.md).
    """
    from sambut.backup import command

    if list_ or verify:
        _look(installation, source, key_file, snapshot, verify=verify)
    elif config_to is not None:
        run(command.config_to(source, key_file, snapshot, config_to))
    else:
        run(command.restore(source, key_file, snapshot, replace=replace, keep_config=keep_config, environ=os.environ))


def _make_key(file: Path) -> None:
    from sambut.backup import cipher

    key = _told(lambda: cipher.make_key(file))
    click.echo(f"{file}: key {key.id}. Keep copies of it apart: without it no backup can be read.")


def _look(
    installation: Callable[[], Installation], target: Path, key_file: Path | None, snapshot: str | None, *, verify: bool
) -> None:
    from sambut.backup import command

    if verify:
        _told(lambda: command.verify(target, key_file, snapshot))
        return
    _told(lambda: command.list_(target, key_file, ZoneInfo(installation().hours.timezone)))


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return _told(lambda: asyncio.run(work))


def _told(work: Callable[[], Any]) -> Any:
    """What was to be expected is told in one line, without a traceback."""
    from sambut.backup.errors import BackupError
    from sealing import KeyFileError, SealError
    from storage import StoreError

    try:
        return work()
    except ConfigError as error:
        raise click.ClickException("\n".join(str(problem) for problem in error.problems)) from error
    except (BackupError, StoreError, SealError, KeyFileError, OSError, sqlite3.Error) as error:
        raise click.ClickException(str(error)) from error
