"""Closed tickets as examples for suggestions, on both databases."""

from dataclasses import replace

from hotline.ticket import Step
from storage import Store
from storage.lessons import CHUNK
from tests.integration.storage.samples import NOON, ticket

CLOSED = {"step": Step.CLOSED, "closed_as": "answered", "closed_at": NOON + 9, "category": "pengaduan-stnk"}


async def test_only_answered_tickets_with_description_and_category_teach_newest_first(store: Store) -> None:
    good = replace(ticket(1), **CLOSED, description="Plat belum jadi", created_at=NOON)
    tickets = [
        good,
        replace(good, number="HTL-2026-000002", description="STNK hilang", created_at=NOON + 1),
        replace(good, number="HTL-2026-000003", description=""),
        replace(good, number="HTL-2026-000004", category=""),
        replace(good, number="HTL-2026-000005", closed_as="unreachable"),
        replace(good, number="HTL-2026-000006", step=Step.ANSWER, closed_as=None, closed_at=None),
    ]
    for each in tickets:
        await store.tickets.open(each)

    assert await store.lessons.latest(10) == (("STNK hilang", "pengaduan-stnk"), ("Plat belum jadi", "pengaduan-stnk"))
    assert await store.lessons.latest(1) == (("STNK hilang", "pengaduan-stnk"),)


async def test_more_than_one_chunk_is_read_without_a_gap_also_of_one_moment(store: Store) -> None:
    count = CHUNK + 20
    for n in range(count):
        one = replace(ticket(1), **CLOSED, number=f"HTL-2026-{n:06}", description=f"Nomor {n}", created_at=NOON)
        await store.tickets.open(one)

    texts = [text for text, _ in await store.lessons.latest(10_000)]

    assert texts == [f"Nomor {n}" for n in reversed(range(count))]
