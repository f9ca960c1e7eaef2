"""Webhooks and mail on both databases, with time in the test's hands."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest

from desk.times import rfc3339
from sambut.webhook_sending import Sender
from sambut.webhooks import Webhooks
from storage import Store
from storage.webhooks import Webhook
from tests.integration.storage.conftest import (
    kind,
    migrated_database,
    migrated_file,
    outage,
    postgres_server,
    store,
    url,
)

__all__ = ["kind", "migrated_database", "migrated_file", "outage", "postgres_server", "store", "url"]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Clock:
    """The real time, moved on by hand. Seconds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def switched_off() -> list[str]:
    """Ids of webhooks that were switched off for their failures."""
    return []


@pytest.fixture
async def outbox(store: Store, clock: Clock, switched_off: list[str]) -> AsyncIterator[Callable[..., Any]]:
    """`await outbox()` starts one; the same again is another run on the same store."""
    async with AsyncExitStack() as stack:

        async def started(**options: Any) -> Webhooks:
            sender = await stack.enter_async_context(
                Sender(inside=options.pop("inside", True), ca=options.pop("ca", None))
            )
            made = Webhooks(
                store,
                sender,
                clock,
                partial(rfc3339),
                pages="https://hotline.example.go.id",
                disabled=lambda webhook: switched_off.append(webhook.id),
                **{"disable_after_s": 86_400.0, "first_pause_s": 0.2, **options},
            )
            await made.start()
            stack.push_async_callback(made.stop)
            return made

        yield started


def hangs_once(monkeypatch: pytest.MonkeyPatch, part: Any, method: str) -> asyncio.Event:
    """This part of the store does not answer its next call; what is returned is set when that call has come."""
    begun, real = asyncio.Event(), getattr(part, method)

    async def held(*args: Any) -> Any:
        monkeypatch.setattr(part, method, real)
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(part, method, held)
    return begun


@pytest.fixture
def hook(store: Store, clock: Clock) -> Callable[..., Any]:
    """`await hook(url, events…)` sets up a webhook."""

    async def made(address: str, *events: str, id: str = "hook") -> Webhook:
        webhook = Webhook(id, id, address, events, SECRET, True, clock(), "admin")
        await store.webhooks.add(webhook)
        return webhook

    return made
