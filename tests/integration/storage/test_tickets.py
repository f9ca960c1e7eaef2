"""Tickets: compare and swap, search, paging, export."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.ticket import Callback, Step, Ticket
from storage import (
    AlreadyExists,
    BadCursor,
    Conflict,
    NotFound,
    Store,
    StoreError,
    TicketChange,
    TicketQuery,
    open_store,
)
from storage.ticket_writes import Decide
from tests.integration.storage.samples import CALLER, NOON, full_ticket, ticket


async def test_a_saved_ticket_has_the_next_version_and_its_changes_are_logged(store: Store) -> None:
    await store.tickets.open(ticket(1))

    saved = await store.tickets.save(
        replace(ticket(1), caller_name="Budi", plate="D 1 A", version=2), 1, "operator1", NOON + 3
    )

    assert saved == replace(ticket(1), caller_name="Budi", plate="D 1 A", version=2)
    assert await store.tickets.get(saved.number) == saved
    log = [(c.at, c.by, c.version, c.field, c.before, c.after) for c in await store.tickets.changes(saved.number)]
    assert log == [
        (NOON + 3, "operator1", 2, "caller_name", None, "Budi"),
        (NOON + 3, "operator1", 2, "plate", None, "D 1 A"),
    ]


async def test_saving_without_a_change_keeps_the_version(store: Store) -> None:
    await store.tickets.open(ticket(1))

    assert await store.tickets.save(replace(ticket(1), version=2), 1, "operator1", NOON) == ticket(1)
    assert await store.tickets.changes(ticket(1).number) == ()


async def test_of_two_who_save_at_once_one_gets_a_conflict_and_nothing_is_lost(store: Store) -> None:
    await store.tickets.open(ticket(1))
    mine = store.tickets.save(replace(ticket(1), caller_name="Budi"), 1, "operator1", NOON)
    theirs = store.tickets.save(replace(ticket(1), answer="Sudah."), 1, "operator2", NOON)

    outcomes = await asyncio.gather(mine, theirs, return_exceptions=True)

    (conflict,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    (saved,) = [outcome for outcome in outcomes if isinstance(outcome, Ticket)]
    assert conflict.current == saved == await store.tickets.get(saved.number)

    again = replace(conflict.current, caller_name="Budi", answer="Sudah.")
    merged = await store.tickets.save(again, conflict.current.version, "operator1", NOON + 1)
    assert (merged.caller_name, merged.answer, merged.version) == ("Budi", "Sudah.", 3)


async def test_a_change_is_decided_by_the_stored_ticket_and_by_what_came_since_it_was_seen(store: Store) -> None:
    await store.tickets.open(ticket(1))
    await store.tickets.save(replace(ticket(1), plate="D 1 A"), 1, "operator1", NOON + 1)
    theirs = await store.tickets.save(replace(ticket(1), plate="D 1 A", answer="Sudah."), 2, "operator2", NOON + 2)
    shown: list[tuple[Ticket, list[tuple[str, str]]]] = []

    def named(current: Ticket, log: Sequence[TicketChange]) -> Ticket:
        shown.append((current, [(each.by, each.field) for each in log]))
        return replace(current, caller_name="Budi")

    before, after = await store.tickets.change(theirs.number, 2, named, "operator1", NOON + 3)

    assert shown == [(theirs, [("operator2", "answer")])]
    assert (before, after) == (theirs, replace(theirs, caller_name="Budi", version=4))
    assert await store.tickets.get(theirs.number) == after


async def test_many_who_change_at_once_all_get_through_and_lose_no_word(store: Store) -> None:
    await store.tickets.open(ticket(1))

    async def add(word: str) -> None:
        def added(current: Ticket, _: Sequence[TicketChange]) -> Ticket:
            return replace(current, description=f"{current.description} {word}".strip())

        await store.tickets.change(ticket(1).number, 1, added, word, NOON)

    await asyncio.gather(*(add(f"w{number}") for number in range(20)))

    stored = await store.tickets.get(ticket(1).number)
    assert stored is not None
    assert (stored.version, sorted(stored.description.split())) == (21, sorted(f"w{number}" for number in range(20)))


async def test_a_change_that_is_refused_leaves_everything_as_it_was(store: Store) -> None:
    await store.tickets.open(ticket(1))

    def refused(current: Ticket, _: Sequence[TicketChange]) -> Ticket:
        raise ValueError("not like this")

    with pytest.raises(ValueError, match="not like this"):
        await store.tickets.change(ticket(1).number, 1, refused, "operator1", NOON)
    with pytest.raises(NotFound):
        await store.tickets.change(ticket(2).number, 1, refused, "operator1", NOON)
    assert await store.tickets.get(ticket(1).number) == ticket(1)
    assert await store.tickets.changes(ticket(1).number) == ()


async def test_who_saves_again_and_again_overwrites_nobody_in_another_process(
    url: str, store: Store, tmp_path: Path
) -> None:
    await store.tickets.open(ticket(1))
    _, mine = await store.tickets.change(ticket(1).number, 1, _named("Budi"), "operator1", NOON + 1)
    _, mine = await store.tickets.change(mine.number, mine.version, _named("Budi S."), "operator1", NOON + 2)
    async with await open_store(url, spool=tmp_path / "other", node="node2") as other:
        theirs = await other.tickets.save(replace(mine, answer="Sudah."), mine.version, "operator2", NOON + 3)
    shown: list[tuple[int, list[str]]] = []

    def named(current: Ticket, log: Sequence[TicketChange]) -> Ticket:
        shown.append((current.version, [each.field for each in log]))
        return replace(current, caller_name="Budi Santoso")

    before, after = await store.tickets.change(mine.number, mine.version, named, "operator1", NOON + 4)

    assert shown[-1] == (4, ["answer"])
    assert (before, after) == (theirs, replace(theirs, caller_name="Budi Santoso", version=5))
    assert await store.tickets.get(mine.number) == after


async def test_a_refusal_is_told_of_what_is_stored_now(url: str, store: Store, tmp_path: Path) -> None:
    await store.tickets.open(ticket(1))
    _, mine = await store.tickets.change(ticket(1).number, 1, _named("Budi"), "operator1", NOON + 1)
    async with await open_store(url, spool=tmp_path / "other", node="node2") as other:
        await other.tickets.save(replace(mine, answer="Sudah."), mine.version, "operator2", NOON + 2)

    def refused(current: Ticket, _: Sequence[TicketChange]) -> Ticket:
        raise ValueError(current.answer)

    with pytest.raises(ValueError, match="Sudah"):
        await store.tickets.change(mine.number, mine.version, refused, "operator1", NOON + 3)


async def test_a_page_that_is_behind_is_told_what_this_process_changed_since(store: Store) -> None:
    await store.tickets.open(ticket(1))
    await store.tickets.change(ticket(1).number, 1, _named("Budi"), "operator1", NOON + 1)
    shown: list[list[str]] = []

    def answered(current: Ticket, log: Sequence[TicketChange]) -> Ticket:
        shown.append([each.field for each in log])
        return replace(current, answer="Sudah.")

    await store.tickets.change(ticket(1).number, 1, answered, "operator2", NOON + 2)

    assert shown == [["caller_name"]]


def _named(name: str) -> Decide:
    return lambda current, _: replace(current, caller_name=name)


async def test_many_savers_who_retry_on_conflict_all_get_through(store: Store) -> None:
    await store.tickets.open(ticket(1))

    async def add(word: str) -> None:
        while True:
            current = await store.tickets.get(ticket(1).number)
            assert current is not None
            try:
                changed = replace(current, description=f"{current.description} {word}".strip())
                await store.tickets.save(changed, current.version, word, NOON)
            except Conflict:
                continue
            return

    await asyncio.gather(*(add(f"w{number}") for number in range(8)))

    stored = await store.tickets.get(ticket(1).number)
    assert stored is not None
    assert sorted(stored.description.split()) == [f"w{number}" for number in range(8)]
    assert stored.version == 9


async def test_a_ticket_nobody_opened_cannot_be_saved_and_an_open_one_not_opened_again(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.tickets.save(ticket(1), 1, "operator1", NOON)
    await store.tickets.open(ticket(1))
    with pytest.raises(AlreadyExists):
        await store.tickets.open(ticket(1))
    assert await store.tickets.get("HTL-2025-999999") is None


@pytest.mark.parametrize(
    "text",
    ["HTL-2025-000001", "000001", "ratna", "RATNA  wulan", "d 1234", "D1234ABC", "81234567890", "STNK belum", "bukti"],
)
async def test_a_ticket_is_found_by_a_piece_of(store: Store, text: str) -> None:
    await store.tickets.open(full_ticket())
    await store.tickets.open(ticket(2, caller="+62811000"))

    page = await store.tickets.search(TicketQuery(text=text))

    assert [found.number for found in page.items] == [full_ticket().number]


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "rat%na", "ratna AND wulandari", "'", '"', "ratna*x", "=kind", "no such word"]
)
async def test_signs_that_databases_know_are_only_signs(store: Store, text: str) -> None:
    await store.tickets.open(full_ticket())

    assert (await store.tickets.search(TicketQuery(text=text))).total == 0


async def test_case_does_not_matter_in_any_script(store: Store) -> None:
    await store.tickets.open(replace(ticket(1), caller_name="ÉLAN Straße"))

    assert (await store.tickets.search(TicketQuery(text="élan STRASSE"))).total == 1


async def test_a_search_narrows_by_every_field_given(store: Store) -> None:
    await store.tickets.open(full_ticket(1))
    await store.tickets.open(replace(ticket(2, at=NOON + 100, caller="+62811"), operator="operator2"))
    queries = {
        TicketQuery(step="closed"): 1,
        TicketQuery(kind="pengaduan"): 1,
        TicketQuery(category="pengaduan-stnk"): 1,
        TicketQuery(operator="operator2"): 2,
        TicketQuery(number="+62811"): 2,
        TicketQuery(since=NOON + 100): 2,
        TicketQuery(until=NOON + 100): 1,
    }
    for query, serial in queries.items():
        found = await store.tickets.search(query)
        assert [each.number for each in found.items] == [ticket(serial).number], query
    assert (await store.tickets.search(TicketQuery(step="closed", operator="operator2"))).items == ()


async def test_the_call_back_list_holds_open_tickets_that_owe_a_call(store: Store) -> None:
    owed = replace(ticket(2), callback=Callback("missed", NOON, NOON))
    await store.tickets.open(full_ticket(1))  # called back and closed
    await store.tickets.open(owed)
    await store.tickets.open(ticket(3))

    assert (await store.tickets.search(TicketQuery(callback=True))).items == (owed,)
    assert (await store.tickets.search(TicketQuery(callback=False))).total == 2
    assert await store.tickets.callbacks_open() == 1


async def test_pages_are_newest_first_and_neither_skip_nor_repeat_while_tickets_arrive(store: Store) -> None:
    for serial in range(1, 8):
        await store.tickets.open(ticket(serial, at=NOON + serial // 2))  # some at the same moment

    seen: list[str] = []
    query = TicketQuery(limit=3)
    while True:
        page = await store.tickets.search(query)
        seen += [found.number for found in page.items]
        if page.next is None:
            break
        await store.tickets.open(ticket(100 + len(seen), at=NOON + 50))
        query = replace(query, cursor=page.next)

    assert seen == [ticket(serial).number for serial in range(7, 0, -1)]


async def test_the_total_counts_all_pages(store: Store) -> None:
    for serial in range(1, 6):
        await store.tickets.open(ticket(serial))

    page = await store.tickets.search(TicketQuery(limit=2))

    assert (page.total, len(page.items)) == (5, 2)


@pytest.mark.parametrize("cursor", ["x", "", "bnVsbA", "W10", "é"])
async def test_a_damaged_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await store.tickets.search(TicketQuery(cursor=cursor))


async def test_the_history_of_a_caller_is_newest_first_and_can_be_read_on(store: Store) -> None:
    for serial in range(1, 5):
        await store.tickets.open(ticket(serial, at=NOON + serial))
    await store.tickets.open(ticket(9, caller="+62811"))

    newest = await store.tickets.history(CALLER, limit=2)
    older = await store.tickets.history(CALLER, limit=2, before=newest[-1].created_at)

    assert [found.number[-1] for found in (*newest, *older)] == ["4", "3", "2", "1"]


async def test_the_open_tickets_of_a_caller_leave_out_the_closed_ones(store: Store) -> None:
    await store.tickets.open(full_ticket(1))
    await store.tickets.open(ticket(2))

    assert [found.number for found in await store.tickets.open_of(CALLER)] == [ticket(2).number]


async def test_callers_who_withhold_their_number_are_not_taken_for_one_person(store: Store) -> None:
    await store.tickets.open(ticket(1, caller=""))

    assert await store.tickets.history("") == ()
    assert await store.tickets.open_of("") == ()


async def test_the_export_reads_everything_in_chunks_oldest_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.tickets.EXPORT_CHUNK", 3)
    for serial in range(1, 9):
        await store.tickets.open(ticket(serial, at=NOON + serial // 3))

    found = [each.number async for each in store.tickets.iterate(NOON, NOON + 2)]

    assert found == [ticket(serial).number for serial in range(1, 6)]


async def test_a_reopened_ticket_reads_as_it_was_saved(store: Store) -> None:
    await store.tickets.open(full_ticket(1))
    reopened = replace(full_ticket(1), step=Step.ANSWER, closed_at=None, closed_as=None, callback=None)

    saved = await store.tickets.save(reopened, 1, "operator1", NOON + 999)

    assert saved == replace(reopened, version=2) == await store.tickets.get(saved.number)


def test_everything_this_room_raises_on_purpose_is_a_store_error() -> None:
    assert all(issubclass(kind, StoreError) for kind in (AlreadyExists, BadCursor, Conflict, NotFound))
