"""What is erased is gone from every table, and the register's figures are what they were."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import String, cast, func, literal_column, make_url, select, text, update
from sqlalchemy.exc import DBAPIError

from hotline.ticket import Callback, Step, Ticket
from storage import Store, TicketQuery
from storage.audit import Look, LookQuery
from storage.columns import Base
from storage.engine import Database
from storage.filings import Filing
from storage.privacy import Cutoffs, Tally
from storage.records import CallEnded, CallOutcome, RecordingStored, TicketOpened
from storage.tables import TicketChangeRow
from tests.integration.storage.samples import CALLER, FORWARDER, NOON, call_id, full_ticket, started, ticket

DAY = 86_400.0
LATER = NOON + 10 * DAY
OTHER = "+6281399998888"
SECRETS = (
    "Ratna",
    "1234 ABC",
    "1234ABC",
    CALLER,
    CALLER[1:],
    FORWARDER,
    "+62811000",
    "Sudah bayar",
    "bukti bayar",
    "tetangga",
)


async def a_closed_case(store: Store, data: Path) -> Ticket:
    """A caller, an ended call with a recording, and a closed ticket that was changed a few times."""
    done = full_ticket(1)
    await store.journal.write(
        started(1), TicketOpened(ticket(1, call=1)), CallEnded(call_id(1), NOON + 60, "caller", "hang_up")
    )
    await store.journal.write(CallOutcome(call_id(1), "dijawab", "titip pesan ke tetangga"))
    await store.tickets.save(replace(done, caller_name="Ratna"), 1, "operator1", NOON + 100)
    saved = await store.tickets.save(done, 2, "operator1", NOON + 200)
    file = data / "recordings" / "one.flac"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"sound")
    await store.journal.write(RecordingStored(call_id(1), "recordings/one.flac", 6.0, 5, NOON + 61, id="r1"))
    await store.contacts.learn([saved])
    return saved


async def a_closed_filing(store: Store, number: int = 7) -> Ticket:
    """A request that a portal filed without telephone, name and plate, answered and closed."""
    bare = {"caller_number": "", "caller_name": "", "plate": "", "call_id": None, "callback": None}
    filed = replace(full_ticket(number), origin="open311", **bare)
    sent = {"email": "Ratna@Example.org", "address": "Jalan Melati 5", "lat": -6.9, "long": 107.6}
    more = {"account": "warga-4711", "media_url": "https://example.org/ratna.jpg"}
    await store.filings.file(filed, Filing(filed.number, "key1", NOON, **sent, **more))
    return filed


async def everything(url: str) -> str:
    """All texts of all tables but the audit log and the list of blocked callers, in one."""
    database = Database(url)
    kept = [table for table in Base.metadata.sorted_tables if table.name not in ("audit", "blocked_caller")]
    found = []
    for table in kept:
        for column in table.columns:
            rows = await database.rows(select(func.coalesce(cast(column, String), "").label("text")))
            found += [row["text"] for row in rows]
    await database.close()
    return "\n".join(found)


async def test_the_rules_forget_who_it_was_and_keep_every_figure(store: Store, url: str, tmp_path: Path) -> None:
    before = await a_closed_case(store, tmp_path)
    events = [fact async for fact in store.events.between(0, LATER)]
    all_of_it = Cutoffs(LATER, LATER, LATER, LATER)

    would = await store.privacy.overdue(all_of_it)
    erased = await store.privacy.erase_overdue(all_of_it, LATER, tmp_path)

    assert would == erased == Tally(recordings=1, tickets_caller=1, tickets_words=1, calls=1, contacts=1)
    written = await everything(url)
    assert [secret for secret in SECRETS if secret in written] == []
    after = await store.tickets.get(before.number)
    assert after is not None
    kept = (
        "step",
        "steps",
        "kind",
        "region",
        "category",
        "operator",
        "created_at",
        "taken_at",
        "closed_at",
        "closed_as",
    )
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert [fact async for fact in store.events.between(0, LATER)] == events
    assert not (tmp_path / "recordings" / "one.flac").exists()
    assert not await store.privacy.overdue(all_of_it), "a second night finds nothing to do"


async def test_a_dry_run_changes_nothing(store: Store, url: str, tmp_path: Path) -> None:
    await a_closed_case(store, tmp_path)
    before = await everything(url)

    assert await store.privacy.overdue(Cutoffs(LATER, LATER, LATER, LATER))

    assert await everything(url) == before
    assert (tmp_path / "recordings" / "one.flac").exists()


@pytest.mark.parametrize(
    ("cutoffs", "tally"),
    [
        (Cutoffs(), Tally()),
        (Cutoffs(recordings=LATER), Tally(recordings=1)),
        (Cutoffs(caller=LATER), Tally(tickets_caller=1, calls=1, contacts=1)),
        (Cutoffs(words=LATER), Tally(tickets_words=1)),
        (Cutoffs(recordings=NOON + 61), Tally()),
        (Cutoffs(caller=NOON + 60), Tally()),
        (Cutoffs(caller=NOON + 100), Tally(calls=1)),
        (Cutoffs(words=NOON + 200), Tally()),
    ],
)
async def test_each_category_has_its_own_time(store: Store, tmp_path: Path, cutoffs: Cutoffs, tally: Tally) -> None:
    await a_closed_case(store, tmp_path)

    assert await store.privacy.overdue(cutoffs) == tally
    assert await store.privacy.erase_overdue(cutoffs, LATER, tmp_path) == tally


async def test_what_a_portal_filed_without_number_name_and_plate_is_forgotten_by_rule(
    store: Store, url: str, tmp_path: Path
) -> None:
    filed = await a_closed_filing(store)
    of_callers = Cutoffs(caller=LATER)

    assert await store.privacy.overdue(of_callers) == Tally(tickets_caller=1)
    assert await store.privacy.erase_overdue(of_callers, LATER, tmp_path) == Tally(tickets_caller=1)

    written = await everything(url)
    assert [each for each in ("Example", "Melati", "-6.9", "4711", "ratna") if each in written] == []
    assert await store.tickets.get(filed.number) == filed, "the ticket had nothing of its own to forget"
    assert not await store.privacy.overdue(of_callers)


async def test_a_number_that_was_only_given_to_be_called_back_at_is_forgotten_by_rule(
    store: Store, url: str, tmp_path: Path
) -> None:
    withheld = {"caller_number": "", "caller_name": "", "plate": "", "call_id": None}
    given = replace(full_ticket(1), **withheld, callback=Callback("validation", NOON, None, OTHER))
    await store.tickets.open(given)
    assert [each.number for each in (await store.privacy.person(number=OTHER)).tickets] == [given.number]

    assert await store.privacy.overdue(Cutoffs(caller=LATER)) == Tally(tickets_caller=1)
    assert (await store.privacy.erase_overdue(Cutoffs(caller=LATER), LATER, tmp_path)).tickets_caller == 1
    assert OTHER not in await everything(url)


async def test_whoever_filed_through_a_portal_is_found_and_erased_by_e_mail(
    store: Store, url: str, tmp_path: Path
) -> None:
    filed = await a_closed_filing(store)
    await store.tickets.open(full_ticket(1))

    person = await store.privacy.person(email="ratna@example.org")
    assert ([each.number for each in person.tickets], [each.account for each in person.filings]) == (
        [filed.number],
        ["warga-4711"],
    )
    erased = await store.privacy.erase_person(person, LATER, tmp_path)

    assert erased == Tally(tickets_caller=1, tickets_words=1)
    written = await everything(url)
    assert [each for each in ("Example", "Melati", "4711", "ratna.jpg") if each in written] == []
    assert (await store.privacy.person(email="ratna@example.org")).tickets == ()
    assert await store.tickets.get("HTL-2025-000001") == full_ticket(1)


async def test_of_an_open_ticket_what_the_portal_sent_stays_as_well(store: Store, tmp_path: Path) -> None:
    filed = await a_closed_filing(store)
    await store.tickets.save(replace(filed, step=Step.ANSWER, closed_at=None), filed.version, "operator1", NOON)

    await store.privacy.erase_overdue(Cutoffs(LATER, LATER, LATER), LATER, tmp_path)
    person = await store.privacy.person(email="ratna@example.org")
    assert person.open == (filed.number,)
    await store.privacy.erase_person(person, LATER, tmp_path)

    assert await store.filings.of(filed.number) is not None


async def test_an_open_ticket_is_never_forgotten_by_rule(store: Store, tmp_path: Path) -> None:
    waiting = replace(ticket(1), step=Step.ANSWER, caller_name="Ratna", plate="D 1234 ABC")
    await store.tickets.open(waiting)
    await store.contacts.learn([waiting])

    assert not await store.privacy.erase_overdue(Cutoffs(LATER, LATER, LATER), LATER, tmp_path)
    assert await store.tickets.get(waiting.number) == waiting


async def test_another_nodes_recordings_are_left_to_that_node(store: Store, tmp_path: Path) -> None:
    await store.journal.write(started(1, node="node2"), CallEnded(call_id(1), NOON + 60, "caller", "hang_up"))
    await store.journal.write(RecordingStored(call_id(1), "recordings/one.flac", 6.0, 5, NOON + 61))

    assert (await store.privacy.overdue(Cutoffs(recordings=LATER))).recordings == 0


async def test_a_person_asks_for_erasure_and_another_person_with_the_same_plate_stays(
    store: Store, url: str, tmp_path: Path
) -> None:
    await a_closed_case(store, tmp_path)
    neighbour = replace(full_ticket(2), caller_number=OTHER, caller_name="Budi", call_id=None, callback=None)
    await store.tickets.open(neighbour)
    open_one = replace(ticket(3, at=NOON + 300), step=Step.ANSWER, caller_name="Ratna")
    await store.tickets.open(open_one)
    await store.contacts.learn([neighbour, open_one])

    person = await store.privacy.person(number=CALLER)
    assert [each.number for each in person.tickets] == ["HTL-2025-000001", "HTL-2025-000003"]
    assert (person.open, [call.id for call in person.calls]) == (("HTL-2025-000003",), [call_id(1)])

    erased = await store.privacy.erase_person(person, LATER, tmp_path)

    assert erased == Tally(recordings=1, tickets_caller=1, tickets_words=1, calls=1, contacts=0)
    assert await store.tickets.get("HTL-2025-000003") == open_one
    assert await store.tickets.get("HTL-2025-000002") == neighbour
    await store.tickets.save(replace(open_one, step=Step.CLOSED, closed_at=LATER), 1, "operator1", LATER)
    rest = await store.privacy.erase_person(await store.privacy.person(number=CALLER), LATER, tmp_path)
    assert (rest.tickets_caller, rest.contacts) == (1, 1)
    assert "Ratna" not in (await everything(url)).replace(neighbour.caller_name, "")


async def test_of_calls_that_somebodys_phone_sent_on_only_that_is_theirs(
    store: Store, url: str, tmp_path: Path
) -> None:
    caller = await a_closed_case(store, tmp_path)
    await store.journal.write(started(2, caller=FORWARDER), CallEnded(call_id(2), NOON + 60, "caller", "hang_up"))
    await store.journal.write(started(3, caller=OTHER))  # still up

    person = await store.privacy.person(number=FORWARDER)
    assert ([call.id for call in person.calls], [call.id for call in person.diverted]) == (
        [call_id(2)],
        [call_id(1), call_id(3)],
    )
    assert (person.recordings, person.tickets, person.empty) == ((), (), False)

    erased = await store.privacy.erase_person(person, LATER, tmp_path)

    assert (erased.calls, erased.recordings) == (2, 0)
    first, last = await store.calls.get(call_id(1)), await store.calls.get(call_id(3))
    assert first is not None and last is not None
    assert (first.number, first.diverted_from, first.outcome_note) == (CALLER, "", "titip pesan ke tetangga")
    assert last.diverted_from == FORWARDER
    assert (tmp_path / "recordings" / "one.flac").exists()
    assert await store.tickets.get(caller.number) == caller
    await store.journal.write(CallEnded(call_id(3), NOON + 90, "caller", "hang_up"))
    await store.privacy.erase_person(await store.privacy.person(number=FORWARDER), LATER, tmp_path)
    assert FORWARDER not in await everything(url)


async def test_by_plate_everything_about_the_vehicle_is_found_whoever_called(store: Store) -> None:
    await store.tickets.open(full_ticket(1))
    await store.tickets.open(replace(full_ticket(2), caller_number=OTHER))
    await store.tickets.open(replace(full_ticket(3), plate="D 99 X"))

    person = await store.privacy.person(plate="D 1234 ABC")

    assert [each.number for each in person.tickets] == ["HTL-2025-000001", "HTL-2025-000002"]
    assert person.numbers == (CALLER, OTHER)


async def test_what_was_said_of_ones_plate_without_a_number_belongs_to_one(store: Store) -> None:
    withheld = replace(full_ticket(2), caller_number="")
    await store.tickets.open(full_ticket(1))
    await store.tickets.open(withheld)
    await store.contacts.learn([full_ticket(1)])

    assert [each.number for each in (await store.privacy.person(number=CALLER)).tickets] == [
        "HTL-2025-000001",
        "HTL-2025-000002",
    ]


async def test_a_path_that_leads_out_of_the_data_folder_is_not_removed(store: Store, tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "precious"
    data.mkdir()
    outside.write_text("kept")
    await store.journal.write(started(1), RecordingStored(call_id(1), "../precious", 1.0, 4, NOON))

    assert (await store.privacy.erase_overdue(Cutoffs(recordings=LATER), LATER, data)).recordings == 1

    assert outside.exists()


async def test_a_tickets_log_can_forget_values_and_nothing_else(store: Store, url: str) -> None:
    await store.tickets.open(ticket(1))
    await store.tickets.save(full_ticket(1), 1, "operator1", NOON)
    database = Database(url)
    name = TicketChangeRow.field == "caller_name"

    await database.execute(update(TicketChangeRow).where(name).values(before=None, after=None))
    for forgery in ({"after": "Orang lain"}, {"before": None, "after": None, "by": "operator2"}):
        with pytest.raises(DBAPIError, match="append-only"):
            await database.execute(update(TicketChangeRow).where(name).values(forgery))
    await database.close()

    changes = {change.field: change.after for change in await store.tickets.changes("HTL-2025-000001")}
    assert (changes["caller_name"], changes["plate"]) == (None, "D 1234 ABC")


async def test_the_audit_log_only_grows_and_loses_what_is_older_than_its_rule(store: Store, url: str) -> None:
    now = await _database_time(url)
    old, young = now - 400 * DAY, now - 300 * DAY
    await store.audit.add([Look(at, "operator1", "operator", "ticket", "HTL-2025-000001") for at in (old, young)])
    database = Database(url)
    for statement in ("UPDATE audit SET note = ''", "DELETE FROM audit"):
        with pytest.raises(DBAPIError, match="append-only"):
            await database.execute(text(statement))
    await database.close()

    erased = await store.privacy.erase_overdue(Cutoffs(audit=now - 366 * DAY), now, Path())

    assert erased.audit == 1
    assert [look.at for look in (await store.audit.search(LookQuery())).items] == pytest.approx([young])


async def test_the_same_look_within_minutes_is_one_and_the_log_is_searched_and_paged(store: Store) -> None:
    look = Look(NOON, "operator1", "operator", "ticket", "HTL-2025-000001", "/desk")
    await store.audit.saw([look, replace(look, about="HTL-2025-000002")])
    await store.audit.saw([replace(look, at=NOON + 599)])
    await store.audit.saw([replace(look, at=NOON + 601), replace(look, at=NOON + 602, by="operator2")])

    first = await store.audit.search(LookQuery(limit=2))
    rest = await store.audit.search(LookQuery(limit=2, cursor=first.next))

    assert [each.at for each in (*first.items, *rest.items)] == [NOON + 602, NOON + 601, NOON, NOON]
    assert first.total == 4
    assert (await store.audit.search(LookQuery(by="operator2"))).total == 1
    assert (await store.audit.search(LookQuery(about="HTL-2025-000002", since=NOON, until=NOON + 1))).total == 1
    assert len(await store.audit.about(["HTL-2025-000001"])) == 3


async def _database_time(url: str) -> float:
    database = Database(url)
    seconds = "strftime('%s', 'now')" if database.is_sqlite else "extract(epoch from now())"
    found = await database.scalar(select(literal_column(seconds)))
    await database.close()
    return float(found)


def written(url: str) -> bytes:
    """All bytes that SQLite has on the disk."""
    file = Path(str(make_url(url).database))
    return b"".join(each.read_bytes().lower() for each in file.parent.glob(f"{file.name}*"))


@pytest.mark.parametrize("by", ["person", "rules"])
async def test_no_erased_word_is_left_in_the_file(store: Store, url: str, kind: str, tmp_path: Path, by: str) -> None:
    if kind != "sqlite":
        pytest.skip("PostgreSQL's autovacuum takes them out")
    for serial in range(2, 400):
        await store.tickets.open(replace(ticket(serial, caller=OTHER), description=f"pajak kata{serial}"))
    named = replace(full_ticket(1), caller_name="Xylwander", description="qvorblatt")
    await store.tickets.open(named)
    for serial in range(400, 500):
        await store.tickets.open(replace(ticket(serial, caller=OTHER), description=f"pajak kata{serial}"))
    assert b"xylwander" in written(url) and b"qvorblatt" in written(url)

    if by == "person":
        await store.privacy.erase_person(await store.privacy.person(number=CALLER), LATER, tmp_path)
    else:
        await store.privacy.erase_overdue(Cutoffs(caller=LATER, words=LATER), LATER, tmp_path)

    assert b"xylwander" not in written(url) and b"qvorblatt" not in written(url)
    assert len((await store.tickets.search(TicketQuery(text="pajak", limit=500))).items) == 498
