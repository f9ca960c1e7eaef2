"""What lies on the disk after a real call: private files, encrypted sound, keys that are rotated while it runs."""

import asyncio
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from sealing import Keyring, archive, files
from sealing.keyring import is_sealed
from storage.engine import Database
from storage.webhook_tables import WebhookRow
from tests.audio import tone
from tests.integration.hotline import Hotline, HotlineDied, Person
from tests.integration.phones import caller, softphone
from tests.integration.recorded import CALLER_HZ, OPERATOR_HZ, both_are_heard, sound_of


async def _call(house: Hotline, operator: Person, tmp_path: Path) -> str:
    """A short talk; the URL of its recording."""
    said = tone(tmp_path / "caller.wav", CALLER_HZ, 3, 8000)
    answered = tone(tmp_path / "operator.wav", OPERATOR_HZ, 3, 8000)
    known = {call["id"] for call in (await operator.get("/calls"))["items"]}
    async with softphone(audio=f"file:{answered},") as (_, uri):
        await operator.ready(uri)
        async with caller(house.uri, say=said, seconds=15) as call:
            await _spool_is_private(house)
            assert await call.ended() == 0
        for _ in range(100):
            new = [each for each in (await operator.get("/calls"))["items"] if each["id"] not in known]
            if new and new[0]["recording"] is not None:
                return str(new[0]["recording"]["url"])
            await asyncio.sleep(0.1)
    raise AssertionError("no recording")


async def _spool_is_private(house: Hotline) -> None:
    """While the call runs its sound lies open in the spool, for its owner alone."""
    for _ in range(250):
        if found := list((house.folder / "data" / "spool" / "audio").glob("*.wav")):
            assert {stat.S_IMODE(file.stat().st_mode) for file in found} == {0o600}
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing is being recorded")


def _open_to_others(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.lstat().st_mode)}"
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    ]


def _archived(house: Hotline) -> list[Path]:
    return [path for path in (house.folder / "data" / "recordings").rglob("*") if path.is_file()]


async def test_after_a_call_nothing_in_the_data_folder_is_open_or_plain(straight: Hotline, tmp_path: Path) -> None:
    operator = await straight.sign_in("operator1")
    url = await _call(straight, operator, tmp_path)
    data = straight.folder / "data"
    assert _open_to_others(data) == []
    (recording,) = _archived(straight)
    assert files.is_encrypted(recording) and recording.suffix == ".flac"
    assert both_are_heard(await sound_of(operator, url))
    assert list((data / "spool" / "audio").iterdir()) == []


async def test_what_an_older_version_left_is_closed_at_the_start_and_encrypted_by_command(
    straight: Hotline, tmp_path: Path
) -> None:
    operator = await straight.sign_in("operator1")
    url = await _call(straight, operator, tmp_path)
    plain = await sound_of(operator, url)
    await straight.stop()
    (recording,) = _archived(straight)
    recording.write_bytes(plain)
    data = straight.folder / "data"
    for path in (data, *(each for each in data.rglob("*") if not each.is_symlink())):
        path.chmod(0o755 if path.is_dir() else 0o644)

    await straight.start()
    operator = await straight.sign_in("operator1")
    assert await sound_of(operator, url) == plain, "plain recordings stay readable"
    for _ in range(50):
        if not _open_to_others(data):
            break
        await asyncio.sleep(0.1)
    assert _open_to_others(data) == []
    assert "not encrypted: 1 recordings" in await straight.command("keys", "show")
    assert "encrypted: 1 recordings, of 1" in await straight.command("keys", "encrypt")
    assert files.is_encrypted(recording) and stat.S_IMODE(recording.stat().st_mode) == 0o600
    assert await sound_of(operator, url) == plain
    assert "encrypted: 0 recordings" in await straight.command("keys", "encrypt")
    assert "decrypted: 1 recordings, of 1" in await straight.command("keys", "decrypt", "--all")
    assert recording.read_bytes() == plain, "for going back to the older version"


async def test_a_rotation_while_calls_run_keeps_everything_readable_without_the_old_key(
    straight: Hotline, tmp_path: Path
) -> None:
    operator, admin = await straight.sign_in("operator1"), await straight.sign_in("admin")
    hook = {"name": "Dasbor", "url": "https://example.org/hook", "events": ["ticket.closed"]}
    assert (await admin.send("POST", "/webhooks", hook))[0] == 201
    before = await _call(straight, operator, tmp_path)
    key_file = straight.folder / "data" / "master.key"
    old = Keyring.read(key_file).current

    said = await straight.command("keys", "rotate")
    new = Keyring.read(key_file).current
    assert f"new key {new.id}" in said and f"under key {new.id} now: 1 recordings, 1 secrets" in said
    colleague = await straight.sign_in("operator2")  # the first has a ticket to finish
    await operator.send("PUT", "/me/presence", {"state": "offline"})
    after = await _call(straight, colleague, tmp_path)
    assert {id for path in _archived(straight) for id in archive.key_ids(path)} == {new.id}
    assert f"{old.id}  opens what is older: 0 recordings, 0 secrets" in await straight.command("keys", "show")
    with pytest.raises(AssertionError, match="is the key that seals"):
        await straight.command("keys", "drop", new.id)
    await straight.command("keys", "drop", old.id)
    assert [key.id for key in Keyring.read(key_file).keys] == [new.id]
    for person, url in ((operator, before), (colleague, after)):
        assert both_are_heard(await sound_of(person, url))
    database = Database(f"sqlite:///{straight.folder}/data/sambut.db")
    assert is_sealed(str(await database.scalar(select(WebhookRow.secret))))
    await database.close()
    assert "webhooks_wait" not in straight.log_text
    plain = tmp_path / "plain.flac"
    await straight.command("keys", "decrypt", str(_archived(straight)[0]), str(plain))
    assert plain.read_bytes()[:4] == b"fLaC" and stat.S_IMODE(plain.stat().st_mode) == 0o600
    plain.write_bytes(b"somebody else's, for all to read")
    plain.chmod(0o644)
    with pytest.raises(AssertionError, match="exists"):
        await straight.command("keys", "decrypt", str(_archived(straight)[0]), str(plain))
    assert plain.read_bytes() == b"somebody else's, for all to read"


async def test_a_lost_key_stops_the_start_and_is_named(straight: Hotline) -> None:
    key_file = straight.folder / "data" / "master.key"
    id = Keyring.read(key_file).current.id
    await straight.stop()
    kept = key_file.rename(straight.folder / "kept.key")
    with pytest.raises(HotlineDied, match=f"is missing: what the data folder holds was sealed with {id}"):
        await straight.start()
    kept.rename(key_file)
    await straight.start()
    assert "lies in the data folder" in await straight.command("check")
