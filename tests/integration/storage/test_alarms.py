"""Alarms on both databases: the next level once, to the right people, whatever restarts and moves in between."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hotline.facts import EventName
from hotline.ticket import Callback, EscalationState, Handover, Step, Ticket
from sambut.alarms import Alarms
from sambut.audiences import Audiences
from sambut.facts import FactLog
from storage import Account, Role, Store, open_store
from tests.unit.hotline.a_life import JAKARTA, RULES, at, clocks, question, run, ticket

NINE = at("23 09:00:00")
PEOPLE = (
    Account("operator1", "Asep", Role.OPERATOR),
    Account("coordinator", "Koko", Role.COORDINATOR),
    Account("coordinator2", "Kiki", Role.COORDINATOR),
    Account("gone", "Gani", Role.COORDINATOR, active=False),
    Account("pic", "Pipit", Role.PIC, unit="bandung1"),
    Account("supervisor", "Sri", Role.SUPERVISOR),
)


class Watch:
    """Alarms of one run of the service, its clock in the test's hands, and what people's pages were sent."""

    def __init__(self, store: Store, now: float) -> None:
        self.now = now
        self.sent: list[tuple[str, str, str]] = []
        self.away: list[tuple[str, ...]] = []
        self.alarms = Alarms(
            store=store,
            clocks=clocks(),
            rules=RULES,
            audiences=Audiences(store),
            facts=FactLog(store.journal, (), JAKARTA, lambda: self.now),
            pages=self,
            clock=lambda: self.now,
        )
        self.alarms.tell_also(lambda whom, event, ticket: self.away.append(tuple(whom)))

    def send(self, username: str, kind: str, payload: Mapping[str, Any]) -> None:
        self.sent.append((username, payload["code"], payload["ticket"][-1]))

    async def at(self, now: float) -> list[tuple[str, str, str]]:
        """Look at this moment; what was sent by that."""
        self.now, self.sent = now, []
        await self.alarms.look()
        return self.sent


@pytest.fixture
async def people(store: Store) -> None:
    for account in PEOPLE:
        await store.accounts.create(account, "-", NINE)


def asking(number: int = 1, since: float = NINE) -> Ticket:
    asked = question(EscalationState.ASKED, (since, "escalate"), to="coordinators")
    return replace(
        ticket(since - 30, [run(Step.ANSWER, since - 30, None)], escalation=asked), number=f"HTL-2026-{number:06}"
    )


async def test_each_level_is_told_once_when_it_is_due(store: Store, people: None) -> None:
    await store.tickets.open(asking())
    watch = Watch(store, NINE)
    assert await watch.at(NINE + 119) == []
    assert await watch.at(NINE + 121) == [("coordinator", "overdue_asked", "1"), ("coordinator2", "overdue_asked", "1")]
    assert await watch.at(NINE + 299) == []
    assert await watch.at(NINE + 301) == [("supervisor", "overdue_asked", "1")]
    assert await watch.at(NINE + 9000) == []
    assert watch.away == [("coordinator", "coordinator2"), ("supervisor",)]


async def test_a_restart_tells_nothing_twice_and_makes_up_for_what_fell_due_meanwhile(
    store: Store, people: None, url: str, tmp_path: Path
) -> None:
    await store.tickets.open(asking())
    assert len(await Watch(store, NINE).at(NINE + 121)) == 2
    async with await open_store(url, spool=tmp_path / "spool2", node="node1") as again:
        await again.start()
        after_restart = Watch(again, NINE + 5000)
        assert await after_restart.at(NINE + 5000) == [("supervisor", "overdue_asked", "1")]
        assert await after_restart.at(NINE + 6000) == []


async def test_a_change_is_planned_at_once_and_the_stored_ticket_decides(store: Store, people: None) -> None:
    watch = Watch(store, NINE)
    assert await watch.at(NINE) == []
    before = asking()
    await store.tickets.open(before)
    watch.alarms.changed(None, before, "operator1", NINE)
    taken = replace(
        before.escalation,
        state=EscalationState.COORDINATOR,
        handovers=(*before.escalation.handovers, Handover(NINE + 60, "coordinator", "accept", "coordinator")),
    )
    await store.tickets.save(replace(before, escalation=taken), 1, "coordinator", NINE + 60)  # nobody told the watch
    assert await watch.at(NINE + 121) == []


async def test_a_ticket_that_changes_while_it_is_looked_at_is_planned_as_it_is_then(store: Store, people: None) -> None:
    first, later = asking(), asking(since=NINE + 100)
    await store.tickets.open(first)
    watch = Watch(store, NINE)

    async def changed_meanwhile(ticket: Ticket, tell: str) -> tuple[str, ...]:
        await store.tickets.save(replace(later, version=1), 1, "operator1", watch.now)
        watch.alarms.changed(first, later, "operator1", watch.now)
        watch.alarms._audiences = Audiences(store)
        return ("coordinator",)

    watch.alarms._audiences.of = changed_meanwhile  # type: ignore[method-assign]
    await watch.at(NINE + 121)
    assert [told[1] for told in await watch.at(NINE + 221)] == ["overdue_asked", "overdue_asked"]


async def test_whoever_has_the_question_is_told_and_a_unit_is_its_pics(store: Store, people: None) -> None:
    moves = ((NINE, "escalate"), (NINE + 10, "accept"), (NINE + 20, "ask_pic"))
    with_pic = replace(asking(), escalation=question(EscalationState.PIC, *moves, to="bandung1"))
    await store.tickets.open(with_pic)
    told = await Watch(store, NINE).at(NINE + 20 + 901)
    assert {username for username, _, _ in told} == {"pic", "coordinator", "coordinator2"}


async def test_a_call_back_of_nobody_in_particular_is_told_to_the_supervisors(store: Store, people: None) -> None:
    owed = ticket(NINE - 60, [], operator=None, callback=Callback("missed", NINE - 60, NINE))
    await store.tickets.open(owed)
    assert await Watch(store, NINE).at(NINE + 1801) == [("supervisor", "overdue_callback", "1")]


async def test_nothing_rises_at_night(store: Store, people: None) -> None:
    await store.tickets.open(asking(since=at("23 14:59:00")))
    watch = Watch(store, NINE)
    assert await watch.at(at("24 07:59:59")) == []
    assert len(await watch.at(at("24 08:01:01"))) == 2


async def test_a_closed_ticket_is_watched_no_more(store: Store, people: None) -> None:
    opened = asking()
    await store.tickets.open(opened)
    watch = Watch(store, NINE)
    await watch.at(NINE)
    closed = replace(opened, step=Step.CLOSED, closed_at=NINE + 60)
    await store.tickets.save(closed, 1, "operator1", NINE + 60)
    watch.alarms.changed(opened, closed, "operator1", NINE + 60)
    assert await watch.at(NINE + 9000) == []


async def test_an_alarm_is_an_event_that_says_who_was_told(store: Store, people: None) -> None:
    await store.tickets.open(asking())
    await Watch(store, NINE).at(NINE + 121)
    await store.journal.settle()
    (fact,) = [fact async for fact in store.events.between(NINE, NINE + 200)]
    assert (fact.name, dict(fact.data)) == (
        EventName.OVERDUE,
        {"ticket": "HTL-2026-000001", "clock": "asked", "level": 1, "told": "coordinator coordinator2"},
    )


async def test_two_nodes_tell_it_once_between_them(store: Store, people: None) -> None:
    await store.tickets.open(asking())
    one, other = Watch(store, NINE), Watch(store, NINE)
    assert len(await one.at(NINE + 121)) == 2
    assert await other.at(NINE + 121) == []
