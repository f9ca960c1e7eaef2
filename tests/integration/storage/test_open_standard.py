"""Keys of portals, and what portals file and read, on both databases."""

from dataclasses import replace

import pytest

from hotline.ticket import Step
from storage import NotFound, Store
from storage.api_keys import ApiKey
from storage.filings import Filing, PublishedQuery
from tests.integration.storage.samples import NOON, full_ticket, ticket

KEY = ApiKey("k1", "Portal", NOON, "admin")


def request(serial: int, **fields: object):
    return replace(ticket(serial, at=NOON + serial), category="informasi-pkb", kind="informasi", **fields)


async def numbers(store: Store, **query: object) -> list[int]:
    found = await store.filings.published(PublishedQuery(**query))
    return [int(each.ticket.number.rpartition("-")[2]) for each in found]


async def test_a_key_opens_until_it_is_withdrawn_and_its_last_use_is_known(store: Store) -> None:
    await store.api_keys.add(KEY, "hash")
    assert (await store.api_keys.whose("hash", NOON + 5)) == KEY
    assert (await store.api_keys.list())[0].last_used_at == NOON + 5
    await store.api_keys.whose("hash", NOON + 6)
    assert (await store.api_keys.list())[0].last_used_at == NOON + 5
    assert await store.api_keys.whose("other", NOON) is None

    await store.api_keys.withdraw("k1", NOON + 9)
    assert await store.api_keys.whose("hash", NOON + 10) is None
    with pytest.raises(NotFound):
        await store.api_keys.withdraw("k1", NOON + 11)


async def test_a_filing_and_its_ticket_are_stored_together_or_not_at_all(store: Store) -> None:
    filing = Filing(
        "HTL-2025-000001", "k1", NOON, "siti@example.org", "Jalan 1", -6.9, 107.6, "warga", "https://x.example"
    )
    await store.filings.file(request(1, origin="open311"), filing)
    assert await store.filings.of("HTL-2025-000001") == filing
    with pytest.raises(Exception, match=r"(?i)unique|duplicate|integrity"):
        await store.filings.file(request(2, origin="open311"), filing)
    assert await store.tickets.get("HTL-2025-000002") is None


async def test_what_is_published_follows_the_question(store: Store) -> None:
    await store.tickets.open(ticket(1))  # without a category
    await store.tickets.open(request(2))
    await store.filings.file(request(3, origin="open311"), Filing("HTL-2025-000003", "k1", NOON))
    await store.filings.file(request(4, origin="open311"), Filing("HTL-2025-000004", "k2", NOON))
    await store.tickets.open(replace(full_ticket(5), created_at=NOON + 5))

    assert await numbers(store) == [5, 4, 3, 2]
    assert await numbers(store, publish="filed") == [4, 3]
    assert await numbers(store, publish="none") == []
    assert await numbers(store, publish="none", api_key="k2") == [4]
    assert await numbers(store, closed=True) == [5]
    assert await numbers(store, closed=False, categories=("informasi-pkb", "x")) == [4, 3, 2]
    assert await numbers(store, since=NOON + 3, until=NOON + 5) == [4, 3]
    assert await numbers(store, numbers=("HTL-2025-000002", "HTL-2025-000001")) == [2]
    assert await numbers(store, limit=1) == [5]


async def test_a_request_tells_when_it_last_changed(store: Store) -> None:
    await store.tickets.open(request(1))
    (before,) = await store.filings.published(PublishedQuery())
    await store.tickets.save(request(1, step=Step.IDENTITY), 1, "operator1", NOON + 60)
    (after,) = await store.filings.published(PublishedQuery())

    assert (before.changed_at, after.changed_at) == (NOON + 1, NOON + 60)
