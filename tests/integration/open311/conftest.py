"""A desk with the open standard, and portals that know nothing but its addresses."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.desk.conftest import address, arrive, built, clock, pages, parts, prepared, settings, stranger
from tests.integration.open311.portal import Portal, portal_of

__all__ = ["address", "arrive", "built", "clock", "pages", "parts", "prepared", "settings", "stranger"]


@pytest.fixture
async def portal(address: str, arrive) -> AsyncIterator[Portal]:
    """A portal with a key that the admin made."""
    admin = await arrive("admin")
    made = await admin.ask("POST", "/api/v1/api-keys", {"name": "Portal Kota"})
    assert made.status == 201
    async with portal_of(address, made.body["key"]) as opened:
        yield opened


@pytest.fixture
async def reader(address: str) -> AsyncIterator[Portal]:
    """A portal without a key."""
    async with portal_of(address, "") as opened:
        yield opened
