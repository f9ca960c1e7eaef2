"""Who is told when something lies too long: by rule, in working time, and never wound back by a hand-over."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hotline.overdue import Alarm, alarms
from hotline.ticket import Callback, EscalationState, Step, Ticket
from tests.unit.hotline.a_life import RULES, at, clocks, question, run, ticket
from tests.unit.hotline.test_clocks import lives, moments

NINE = at("23 09:00:00")


def of(life: Ticket, now: float) -> list[Alarm]:
    return list(alarms(life, clocks(), RULES, now))


def when(life: Ticket, now: float) -> list[tuple[str, int, float]]:
    return [(alarm.clock, alarm.level, alarm.at - NINE) for alarm in of(life, now)]


def test_a_question_nobody_takes_is_told_to_the_next_level_and_the_next() -> None:
    asked = question(EscalationState.ASKED, (NINE, "escalate"))
    life = ticket(NINE - 30, [run(Step.ANSWER, NINE - 30, None)], escalation=asked)
    assert of(life, NINE) == [
        Alarm("asked", NINE, 1, NINE + 120, ("coordinators",)),
        Alarm("asked", NINE, 2, NINE + 300, ("supervisors",)),
    ]


def test_levels_are_reached_in_working_time() -> None:
    late = at("23 14:59:00")
    asked = question(EscalationState.ASKED, (late, "escalate"))
    life = ticket(late - 30, [run(Step.ANSWER, late - 30, None)], escalation=asked)
    assert [alarm.at for alarm in of(life, late)] == [at("24 08:01:00"), at("24 08:04:00")]


def test_asking_another_pic_does_not_wind_the_clock_back() -> None:
    moves = ((NINE, "escalate"), (NINE + 10, "accept"), (NINE + 20, "ask_pic"), (NINE + 700, "ask_pic"))
    life = ticket(NINE, [run(Step.ANSWER, NINE, None)], escalation=question(EscalationState.PIC, *moves))
    assert when(life, NINE + 710) == [("pic", 1, 920)]


def test_a_new_owner_of_the_question_does_not_wind_the_clock_back() -> None:
    moves = ((NINE, "escalate"), (NINE + 10, "accept"), (NINE + 300, "reassign"), (NINE + 310, "ask_pic"))
    life = ticket(NINE, [run(Step.ANSWER, NINE, None)], escalation=question(EscalationState.PIC, *moves))
    assert when(life, NINE + 320) == [("pic", 1, 310 + 900)]


def test_a_step_alarms_by_the_operators_own_time_alone() -> None:
    asked = question(EscalationState.WITHDRAWN, (NINE + 100, "escalate"), (NINE + 400, "withdraw"))
    life = ticket(NINE, [run(Step.ANSWER, NINE, None)], escalation=asked)
    assert when(life, NINE + 450) == [("answer", 1, 900), ("answer", 2, 3900)]


def test_a_call_back_that_is_due_alarms_until_somebody_has_the_caller() -> None:
    owed = Callback("missed", NINE - 60, NINE)
    assert when(ticket(NINE - 60, [], callback=owed), NINE) == [("callback", 1, 1800)]
    assert when(ticket(NINE - 60, [run(Step.GREETING, NINE, None)], callback=owed), NINE) == []
    assert when(ticket(NINE - 60, [], callback=replace(owed, due_at=None)), NINE) == []


def test_a_closed_ticket_alarms_nobody() -> None:
    asked = question(EscalationState.ASKED, (NINE, "escalate"))
    closed = ticket(NINE, [run(Step.ANSWER, NINE, NINE + 5)], escalation=asked, step=Step.CLOSED, closed_at=NINE + 5)
    assert of(closed, NINE + 9000) == []


@given(lives(), moments, st.floats(1, 500_000))
def test_an_alarm_keeps_its_name_and_its_moment_while_nothing_happens(life: Ticket, now: float, later: float) -> None:
    now = max(now, *(step.started_at for step in life.steps), life.created_at, *_handed_over(life))
    first = {(alarm.clock, alarm.since, alarm.level): alarm.at for alarm in of(life, now)}
    again = {(alarm.clock, alarm.since, alarm.level): alarm.at for alarm in of(life, now + later)}
    assert first.keys() == again.keys()
    for name, moment in first.items():
        assert (moment <= now + later) == (again[name] <= now + later) or abs(moment - now - later) < 0.01


def _handed_over(life: Ticket) -> list[float]:
    return [] if life.escalation is None else [move.at for move in life.escalation.handovers]
