"""Questions that nobody moves are found by looking: late ones, answers without an operator, callers who left."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.context import DESK
from desk.inboxes import Inboxes
from hotline.clocks import Clocks
from hotline.distributor import Distributor
from hotline.escalation import MayLie
from sambut.calls import Calls
from sambut.escalation_rounds import EscalationRounds
from sambut.escalations import Escalations
from sambut.facts import FactLog
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import Page, Person
from tests.integration.desk.test_validation import QUESTION, TICKET, act, asked, coordinator, number, operator, parts

__all__ = ["coordinator", "number", "operator", "parts"]


class Pushed:
    """Takes the place of `sambut.pushes.Pushes`: what everybody's pages are told of a ticket."""

    def __init__(self) -> None:
        self.tickets: list[Any] = []

    def ticket(self, ticket: Any) -> None:
        self.tickets.append(ticket)


async def told(page: Page) -> list[Any]:
    """What a page has been told of questions since it was last asked."""
    return [each for each in await page.until_answered() if each["type"] in ("inbox", "notice")]


@pytest.fixture
def distributor(built: House) -> Distributor:
    """Nobody is signed on."""
    return Distributor(built.installation.queues)


@pytest.fixture
def inboxes(built: House, clock: TestClock) -> Inboxes:
    return Inboxes(built.app[DESK].json, MayLie.of(built.installation), clock, Clocks.of(built.installation))


@pytest.fixture
def escalations(built: House, clock: TestClock, inboxes: Inboxes) -> Escalations:
    facts = FactLog(built.store.journal, built.installation.queues, ZoneInfo("Asia/Jakarta"), clock)
    return Escalations(hub=built.hub, inboxes=inboxes, calls=Calls(), facts=facts)


@pytest.fixture
def rounds(
    built: House, clock: TestClock, distributor: Distributor, inboxes: Inboxes, escalations: Escalations
) -> EscalationRounds:
    return EscalationRounds(
        store=built.store,
        inboxes=inboxes,
        escalations=escalations,
        procedure=built.app[DESK].procedure,
        distributor=distributor,
        calls=Calls(),
        watchers=built.switchboard.watchers,
        pushes=Pushed(),  # type: ignore[arg-type]
        clock=clock,
        tell_s=60.0,
    )


async def test_a_question_that_nobody_takes_is_late_in_all_inboxes_but_told_by_the_levels_only(
    rounds: EscalationRounds, arrive: Arrive, clock: TestClock, operator: Person, coordinator: Person, number: str
) -> None:
    supervisor = await arrive("supervisor")
    await act(operator, number, "escalate", **QUESTION)
    async with supervisor.page() as page, coordinator.page() as desk:
        clock.ahead = 61.0
        await rounds.look()
        for each in (page, desk):
            (push,) = await told(each)
            assert (push["type"], push["what"], push["item"]["overdue"]) == ("inbox", "changed", True)


async def test_a_question_that_lies_too_long_alarms_all_who_can_pass_it_on_once(
    rounds: EscalationRounds, arrive: Arrive, clock: TestClock, operator: Person, coordinator: Person, number: str
) -> None:
    supervisor = await arrive("supervisor")
    await asked(operator, coordinator, number)
    await rounds.look()
    async with supervisor.page() as page, coordinator.page() as desk, operator.page() as own:
        clock.ahead = 121.0
        await rounds.look()
        push = await page.next("inbox")
        assert (push["what"], push["item"]["overdue"]) == ("new", True)
        notice = await page.next("notice")
        assert (notice["code"], notice["ticket"], notice["state"]) == ("validation_late", number, "coordinator")
        assert (await desk.next("notice"))["code"] == "validation_late"
        await rounds.look()
        assert await told(page) == []
        assert await told(own) == []


async def test_what_is_handed_over_while_the_round_looks_is_not_told_as_it_was_before(
    built: House,
    escalations: Escalations,
    clock: TestClock,
    operator: Person,
    coordinator: Person,
    number: str,
) -> None:
    await act(operator, number, "escalate", **QUESTION)
    clock.ahead = 600.0
    escalations.round_begins()
    [late] = await built.store.inbox.waiting()
    await act(coordinator, number, "accept")
    taken = await built.store.tickets.get(number)
    assert taken is not None
    escalations.changed(late, taken, "coordinator", clock())
    async with coordinator.page() as page:
        await escalations.alarm([late])
        assert await told(page) == []


async def test_an_answer_whose_operator_went_home_is_given_to_all_of_them(
    rounds: EscalationRounds,
    distributor: Distributor,
    arrive: Arrive,
    clock: TestClock,
    operator: Person,
    coordinator: Person,
    number: str,
) -> None:
    colleague = await arrive("operator2")
    distributor.ready("operator1", clock())
    await asked(operator, coordinator, number)
    await act(coordinator, number, "answer_operator", text="Sudah.")
    await rounds.look()
    assert (await operator.get(TICKET.format(number))).body["escalation"]["to"] == "operator1"
    distributor.offline("operator1", clock())
    async with colleague.page() as page:
        await rounds.look()
        assert (await page.next("inbox"))["what"] == "new"
    handover = (await operator.get(TICKET.format(number))).body["escalation"]["handovers"][-1]
    assert (handover["by"], handover["action"], handover["to"]) == ("system", "off_duty", "operators")


async def test_a_caller_who_left_without_the_answer_is_owed_a_call_but_not_while_the_call_is_wrapped_up(
    rounds: EscalationRounds,
    distributor: Distributor,
    clock: TestClock,
    operator: Person,
    coordinator: Person,
    number: str,
) -> None:
    distributor.ready("operator1", clock())
    await asked(operator, coordinator, number)
    await act(coordinator, number, "answer_operator", text="Sudah.")
    await rounds.look()
    clock.ahead = 59.0
    await rounds.look()
    assert (await operator.get(TICKET.format(number))).body["callback"] is None
    clock.ahead = 61.0
    await rounds.look()
    page = (await operator.get(TICKET.format(number))).body
    assert (page["callback"]["reason"], page["escalation"]["way"]) == ("validation", "call_back")
    assert page["operator"] == "operator1"
