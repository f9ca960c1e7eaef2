"""Where the master key lies, that it is made once, and that another is never taken for it."""

import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import click
import pytest
from structlog.testing import capture_logs

from config import Installation, Settings
from sambut.keys import CREDENTIAL, key_file, keyring_of, lies_with_the_data, note_in_use
from sambut.keys_command import decrypt
from sealing import KeyFileError, archive, files, keyfile
from sealing.keys import Key


def _settings(folder: Path, **more: object) -> Settings:
    (folder / "data").mkdir(exist_ok=True)
    return Settings.model_validate({"data": folder / "data", **more})


def test_the_first_start_makes_one_that_the_next_finds(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    first = keyring_of(settings).current
    assert keyring_of(settings).current == first
    assert stat.S_IMODE((tmp_path / "data" / "master.key").stat().st_mode) == 0o600
    assert lies_with_the_data(settings)


def test_a_place_apart_is_made_too(tmp_path: Path) -> None:
    settings = _settings(tmp_path, key_file=tmp_path / "apart" / "master.key")
    assert keyring_of(settings).current == keyfile.read(tmp_path / "apart" / "master.key")[0]
    assert stat.S_IMODE((tmp_path / "apart").stat().st_mode) == 0o700
    assert not lies_with_the_data(settings)


def test_systemds_credential_is_used_before_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credential = tmp_path / CREDENTIAL
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    settings = _settings(tmp_path)
    assert key_file(settings) == tmp_path / "data" / "master.key"
    keyfile.create(credential)
    assert key_file(settings) == credential
    assert key_file(_settings(tmp_path, key_file=tmp_path / "named")) == tmp_path / "named"


def test_a_lost_key_is_told_and_no_new_one_takes_its_place(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    lost = keyring_of(settings).current
    key_file(settings).unlink()
    with pytest.raises(KeyFileError, match=f"is missing: what the data folder holds was sealed with {lost.id}"):
        keyring_of(settings)
    assert not key_file(settings).exists()


def test_another_key_is_not_taken_for_it(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    right = keyring_of(settings).current
    key_file(settings).unlink()
    (another,) = keyfile.create(key_file(settings))
    with pytest.raises(KeyFileError, match=f"lacks a key.*{right.id}"):
        keyring_of(settings)
    keyfile.write(key_file(settings), (another, right))
    assert keyring_of(settings).keys == (another, right)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match=r"folder .*file/x of the key file cannot be made"):
        keyring_of(_settings(tmp_path, key_file=tmp_path / "file" / "x" / "master.key"))


def test_what_is_decrypted_goes_to_a_new_file_of_its_owner_alone(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    (tmp_path / "plain").write_bytes(b"fLaC and so on")
    with (tmp_path / "plain").open("rb") as source, (tmp_path / "sealed").open("wb") as out:
        files.encrypt(source, out, keyring_of(settings))
    there = tmp_path / "there"
    there.write_bytes(b"somebody else's")
    there.chmod(0o644)
    installation = cast("Installation", SimpleNamespace(settings=settings))

    with pytest.raises(click.ClickException, match="exists"):
        decrypt(installation, tmp_path / "sealed", there)
    assert there.read_bytes() == b"somebody else's"

    decrypt(installation, tmp_path / "sealed", tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == b"fLaC and so on"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_belongs_to_the_services_account(tmp_path: Path) -> None:
    """`sambut keys rotate`, `drop` and `encrypt` by root, while the service runs as somebody else."""
    service = (4711, 4712)
    settings = _settings(tmp_path)
    data = settings.data
    os.chown(data, *service)
    ring = keyring_of(settings)
    keyfile.add(key_file(settings), ring.keys)
    recording = data / "one.flac"
    recording.write_bytes(b"sound")
    os.chown(recording, *service)
    assert archive.encrypt_in_place(recording, keyring_of(settings))
    (tmp_path / "roots").write_text("root's own")
    for name in (f".master.key.{os.getpid()}.part", f".keys-in-use.{os.getpid()}.part", ".two.flac.part"):
        (data / name).symlink_to(tmp_path / "roots")  # the service's account may put there what it likes
    (data / "two.flac").write_bytes(b"sound")
    os.chown(data / "two.flac", *service)
    keyfile.add(key_file(settings), ring.keys)
    note_in_use(data, {"another"})
    assert archive.encrypt_in_place(data / "two.flac", ring)
    assert ((tmp_path / "roots").read_text(), (tmp_path / "roots").stat().st_uid) == ("root's own", 0)
    assert {path.name: (path.stat().st_uid, path.stat().st_gid) for path in data.iterdir()} == dict.fromkeys(
        ("master.key", "keys-in-use", "one.flac", "two.flac"), service
    )


def test_a_changed_key_file_that_cannot_be_read_is_told_once_and_the_known_keys_stay(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    ring = keyring_of(settings)
    known = ring.keys
    key_file(settings).write_text("broken\n")
    with capture_logs() as logs:
        assert [ring.keys for _ in range(3)] == [known] * 3
    (told,) = logs
    assert (told["event"], told["log_level"], told["keys_in_use"]) == ("key_file_unread", "error", 1)
    assert "line 1" in told["reason"]
    keyfile.write(key_file(settings), (Key.new(), *known))
    assert len(ring.keys) == 2
