"""Root runs backups and restores in folders of the service's account: that account must not get root's rights by it."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

import sambut
from sambut.backup import switching
from sambut.backup.acting import other_owner
from tests.integration.backup.machines import Machine, add_file, new_machine

SERVICE = 65534
"""Nobody's number: an account that is not root."""


def everybodys_python() -> Path | None:
    """An interpreter of our version that any account may run; the one of the tests may lie in root's home."""
    system = Path("/usr/bin") / f"python{sys.version_info.major}.{sys.version_info.minor}"
    real = Path(sys.executable).resolve()
    if all(stat.S_IMODE(folder.stat().st_mode) & stat.S_IXOTH for folder in real.parents):
        return Path(sys.executable)
    return system if system.exists() else None


PYTHON = everybodys_python()
PACKAGES = f"{Path(sambut.__file__).parents[1]}:{Path(click.__file__).parents[1]}"
pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to lose"),
    pytest.mark.skipif(PYTHON is None, reason="no interpreter that other accounts may run"),
]


@dataclass(frozen=True, slots=True)
class Office(Machine):
    """Its commands are run by root."""

    def run(self, *arguments: str | Path, **more: Any) -> tuple[int, str]:
        environ = {**self.environ, "PYTHONPATH": PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [str(PYTHON), "-c", "from sambut.cli import main; main()", *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, cwd="/", **more)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture
def machine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Machine]:
    """Settings and the folder `root` are root's, data and backups the service's account's."""
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    with ExitStack() as stack:
        plain = new_machine(tmp_path / "office", "sqlite", request, stack)
        made = Office(plain.folder, plain.url)
        made.config.mkdir()
        (made.config / "settings.yaml").write_text("node: desk1\n")
        made.data.mkdir()
        made.does("migrate")
        add_file(made.data / "recordings" / "one.flac", b"fLaC")
        (tmp_path / "backups").mkdir()
        for path in (made.data, *made.data.rglob("*"), tmp_path / "backups"):
            os.chown(path, SERVICE, SERVICE)
        made.config.chmod(0o755)
        (tmp_path / "root").mkdir(mode=0o755)
        (tmp_path / "root" / "precious").write_text("root's")
        yield made


def precious(tmp_path: Path) -> tuple[str, int, list[str]]:
    file = tmp_path / "root" / "precious"
    return file.read_text(), file.stat().st_uid, sorted(path.name for path in (tmp_path / "root").iterdir())


def owners(folder: Path) -> set[int]:
    return {path.lstat().st_uid for path in folder.rglob("*")}


def plant(machine: Machine, tmp_path: Path) -> None:
    """A plan by which root would place a file where the service's account cannot, and remove a folder."""
    payload = machine.data / "payload"
    payload.write_text("* * * * * root id")
    plan = {"moves": [[str(payload), str(tmp_path / "root" / "cron")]], "staging": [str(tmp_path / "root")]}
    (machine.data / switching.PLAN).write_text(json.dumps(plan))


def test_a_backup_and_its_restore_are_the_accounts_own(machine: Machine, tmp_path: Path) -> None:
    assert "nobody" in machine.does("backup", tmp_path / "backups")
    assert owners(tmp_path / "backups") == owners(machine.data) == {SERVICE}
    shutil.rmtree(machine.data / "recordings")
    machine.does("restore", tmp_path / "backups", "--keep-config", "--replace")
    assert (machine.data / "recordings" / "one.flac").read_bytes() == b"fLaC"
    assert owners(machine.data) == {SERVICE}


@pytest.mark.parametrize("command", [["backup", "BACKUPS"], ["restore", "BACKUPS", "--replace", "--keep-config"]])
def test_a_planted_plan_is_not_roots(machine: Machine, tmp_path: Path, command: list[str]) -> None:
    machine.does("backup", tmp_path / "backups")
    before = precious(tmp_path)
    plant(machine, tmp_path)
    machine.run(*(str(tmp_path / "backups") if word == "BACKUPS" else word for word in command))
    assert precious(tmp_path) == before


def test_other_commands_of_root_carry_out_no_plan(machine: Machine, tmp_path: Path) -> None:
    before = precious(tmp_path)
    plant(machine, tmp_path)
    machine.run("migrate")
    assert precious(tmp_path) == before
    plant(machine, tmp_path)
    status, told = machine.run("keys", "show")
    assert status == 1 and "start as nobody" in told and "Traceback" not in told
    assert precious(tmp_path) == before


@pytest.mark.parametrize("name", ["in-use.lock", "backup.lock", ".last-backup.json.part"])
def test_a_planted_link_is_not_followed(machine: Machine, tmp_path: Path, name: str) -> None:
    before = precious(tmp_path)
    (machine.data / name).unlink(missing_ok=True)
    (machine.data / name).symlink_to(tmp_path / "root" / "precious")
    os.chown(machine.data / name, SERVICE, SERVICE, follow_symlinks=False)
    for command in (("backup", tmp_path / "backups"), ("migrate",), ("keys", "show")):
        machine.run(*command)
    assert precious(tmp_path) == before


def test_a_link_to_what_only_root_reads_is_not_in_the_backup(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "root" / "precious").chmod(0o600)
    os.utime(tmp_path / "root" / "precious", (1e9, 1e9))
    (machine.data / "recordings" / "two.flac").symlink_to(tmp_path / "root" / "precious")
    status, told = machine.run("backup", tmp_path / "backups")
    assert status == 3 and "two.flac cannot be read" in told
    assert b"root's" not in b"".join(each.read_bytes() for each in (tmp_path / "backups").rglob("*") if each.is_file())


def test_settings_of_root_come_back_in_two_steps(machine: Machine, tmp_path: Path) -> None:
    """The account may not write them, so root does that alone; the folder's group may read them."""
    (machine.config / "settings.yaml").chmod(0o644)
    machine.does("backup", tmp_path / "backups")
    os.chown(machine.config, 0, SERVICE)
    (machine.config / "settings.yaml").unlink()
    status, told = machine.run("restore", tmp_path / "backups", "--replace")
    assert status == 1 and "--config-to" in told and "Traceback" not in told
    machine.does("restore", tmp_path / "backups", "--config-to", machine.config)
    about = (machine.config / "settings.yaml").stat()
    assert (about.st_uid, about.st_gid, stat.S_IMODE(about.st_mode)) == (0, SERVICE, 0o640)
    machine.does("restore", tmp_path / "backups", "--replace", "--keep-config")


def test_a_folder_by_way_of_somebody_elses_is_theirs(tmp_path: Path) -> None:
    """Or the account would put a link to a folder of root's in the place of its own."""
    (tmp_path / "account").mkdir()
    (tmp_path / "root").mkdir()
    os.chown(tmp_path / "account", SERVICE, SERVICE)
    (tmp_path / "account" / "data").symlink_to(tmp_path / "root")
    assert other_owner(tmp_path / "account" / "data") == (SERVICE, SERVICE)
    assert other_owner(tmp_path / "root", None, tmp_path / "not" / "there") is None


def test_what_a_verification_left_in_plain_text_goes(machine: Machine, tmp_path: Path) -> None:
    """It was killed, maybe by a restart of the machine."""
    machine.does("backup", tmp_path / "backups")
    left = machine.data / ".verify-killed"
    left.mkdir()
    (left / "sambut.db").write_bytes(b"SQLite format 3\0")
    for path in (left, left / "sambut.db"):
        os.chown(path, SERVICE, SERVICE)
    machine.does("backup", tmp_path / "backups", "--verify")
    assert not left.exists() and not list(machine.data.glob(".verify-*"))
