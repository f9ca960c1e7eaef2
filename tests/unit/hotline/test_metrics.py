"""The figures of METRICS.md, by its worked example and against a slow count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.queues import QueueRules
from hotline.counting import DayMetrics, summarise
from hotline.distributor import Distributor, Failure
from hotline.facts import EventName, Fact
from hotline.metrics import FORMULAS, QueueMetrics
from hotline.waiting import LeaveReason
from tests.unit.hotline.effects_of import facts, offer

UTAMA = QueueRules(name="utama", target_s=20, short_abandon_s=5)
MUTASI = QueueRules(name="mutasi", target_s=60, short_abandon_s=0)
RULES = (UTAMA, MUTASI)


def a_call(call: str, at: float, wait_s: float, end: EventName, queue: str = "utama") -> list[Fact]:
    return [
        Fact(EventName.ENTERQUEUE, at, call=call, queue=queue),
        Fact(end, at + wait_s, call=call, queue=queue, operator="ani" if end is EventName.CONNECT else None),
    ]


def worked_example() -> list[Fact]:
    """80 answered of which 60 within T; 20 abandoned of which 10 within T, all ten short."""
    log = []
    for n in range(100):
        end = EventName.CONNECT if n < 80 else EventName.ABANDON
        wait_s = 20 if n < 60 else 30 if n < 80 else 5 if n < 90 else 21
        log += a_call(f"c{n}", 100.0 * n, wait_s, end)
    return log


def test_the_worked_example_comes_out() -> None:
    figures = summarise(worked_example(), RULES, 0, 1e6)
    assert (figures.offered, figures.answered, figures.answered_within) == (100, 80, 60)
    assert (figures.abandoned, figures.abandoned_within, figures.short_abandons) == (20, 10, 10)
    assert figures.service_level == pytest.approx(60 / 90)
    assert figures.service_level_strict == pytest.approx(0.60)
    assert figures.service_level_answered == pytest.approx(0.75)
    assert figures.service_level_with_abandons == pytest.approx(0.70)
    assert figures.abandon_rate == pytest.approx(0.20)
    assert figures.asa_s == pytest.approx((60 * 20 + 20 * 30) / 80)


def test_every_figure_has_its_formula_and_none_without_calls() -> None:
    for name in FORMULAS:
        assert getattr(QueueMetrics(), name) is None


def test_callback_voicemail_key_and_timeout_are_flow_out_and_not_abandoned() -> None:
    log: list[Fact] = []
    for n, end in enumerate(
        (EventName.CALLBACKREQUEST, EventName.VOICEMAIL, EventName.EXITWITHKEY, EventName.EXITWITHTIMEOUT)
    ):
        log += a_call(f"c{n}", 10.0 * n, 5, end)
    log.append(Fact(EventName.ABANDON, 99, call="c3"))  # hangs up later, out of the queue
    figures = summarise(log, RULES, 0, 1000)
    assert (figures.offered, figures.flow_out, figures.abandoned, figures.waiting) == (4, 4, 0, 0)


def test_a_message_left_outside_hours_was_never_offered() -> None:
    log = [Fact(EventName.CLOSED, 1, call="c1"), Fact(EventName.VOICEMAIL, 2, call="c1"), Fact(EventName.BLOCKED, 3)]
    figures = summarise(log, RULES, 0, 10)
    assert (figures.closed, figures.blocked, figures.offered, figures.flow_out) == (1, 1, 0, 0)
    assert summarise(log, RULES, 0, 10, queue="utama").closed == 0


def test_each_queue_is_measured_by_its_own_target() -> None:
    log = a_call("c1", 0, 40, EventName.CONNECT) + a_call("c2", 50, 40, EventName.CONNECT, "mutasi")
    assert summarise(log, RULES, 0, 1000).answered_within == 1
    assert summarise(log, RULES, 0, 1000, queue="utama").answered_within == 0
    assert summarise(log, RULES, 0, 1000, queue="mutasi").answered_within == 1


def test_a_call_belongs_to_the_span_in_which_it_entered() -> None:
    log = a_call("c1", 90, 20, EventName.CONNECT) + a_call("c2", 190, 20, EventName.CONNECT)
    figures = summarise(log, RULES, 100, 200)
    assert (figures.offered, figures.answered, figures.waiting) == (1, 0, 1)


def test_a_day_of_one_operator_adds_up() -> None:
    """Ready 10 s, talks 30 s of which 8 on hold, wraps up 20 s, is paused 40 s, ready 10 s: occupancy 50 / 70."""
    house = Distributor([QueueRules(name="utama", wrap_up_s=20)])
    effects = [*house.ready("ani", 0)]
    ring = house.caller_entered("c1", "utama", 6)
    effects += [*ring, *house.answered(offer(ring), "ani", 10)]
    log = facts(effects)
    log += [Fact(EventName.HOLD, 20, "c1", "utama", "ani"), Fact(EventName.UNHOLD, 28, "c1", "utama", "ani")]
    effects = [*house.pause("ani", "makan", 30), *house.call_over("c1", 40, "caller"), *house.tick(60)]
    effects += house.ready("ani", 100)
    log += facts(effects)
    figures = summarise(log, RULES, 0, 110)
    assert (figures.talk_s, figures.hold_s, figures.acw_s, figures.ready_s) == (22, 8, 20, 20)
    assert figures.aht_s == 50
    assert figures.occupancy == pytest.approx(50 / 70)
    assert figures.asa_s == 4


def test_what_still_runs_counts_up_to_now() -> None:
    log = [Fact(EventName.ADDMEMBER, 0, operator="ani"), *a_call("c1", 0, 10, EventName.CONNECT)]
    figures = summarise(log, RULES, 0, 40)
    assert (figures.ready_s, figures.talk_s, figures.aht_s, figures.occupancy) == (10, 30, 30, 0.75)


def test_facts_from_before_the_span_tell_who_was_ready_when_it_began() -> None:
    log = [Fact(EventName.ADDMEMBER, 0, operator="ani"), Fact(EventName.PAUSE, 150, operator="ani")]
    assert summarise(log, RULES, 100, 200).ready_s == 50


def test_a_call_that_a_crash_interrupted_has_no_wrap_up() -> None:
    log = a_call("c1", 0, 10, EventName.CONNECT)
    log.append(Fact(EventName.COMPLETEOPERATOR, 40, "c1", "utama", "ani", {"interrupted": True}))
    figures = summarise(log, RULES, 0, 1000)
    assert (figures.talk_s, figures.acw_s) == (30, 0)


def test_facts_that_come_twice_count_once() -> None:
    log = [fact for fact in worked_example() for _ in range(2)]
    assert summarise(log, RULES, 0, 1e6) == summarise(worked_example(), RULES, 0, 1e6)


events = st.lists(
    st.tuples(
        st.sampled_from(["enter", "leave", "answer", "fail", "over", "ready", "pause", "offline"]),
        st.sampled_from(["utama", "mutasi"]),
        st.sampled_from(["ani", "budi"]),
        st.sampled_from(LeaveReason),
        st.integers(0, 30),
    ),
    max_size=60,
)


def play(script: list[tuple[str, str, str, LeaveReason, int]]) -> list[Fact]:
    """A log as the distributor writes it."""
    house = Distributor(RULES)
    log: list[Fact] = []
    now, calls, running = 0.0, 0, {"ani": "", "budi": ""}
    for what, queue, operator, how, seconds in script:
        now += seconds
        log += facts(house.tick(now))
        call = house.presence(operator).call or ""
        match what:
            case "enter":
                calls += 1
                effects = house.caller_entered(f"c{calls}", queue, now)
            case "leave":
                effects = house.caller_left(f"c{calls}", now, how)
            case "answer":
                effects = house.answered(running[operator], operator, now)
            case "fail":
                effects = house.failed(running[operator], operator, now, Failure.NO_ANSWER)
            case "over":
                effects = house.call_over(call, now, "caller")
            case "ready":
                effects = house.ready(operator, now)
            case "pause":
                effects = house.pause(operator, "makan", now)
            case _:
                effects = house.offline(operator, now)
        for effect in effects:
            if hasattr(effect, "deadline"):
                running[effect.operator] = effect.offer
        log += facts(effects)
    return log


def counted_slowly(log: list[Fact], since: float, until: float, queue: str | None) -> dict[str, float]:
    """The definitions, call by call and operator by operator."""
    counts = dict.fromkeys(
        ("offered", "answered", "answered_within", "abandoned", "abandoned_within", "short_abandons", "flow_out"), 0.0
    )
    counts["wait_s"] = 0.0
    within_span = [fact for fact in log if fact.at < until]
    ends = {EventName.CONNECT, EventName.ABANDON} | {
        EventName.CALLBACKREQUEST,
        EventName.VOICEMAIL,
        EventName.EXITWITHKEY,
        EventName.EXITWITHTIMEOUT,
    }
    for entry in within_span:
        if entry.name is not EventName.ENTERQUEUE or entry.at < since or queue not in (None, entry.queue):
            continue
        counts["offered"] += 1
        end = next((fact for fact in within_span if fact.call == entry.call and fact.name in ends), None)
        if end is None:
            continue
        rules, wait_s = (UTAMA if entry.queue == "utama" else MUTASI), end.at - entry.at
        if end.name is EventName.CONNECT:
            counts["answered"] += 1
            counts["answered_within"] += wait_s <= rules.target_s
            counts["wait_s"] += wait_s
        elif end.name is EventName.ABANDON:
            counts["abandoned"] += 1
            counts["abandoned_within"] += wait_s <= rules.target_s
            counts["short_abandons"] += wait_s <= rules.short_abandon_s
        else:
            counts["flow_out"] += 1
    return counts


@given(events, st.integers(0, 200), st.integers(0, 900), st.sampled_from([None, "utama", "mutasi"]))
def test_the_figures_equal_a_slow_count(
    script: list[tuple[str, str, str, LeaveReason, int]], since: float, length: float, queue: str | None
) -> None:
    log = play(script)
    figures = summarise(log, RULES, since, since + length, queue)
    expected = counted_slowly(log, since, since + length, queue)
    assert {name: getattr(figures, name) for name in expected} == expected
    assert figures.waiting >= 0


@given(events, st.sampled_from([None, "utama"]))
def test_counting_live_equals_counting_in_one_go_at_every_moment(
    script: list[tuple[str, str, str, LeaveReason, int]], queue: str | None
) -> None:
    log = play(script)
    live = DayMetrics(RULES, 0, queue)
    for number, fact in enumerate(log, start=1):
        live.add(fact)
        assert live.figures(fact.at + 1) == summarise(log[:number], RULES, 0, fact.at + 1, queue)


@given(events)
def test_an_operators_time_is_never_counted_twice(script: list[tuple[str, str, str, LeaveReason, int]]) -> None:
    log = play(script)
    until = log[-1].at + 10 if log else 10
    figures = summarise(log, RULES, 0, until)
    assert figures.handling_s + figures.ready_s <= 2 * until + 1e-6
    assert figures.talk_s + figures.hold_s + figures.acw_s == pytest.approx(figures.handling_s)


def test_a_caller_who_is_called_back_is_no_second_answered_call() -> None:
    house = Distributor([QueueRules(name="utama")])
    effects = [*house.caller_entered("c1", "utama", 0), *house.keep_place("c1", "back-of-c1", 30)]
    ring = house.ready("ani", 60)
    effects += [*ring, *house.answered(offer(ring), "ani", 65)]
    log = facts(effects)
    log += [
        Fact(EventName.CALLBACKATTEMPT, 70, "back-of-c1", "utama", "ani", {"result": "no_answer"}),
        Fact(EventName.CALLBACKATTEMPT, 90, "back-of-c1", "utama", "ani", {"result": "answered"}),
    ]
    log += facts(house.call_over("back-of-c1", 190, "caller"))
    figures = summarise(log, RULES, 0, 200)
    assert (figures.offered, figures.flow_out, figures.answered, figures.abandoned) == (1, 1, 0, 0)
    assert figures.talk_s == 0
    assert figures.handling_s == 135  # talk and wrap-up: the operator was at work all the same


def test_calling_back_by_hand_is_work_but_no_call_of_the_queue() -> None:
    house = Distributor([QueueRules(name="utama", wrap_up_s=20)])
    log = facts([*house.ready("ani", 0), *house.calls_out("ani", "out1", 10)])
    log += [Fact(EventName.CALLBACKATTEMPT, 25, "out1", None, "ani", {"result": "answered"})]
    log += facts([*house.call_over("out1", 70, "operator"), *house.tick(90)])
    figures = summarise(log, RULES, 0, 100)
    assert (figures.offered, figures.answered, figures.flow_out) == (0, 0, 0)
    assert (figures.handling_s, figures.ready_s) == (80, 20)


def test_who_is_ready_or_talks_at_midnight_goes_on_with_it_in_the_next_days_figures() -> None:
    day = DayMetrics(RULES, 0)
    for fact in (
        Fact(EventName.ADDMEMBER, 100, operator="ani"),
        Fact(EventName.ADDMEMBER, 100, operator="budi"),
        Fact(EventName.ENTERQUEUE, 900, call="c1", queue="utama"),
        Fact(EventName.CONNECT, 950, call="c1", queue="utama", operator="budi"),
    ):
        day.add(fact)
    before = day.figures(1000)
    assert (before.ready_s, before.handling_s) == (900 + 850, 50)
    next_day = day.going_on(1000)
    next_day.add(Fact(EventName.COMPLETECALLER, 1030, call="c1", queue="utama", operator="budi"))
    next_day.add(Fact(EventName.WRAPUP, 1040, call="c1", queue="utama", operator="budi"))
    figures = next_day.figures(1100)
    assert (figures.ready_s, figures.handling_s) == (100 + 60, 40)
    assert (figures.offered, figures.answered, figures.talk_s) == (0, 0, 0), "the call is the day's before"


def test_the_next_days_figures_are_those_of_a_report_that_reads_the_log_again() -> None:
    log = [
        Fact(EventName.ADDMEMBER, 100, operator="ani"),
        *a_call("c1", 980, 10, EventName.CONNECT),
        Fact(EventName.HOLD, 995, call="c1", operator="ani"),
        Fact(EventName.UNHOLD, 1010, call="c1", operator="ani"),
        Fact(EventName.COMPLETECALLER, 1050, call="c1", operator="ani"),
        Fact(EventName.PAUSE, 1060, operator="ani"),
    ]
    day = DayMetrics(RULES, 0)
    for fact in log[:4]:
        day.add(fact)
    live = day.going_on(1000)
    for fact in log[4:]:
        live.add(fact)
    assert live.figures(1100) == summarise(log, RULES, 1000, 1100)


def test_an_operator_who_was_signed_off_by_a_recovery_is_ready_no_more() -> None:
    log = [
        Fact(EventName.ADDMEMBER, 0, operator="ani"),
        Fact(EventName.REMOVEMEMBER, 60, operator="ani", data={"interrupted": 1}),
        Fact(EventName.ADDMEMBER, 500, operator="ani"),
    ]
    assert summarise(log, RULES, 0, 540).ready_s == 60 + 40
