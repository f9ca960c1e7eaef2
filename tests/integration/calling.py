"""A hotline that can call out, and the telephone at the far end of its trunk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.integration.hotline import STRAIGHT_FLOW, Hotline, Person, hotline
from tests.integration.phones import UserAgent, caller, softphone

NUMBER = "+6281234567890"
RULES = """
queues:
  - {name: utama, ring_s: 8, wrap_up_s: 1, callback_retry_s: 10}
"""
DIALLING = """
ring_s: 5
retries_minutes: [15, 60]
rules:
  - {prefixes: ["+628"], roles: [operator], hours: always}
"""


@asynccontextmanager
async def outside_phone(
    tmp_path: Path, *, answers: bool, say: Path | None = None
) -> AsyncIterator[tuple[UserAgent, str]]:
    """The caller's own telephone, reached by the trunk: takes any call to its port."""
    heard = tmp_path / "outside.wav"
    async with softphone("outside", audio=f"file:{say or ''},{heard}", auto_answer=answers) as (phone, uri):
        yield phone, uri.rpartition("@")[2]


@asynccontextmanager
async def calling_house(
    tmp_path: Path, prompts: Path, outside: str, *, more: str = "", **environ: str
) -> AsyncIterator[Hotline]:
    """A hotline whose trunk leads to that telephone; `more` of its `outbound` settings. `environ` as in `hotline`."""
    folder = tmp_path / "house"
    folder.mkdir()
    settings = f"""
trunks:
  - name: loopback
    peers: ["127.0.0.0/8"]
    outbound: {{host: "{outside}", caller_id: "+62221234567"{more}}}
"""
    files = {"queues.yaml": RULES, "dialling.yaml": DIALLING, "settings.yaml": settings, "flow.yaml": STRAIGHT_FLOW}
    async with hotline(folder, prompts, files=files, demo=True, **environ) as running:
        yield running


async def a_missed_caller(house: Hotline, someone: Person) -> str:
    """Somebody hangs up in the queue. Returns the number of the ticket, which now owes a call."""
    async with caller(house.uri, number=NUMBER, seconds=2) as call:
        await call.ended()
    async with asyncio.timeout(10):
        while not (found := (await someone.get("/callbacks"))["items"]):
            await asyncio.sleep(0.1)
    return str(found[0]["ticket"]["number"])


async def owed(someone: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await someone.get("/callbacks"))["items"]
    return items
