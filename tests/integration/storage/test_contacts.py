"""People by number and plate; who is one person, and not any more; what belongs together."""

from dataclasses import replace

import pytest

from hotline.contacts import continued, separate_again
from hotline.ticket import Step, Ticket
from storage import AlreadyExists, Conflict, NotFound, Store
from storage.contacts_blocked import BlockedCaller
from storage.records import CallEnded, TicketOpened
from tests.integration.storage.samples import CALLER, NOON, call_id, full_ticket, started, ticket

OTHER = "+6281399998888"
PLATE = "D 1234 ABC"


def identified(serial: int, number: str = CALLER, plate: str = PLATE, name: str = "Ibu Ratna") -> Ticket:
    base = ticket(serial, at=NOON + serial, caller=number)
    return replace(base, step=Step.RECORD, plate=plate, caller_name=name)


async def opened(store: Store, *tickets: Ticket) -> None:
    for each in tickets:
        await store.tickets.open(each)
    await store.contacts.learn(tickets)


async def test_a_caller_with_a_new_number_is_found_by_the_plate_and_the_other_way_round(store: Store) -> None:
    await opened(store, identified(1))
    new_number = identified(2, number=OTHER)
    new_plate = identified(3, plate="D 99 X")
    await opened(store, new_number, new_plate)

    assert [each.number for each in await store.contacts.beside(new_number)] == ["HTL-2025-000001"]
    assert [each.number for each in await store.contacts.beside(new_plate)] == ["HTL-2025-000002", "HTL-2025-000001"]


async def test_two_numbers_with_one_plate_are_two_people_who_are_shown_as_related(store: Store) -> None:
    await opened(store, identified(1), identified(2, number=OTHER, name="Pak Budi"))

    first, second = await store.contacts.of(CALLER), await store.contacts.of(OTHER)

    assert first and second and first.id != second.id
    assert first.related == (second.id,) and second.related == (first.id,)
    assert (first.name, first.numbers, first.plates) == ("Ibu Ratna", (CALLER,), (PLATE,))


async def test_learning_the_same_again_changes_nothing_and_the_newest_name_counts(store: Store) -> None:
    older, newer = identified(1, name="Ratna"), identified(2, name="Ratna Wulandari")
    await opened(store, newer, older)
    before = await store.contacts.of(CALLER)

    await store.contacts.learn([older, newer])

    assert before and before.name == "Ratna Wulandari"
    assert await store.contacts.of(CALLER) == before


async def test_a_plate_that_is_still_being_asked_for_is_not_learned(store: Store) -> None:
    await opened(store, replace(identified(1), step=Step.IDENTITY))

    found = await store.contacts.of(CALLER)

    assert found and found.plates == ()


async def test_tickets_from_before_there_were_contacts_are_caught_up_with(store: Store) -> None:
    for serial in range(1, 4):
        await store.tickets.open(identified(serial, number=f"+628120000000{serial}"))

    assert await store.contacts.catch_up() == 3
    assert await store.contacts.catch_up() == 0
    assert (await store.contacts.search("")).total == 3


@pytest.mark.parametrize("text", ["ratna WUL", "081234567890", "67890", "d1234abc"])
async def test_a_person_is_found_by_name_number_and_plate_however_typed(store: Store, text: str) -> None:
    await opened(store, identified(1, name="Ibu Ratna Wulandari"), identified(2, number=OTHER, plate="", name="Budi"))

    assert [found.name for found in (await store.contacts.search(text)).items] == ["Ibu Ratna Wulandari"]


async def test_merged_people_are_one_until_it_is_undone(store: Store) -> None:
    await opened(store, identified(1, plate=""), identified(2, number=OTHER, plate="", name="Budi"))
    first, second = await store.contacts.of(CALLER), await store.contacts.of(OTHER)
    assert first and second

    merge = await store.contacts.merge(first.id, second.id, "operator1", NOON)
    one = await store.contacts.get(second.id)
    assert one and (one.id, one.numbers) == (first.id, (CALLER, OTHER))
    assert [each.number for each in await store.contacts.beside(identified(1))] == ["HTL-2025-000002"]
    with pytest.raises(ValueError, match="one person"):
        await store.contacts.merge(second.id, first.id, "operator1", NOON)

    await store.contacts.separate(merge.id, "operator2", NOON + 5)
    two = await store.contacts.get(second.id)
    assert two and (two.id, two.numbers, two.merges[0].undone_by) == (second.id, (OTHER,), "operator2")
    with pytest.raises(NotFound):
        await store.contacts.separate(merge.id, "operator2", NOON + 6)


async def test_undoing_the_first_of_two_merges_leaves_the_second(store: Store) -> None:
    people = [identified(serial, number=f"+628120000000{serial}", plate="") for serial in (1, 2, 3)]
    await opened(store, *people)
    ids = [found.id for each in people if (found := await store.contacts.of(each.caller_number))]
    first = await store.contacts.merge(ids[0], ids[1], "operator1", NOON)
    await store.contacts.merge(ids[2], ids[0], "operator1", NOON + 1)

    await store.contacts.separate(first.id, "operator1", NOON + 2)

    third = await store.contacts.get(ids[0])
    assert third and set(third.ids) == {ids[0], ids[2]}
    alone = await store.contacts.get(ids[1])
    assert alone and alone.ids == (ids[1],)


async def test_linked_tickets_are_shown_on_both_and_linked_once(store: Store) -> None:
    await opened(store, identified(1), identified(2))
    link = await store.links.link("HTL-2025-000001", "HTL-2025-000002", "operator1", NOON)

    assert await store.links.of("HTL-2025-000001") == await store.links.of("HTL-2025-000002") == (link,)
    with pytest.raises(AlreadyExists):
        await store.links.link("HTL-2025-000002", "HTL-2025-000001", "operator1", NOON)
    with pytest.raises(NotFound):
        await store.links.link("HTL-2025-000001", "HTL-2025-999999", "operator1", NOON)


async def test_a_call_goes_on_with_an_earlier_ticket_and_comes_back_when_that_was_wrong(store: Store) -> None:
    new = replace(identified(2), call_id=call_id(2), operator="operator1")
    await store.journal.write(
        started(2), TicketOpened(new, "utama"), CallEnded(call_id(2), NOON + 9, "caller", "hang_up")
    )
    await opened(store, identified(1))
    old = await store.tickets.get("HTL-2025-000001")
    assert old is not None

    await store.links.go_on(
        new, old, continued(new, NOON + 5), replace(old, region="kota-bandung-1"), "operator1", NOON + 5
    )

    closed = await store.tickets.get(new.number)
    assert closed and (closed.step, closed.closed_as, closed.version) == (Step.CLOSED, "continued", 2)
    assert [call.id for call in await store.calls.of_ticket(old.number)] == [call_id(2)]
    (link,) = await store.links.of(old.number)

    await store.links.undo(link, closed, separate_again(closed), "operator2", NOON + 20)
    again = await store.tickets.get(new.number)
    assert again and (again.step, again.closed_at) == (Step.GREETING, None)
    assert [call.id for call in await store.calls.of_ticket(new.number)] == [call_id(2)]
    with pytest.raises(NotFound):
        await store.links.undo(link, again, again, "operator2", NOON + 21)


async def test_who_goes_on_with_a_ticket_that_was_changed_meanwhile_is_told(store: Store) -> None:
    await opened(store, identified(1), identified(2))
    new, old = identified(2), identified(1)
    await store.tickets.save(replace(old, region="kota-bandung-1"), 1, "operator2", NOON)

    with pytest.raises(Conflict) as told:
        await store.links.go_on(new, old, continued(new, NOON), old, "operator1", NOON)

    assert told.value.current.number == old.number
    assert await store.links.of(old.number) == ()
    unchanged = await store.tickets.get(new.number)
    assert unchanged and unchanged.step is Step.RECORD


async def test_a_blocked_caller_is_known_from_memory_until_the_time_is_over(store: Store) -> None:
    await store.blocked.block(BlockedCaller(CALLER, "Mengancam petugas", "supervisor", NOON, until=NOON + 60))

    assert store.blocked.find(CALLER, NOON + 59) is not None
    assert store.blocked.find(CALLER, NOON + 60) is None
    assert store.blocked.find("", NOON) is None


async def test_the_list_of_blocked_callers_is_taken_over_from_the_store(store: Store) -> None:
    await store.blocked.block(BlockedCaller(CALLER, "Mengancam petugas", "supervisor", NOON))
    await store.blocked.block(BlockedCaller(CALLER, "Masih mengancam", "admin", NOON + 1))
    other_node = type(store.blocked)(store._database)
    assert other_node.find(CALLER, NOON) is None

    await other_node.refresh()

    known = other_node.find(CALLER, NOON)
    assert known and known.reason == "Masih mengancam"
    await other_node.unblock(CALLER)
    await store.blocked.refresh()
    assert store.blocked.find(CALLER, NOON) is None
    with pytest.raises(NotFound):
        await store.blocked.unblock(CALLER)


async def test_a_full_ticket_is_learned_with_all_it_has(store: Store) -> None:
    await opened(store, full_ticket(1))

    found = await store.contacts.of("", "D 1234 ABC")

    assert found and found.numbers == (CALLER,)
