"""The list of callers to call back, and what a ticket and a call tell of it."""

from hotline.ticket import TryResult
from storage.records import CallOutcome, CallQuality
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House

CALLER = "+6281234567890"
MINUTE = 60.0


async def missed(built: House, number: str = CALLER) -> str:
    """A caller who left unanswered; returns the ticket's number."""
    call = await built.switchboard.incoming(number)
    ticket = built.switchboard.calls[call].ticket.number
    await built.switchboard.end(call, "caller")
    return ticket


async def tried(built: House, number: str, result: TryResult, due_at: float | None) -> None:
    at = built.switchboard.clock()
    ticket = await built.store.tickets.get(number)
    assert ticket is not None
    after = built.switchboard.procedure.callback_tried(ticket, result, "operator1", at, due_at)
    await built.store.tickets.save(after, ticket.version, "operator1", at)


async def test_missed_callers_are_listed_the_earliest_due_first_with_their_tries(
    built: House, arrive: Arrive, clock: TestClock
) -> None:
    first, second = await missed(built), await missed(built, "+62222534567")
    await missed(built)  # the same caller once more
    await tried(built, first, "busy", clock() + 15 * MINUTE)

    listed = (await (await arrive("operator1")).get("/api/v1/callbacks")).body

    assert [item["ticket"]["number"] for item in listed["items"]] == [second, first]
    assert (listed["total"], listed["next"]) == (2, None)
    again = listed["items"][1]
    assert (again["number"], again["reason"], again["tries_left"], again["overdue"]) == (CALLER, "missed", 3, False)
    assert [(each["operator"], each["result"]) for each in again["tries"]] == [("operator1", "busy")]


async def test_a_call_back_that_is_late_is_shown_as_overdue(built: House, arrive: Arrive, clock: TestClock) -> None:
    operator = await arrive("operator1")
    await missed(built)
    clock.ahead += 29 * MINUTE
    assert [item["overdue"] for item in (await operator.get("/api/v1/callbacks")).body["items"]] == [False]
    clock.ahead += 2 * MINUTE
    assert [item["overdue"] for item in (await operator.get("/api/v1/callbacks")).body["items"]] == [True]


async def test_the_list_is_read_in_pages(built: House, arrive: Arrive) -> None:
    numbers = [await missed(built, f"+6281234567{n}00") for n in range(3)]
    operator = await arrive("operator1")
    page = (await operator.get("/api/v1/callbacks?limit=2")).body
    rest = (await operator.get(f"/api/v1/callbacks?limit=2&cursor={page['next']}")).body
    assert [item["ticket"]["number"] for item in (*page["items"], *rest["items"])] == numbers
    assert (page["total"], rest["next"]) == (3, None)


async def test_who_was_reached_is_off_the_list_and_who_was_given_up_stays_at_its_end(
    built: House, arrive: Arrive, clock: TestClock
) -> None:
    reached, given_up, owed = [await missed(built, f"+6281234567{n}00") for n in range(3)]
    await tried(built, reached, "answered", None)
    await tried(built, given_up, "no_answer", None)
    operator = await arrive("operator1")

    items = (await operator.get("/api/v1/callbacks")).body["items"]

    assert [item["ticket"]["number"] for item in items] == [owed, given_up]
    assert (items[1]["due_at"], items[1]["tries_left"], items[1]["overdue"]) == (None, 0, False)
    ticket = (await operator.get(f"/api/v1/tickets/{reached}")).body
    assert {**ticket["callback"], "since": ""} == {
        "reason": "missed",
        "since": "",
        "due_at": None,
        "number": "+6281234567000",
        "tries": 1,
        "last_result": "answered",
    }
    assert ticket["changes"][-1]["after"] == "missed, try 1: answered"


async def test_only_who_reads_tickets_sees_the_list(arrive: Arrive) -> None:
    statuses = {name: (await (await arrive(name)).get("/api/v1/callbacks")).status for name in ("admin", "pic")}
    assert statuses == {"admin": 200, "pic": 403}


async def test_a_call_tells_what_came_of_it_and_how_it_sounded(built: House, arrive: Arrive) -> None:
    call = await built.switchboard.incoming(CALLER)
    await built.switchboard.end(call, "caller")
    await built.store.journal.write(
        CallOutcome(call, "salah_sambung", "kantor lain"), CallQuality(call, 2.9, 8.0, 44.5)
    )

    shown = (await (await arrive("supervisor")).get(f"/api/v1/calls/{call}")).body

    assert (shown["outcome"], shown["outcome_note"]) == ("salah_sambung", "kantor lain")
    assert shown["quality"] == {"mos": 2.9, "loss_percent": 8.0, "jitter_ms": 44.5, "bad": True}
    assert (shown["muted"], shown["actions"], shown["third"], shown["recordings"]) == (False, [], None, [])


async def test_pages_learn_the_outcomes_and_how_often_a_caller_is_tried(arrive: Arrive) -> None:
    reference = (await (await arrive("operator1")).get("/api/v1/reference")).body
    labels = {outcome["code"]: outcome["label"] for outcome in reference["outcomes"]}
    assert labels["salah_sambung"] == {"id": "Salah sambung", "en": "Wrong number"}
    assert (reference["callback"], reference["ice_servers"]) == ({"max_tries": 4}, [])


async def test_a_caller_is_called_from_the_ticket_at_the_number_that_they_want(built: House, arrive: Arrive) -> None:
    number, operator = await missed(built), await arrive("operator1")
    call = (await operator.ask("POST", f"/api/v1/tickets/{number}/call", {})).body
    assert (call["direction"], call["number"], call["ticket"]) == ("out", CALLER, number)
    again = await operator.ask("POST", f"/api/v1/tickets/{number}/call", {})
    assert (again.status, again.code) == (409, "already_calling")
    other = await arrive("operator2")
    elsewhere = (await other.ask("POST", f"/api/v1/tickets/{number}/call", {"number": "022 2534567"})).body
    assert elsewhere["number"] == "022 2534567"
    assert (await other.ask("POST", "/api/v1/tickets/HTL-2026-999999/call", {})).code == "not_found"
