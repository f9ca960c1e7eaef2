"""What is torn, changed, foreign or without the right key is refused; a killed or cramped run leaves what was there."""

import asyncio
import itertools
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import load
from sambut.backup import command, restoring, switching
from tests.integration.backup.machines import SAMBUT, Machine, add_file, fill


@pytest.fixture
def kind() -> str:
    """One is enough, but where the test says otherwise."""
    return "sqlite"


def _largest(folder: Path) -> Path:
    return max(
        (path for path in (folder / "objects").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )


def _flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a bit of a recording": lambda backup: _largest(backup).write_bytes(_flip(_largest(backup).read_bytes())),
    "a recording cut": lambda backup: os.truncate(_largest(backup), 1_000),
    "a recording gone": lambda backup: _largest(backup).unlink(),
    "the list cut": lambda backup: os.truncate(next((backup / "snapshots").iterdir()), 40),
    "the list changed": lambda backup: (path := next((backup / "snapshots").iterdir())).write_bytes(
        _flip(path.read_bytes())
    ),
    "another list's name": lambda backup: (path := next((backup / "snapshots").iterdir())).rename(
        path.with_name("20990101T000000Z")
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("with_key", [False, True], ids=["plain", "encrypted"])
def test_a_damaged_backup_is_told_and_nothing_is_restored(
    office: Machine, empty: Machine, tmp_path: Path, damage: str, with_key: bool
) -> None:
    if damage == "another list's name" and not with_key:
        pytest.skip("only a key can tell that")
    key = ["--key-file", tmp_path / "key"] if with_key else []
    if with_key:
        office.does("backup", "--make-key", tmp_path / "key")
    office.does("backup", tmp_path / "backup", *key)

    DAMAGES[damage](tmp_path / "backup")

    status, told = office.run("backup", "--verify", tmp_path / "backup", *key)
    assert status == 1 and ("torn" in told or "missing" in told), told
    status, told = empty.run("restore", tmp_path / "backup", *key)
    assert status == 1 and "Traceback" not in told, told
    left = {path.name for path in empty.data.iterdir()} if empty.data.exists() else set()
    assert left <= {"in-use.lock"}


def test_a_torn_file_is_told(office: Machine, empty: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "one.zip")
    os.truncate(tmp_path / "one.zip", (tmp_path / "one.zip").stat().st_size - 100)
    status, told = empty.run("restore", tmp_path / "one.zip")
    assert status == 1 and "is no backup, or is torn" in told


def test_keys_that_do_not_fit_are_told_apart(office: Machine, tmp_path: Path) -> None:
    for name in ("key", "other"):
        office.does("backup", "--make-key", tmp_path / name)
    office.does("backup", tmp_path / "sealed", "--key-file", tmp_path / "key")
    office.does("backup", tmp_path / "open")
    for source, key, why in (
        ("sealed", ["--key-file", tmp_path / "other"], "another key"),
        ("sealed", [], "is encrypted: name the key"),
        ("open", ["--key-file", tmp_path / "key"], "is not encrypted, but a key is given"),
    ):
        for typed in (["backup", tmp_path / source], ["restore", tmp_path / source, "--list"]):
            status, told = office.run(*typed, *key)
            assert status == 1 and why in told, told
    secret = (office.data / "sambut.db").read_bytes()[:16]
    sealed = b"".join(path.read_bytes() for path in (tmp_path / "sealed").rglob("*") if path.is_file())
    assert b"Ratna" not in sealed and b"flac" not in sealed and secret not in sealed


def test_the_master_key_goes_only_into_an_encrypted_backup(office: Machine, empty: Machine, tmp_path: Path) -> None:
    add_file(office.data / "master.key", b"the key of recordings")
    told = office.does("backup", tmp_path / "open")
    assert "data/master.key is a key, and this backup is not encrypted: keep a copy of it apart" in told
    assert b"the key of recordings" not in b"".join(
        p.read_bytes() for p in (tmp_path / "open").rglob("*") if p.is_file()
    )
    office.does("backup", "--make-key", tmp_path / "key")
    office.does("backup", tmp_path / "sealed", "--key-file", tmp_path / "key")
    empty.does("restore", tmp_path / "sealed", "--key-file", tmp_path / "key")
    assert (empty.data / "master.key").read_bytes() == b"the key of recordings"
    empty.does("restore", tmp_path / "open", "--replace")
    assert (empty.data / "master.key").read_bytes() == b"the key of recordings", "it stays where it was"


def test_kill_9_in_mid_backup_leaves_the_last_good_one(office: Machine, empty: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup")
    for number in range(40):
        add_file(office.data / "recordings" / f"{number}.flac", os.urandom(2_000_000))
    killed = 0
    for delay in (0.0, 0.1, 0.25, 0.5, 0.75):
        command = [SAMBUT, "backup", tmp_path / "backup"]
        process = subprocess.Popen(command, env=office.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not any(office.data.glob(".backup-*")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        listed = office.does("backup", "--list", tmp_path / "backup").splitlines()
    assert killed >= 3, "it was to be caught at work"
    assert len(listed) == 1 + 5 - killed

    office.does("backup", tmp_path / "backup")

    assert "problems" not in office.does("backup", "--verify", tmp_path / "backup")
    assert not [*office.data.glob(".backup-*"), *(tmp_path / "backup" / "tmp").iterdir()]
    empty.does("restore", tmp_path / "backup")
    assert empty.files() == office.files()


def _state(machine: Machine) -> tuple[object, object]:
    """Without what is put aside, and what a killed restore leaves for the next one to remove."""
    passing = ("before-restore", ".restoring")
    files = {name: each for name, each in machine.files().items() if not any(word in name for word in passing)}
    return machine.rows(), files


def _restore_until(step: int, backup: Path, machine: Machine) -> bool:
    """Restores in a process that dies, without a word to anybody, before that step; whether it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            _die_at(step)
            asyncio.run(command.restore(backup, None, None, replace=True, keep_config=False, environ=machine.environ))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    return status == 0


def _die_at(stop: int) -> None:
    steps = itertools.count()

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if next(steps) >= stop:
                os._exit(9)
            return real(*arguments, **named)

        return step

    for name in ("unpack", "write", "carry_out"):
        setattr(restoring, name, dying(getattr(restoring, name)))
    switching.forget = dying(switching.forget)
    Path.rename = dying(Path.rename)  # type: ignore[method-assign]
    os.sync = dying(os.sync)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_in_mid_restore_the_old_or_the_new_stands(
    office: Machine, empty: Machine, tmp_path: Path, kind: str
) -> None:
    """Stopped before each of its steps in turn; the next start ends it or undoes it."""
    office.does("backup", tmp_path / "backup")
    asyncio.run(fill(empty))
    add_file(empty.data / "recordings" / "old.flac", b"old")
    (empty.config / "settings.yaml").write_text("node: old\n")
    old, new = _state(empty), _state(office)
    outcomes = []
    for step in itertools.count():
        ended = _restore_until(step, tmp_path / "backup", empty)
        told = asyncio.run(switching.settle(load(empty.config, empty.environ).settings))
        found = _state(empty)
        assert found in (old, new), f"neither, after step {step}"
        assert not (empty.data / "restore.json").exists()
        outcomes.append("new" if found == new else "old")
        if ended:
            break
    assert outcomes == sorted(outcomes, key="old new".index), "once decided, it is the new one wherever it is stopped"
    assert outcomes.count("old") >= 4 and outcomes.count("new") >= 4, outcomes
    assert told == "" and not list(empty.folder.rglob(".restoring-*"))


def test_a_full_disk_is_told_and_leaves_the_last_good_one(office: Machine, tmp_path: Path) -> None:
    """By the limit of a file's size: the kernel refuses to write on, as with a quota."""
    office.does("backup", tmp_path / "backup")
    add_file(office.data / "paper" / "large.pdf", os.urandom(3_000_000))
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, 2_500_000))  # noqa: E731

    status, told = office.run("backup", tmp_path / "backup", preexec_fn=limit)

    assert status == 1 and "no backup was made: File too large" in told and "Traceback" not in told
    assert len(office.does("backup", "--list", tmp_path / "backup").splitlines()) == 1
    assert "is whole" in office.does("backup", "--verify", tmp_path / "backup")
    status, told = office.run("backup", tmp_path / "one.zip", preexec_fn=limit)
    assert status == 1 and not (tmp_path / "one.zip").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".one")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")
def test_a_disk_that_is_too_small_is_told(office: Machine, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        status, told = office.run("backup", disk / "backup")
        assert status == 1 and "No space left on device" in told and "Traceback" not in told
        status, told = office.run("backup", "--list", disk / "backup")
        assert told == ""
    finally:
        subprocess.run(["umount", disk], check=True)


def test_it_is_refused_while_the_service_uses_the_data(office: Machine, empty: Machine, tmp_path: Path) -> None:
    office.does("backup", tmp_path / "backup")
    before = office.rows(), office.files()
    code = "import sqlite3, sys, time; d = sqlite3.connect(sys.argv[1]); d.execute('SELECT * FROM call').fetchone(); "
    code += "print('open', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code, office.data / "sambut.db"], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        status, told = office.run("restore", tmp_path / "backup", "--replace")
        other.kill()
    assert status == 1 and "is in use: stop Sambut" in told, told
    assert (office.rows(), office.files()) == before
