"""Backups of a real service while real calls are recorded: what is restored runs, and has what was there."""

import asyncio
import shutil
from pathlib import Path

from tests.integration.hotline import Hotline, Person, hotline
from tests.integration.phones import caller, softphone


async def _recorded(operator: Person, calls: int) -> None:
    async with asyncio.timeout(30):
        while True:
            items = (await operator.get("/calls"))["items"]
            if len([each for each in items if each["recording"]]) == calls:
                return
            await asyncio.sleep(0.2)


async def test_a_backup_in_mid_call_is_one_moment_and_runs(
    straight: Hotline, tmp_path: Path, spoken_prompts: Path
) -> None:
    house, folder = straight, tmp_path / "backup"
    operator = await house.sign_in("operator1")
    async with softphone(auto_answer=True) as (_phone, uri):
        await operator.ready(uri)
        async with caller(house.uri, seconds=3) as first:
            await first.ended()
        await _recorded(operator, 1)
        await operator.ready()
        async with caller(house.uri, seconds=60) as second:
            await asyncio.sleep(4)
            told = await house.command("backup", str(folder))
            assert "is being recorded" in told, "the second call's sound"
            status, refused = await _refused(house, folder)
            assert status == 1 and "Sambut runs on" in refused
            second.hang_up()
            await second.ended()
        await _recorded(operator, 2)
    await house.command("backup", str(folder))
    listed = (await house.command("backup", "--list", str(folder))).split("\n")
    assert "is whole" in await house.command("backup", "--verify", str(folder))

    for name, calls, sounds in ((listed[0].split()[0], 2, 1), (listed[1].split()[0], 2, 2)):
        (tmp_path / name).mkdir()
        async with hotline(tmp_path / name, spoken_prompts) as other:
            await other.stop()
            shutil.copy(house.folder / "data" / "master.key", other.folder / "data")  # kept apart, as the backup asks
            await other.command("restore", str(folder), "--snapshot", name, "--replace", "--keep-config")
            await other.start()
            person = await other.sign_in("operator1")
            found = (await person.get("/calls"))["items"]
            assert [each["state"] for each in found] == ["ended"] * calls
            heard = [each["recording"] for each in found if each["recording"]]
            assert len(heard) == sounds
            files = [path for path in (other.folder / "data" / "recordings").rglob("*") if path.is_file()]
            assert len(files) == sounds
            for path in files:
                original = house.folder / "data" / path.relative_to(other.folder / "data")
                assert path.read_bytes() == original.read_bytes()


async def _refused(house: Hotline, folder: Path) -> tuple[int, str]:
    try:
        return 0, await house.command("restore", str(folder), "--replace", "--keep-config")
    except AssertionError as error:
        return 1, str(error)
