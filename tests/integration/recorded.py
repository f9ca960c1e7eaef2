"""A short talk of a caller and an operator, each saying a tone, and what its recording holds."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import soundfile

from tests.audio import has_tone, tone
from tests.integration.hotline import Person
from tests.integration.phones import UserAgent, caller, softphone

CALLER_HZ, OPERATOR_HZ = 1300, 700
TALK_S = 5.0


async def recorded_call(uri: str, operator: Person, folder: Path, *, keys: str = "") -> dict[str, Any]:
    """The call to `uri`, once its recording is in the archive; the caller presses `keys` to reach the operator."""
    known = {each["id"] for each in await calls(operator)}
    async with in_a_talk(uri, operator, folder, keys=keys) as call:
        call.hang_up()
        assert await call.ended() == 0
    (new,) = [each for each in await calls(operator) if each["id"] not in known]
    return await with_recording(operator, new["id"])


@asynccontextmanager
async def in_a_talk(uri: str, operator: Person, folder: Path, *, keys: str = "") -> AsyncIterator[UserAgent]:
    """The caller, when both have talked for `TALK_S`."""
    said = tone(folder / "caller.wav", CALLER_HZ, 3, 8000)
    answered = tone(folder / "operator.wav", OPERATOR_HZ, 3, 8000)
    async with softphone(operator.username, audio=f"file:{answered},") as (_, phone):
        await operator.ready(phone)
        async with caller(uri, say=said, keys=keys, seconds=90) as call:
            await talking(operator)
            await asyncio.sleep(TALK_S)
            yield call


async def talking(operator: Person, within_s: float = 40) -> None:
    """Returns when a caller and an operator talk."""
    async with asyncio.timeout(within_s):
        while not [each for each in await calls(operator) if each["state"] == "talking"]:
            await asyncio.sleep(0.1)


async def calls(operator: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await operator.get("/calls"))["items"]
    return items


async def with_recording(operator: Person, call_id: str, within_s: float = 30) -> dict[str, Any]:
    """The call, once its recording is in the archive."""
    async with asyncio.timeout(within_s):
        while True:
            for each in await calls(operator):
                if each["id"] == call_id and each["recording"] is not None:
                    return each
            await asyncio.sleep(0.1)


async def sound_of(operator: Person, url: str) -> bytes:
    """A recording, as the operator's page gets it."""
    async with operator.http.get(operator.base + url) as response:
        assert response.status == 200, await response.text()
        return await response.read()


def both_are_heard(flac: bytes) -> bool:
    """Whether the last two seconds have the caller's tone on the left, and the operator's on the right."""
    samples, rate = soundfile.read(io.BytesIO(flac))
    last = samples[-2 * rate :]
    return has_tone(last[:, 0], rate, CALLER_HZ) and has_tone(last[:, 1], rate, OPERATOR_HZ)
