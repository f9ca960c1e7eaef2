"""Who a ticket is of, what a call carries over to an earlier ticket, and what is forgotten. Pure."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hotline.contacts import (
    CARRIED,
    Known,
    carried_over,
    continued,
    forgotten,
    keys_of,
    may_go_on,
    separate_again,
    whose,
)
from hotline.ticket import Callback, Escalation, EscalationState, Handover, Step, StepTime, Ticket

CALLER, OTHER, PLATE = "+6281234567890", "+6281399998888", "D 1234 ABC"
NOON = 1_760_000_000.0

numbers = st.sampled_from(["", CALLER, OTHER, "+62811111111"])
plates = st.sampled_from(["", PLATE, "B 1 A", "Z 9"])
people = st.lists(
    st.builds(
        Known,
        st.uuids().map(str),
        st.frozensets(numbers.filter(bool), max_size=2),
        st.frozensets(plates.filter(bool), max_size=2),
    ),
    max_size=4,
)
steps = st.lists(st.sampled_from([step for step in Step if step is not Step.CLOSED]), max_size=4)


def test_a_number_is_one_persons_whatever_the_plate_says() -> None:
    caller, neighbour = Known("a", frozenset({CALLER})), Known("b", frozenset({OTHER}), frozenset({PLATE}))

    assert whose(CALLER, PLATE, [neighbour, caller]) is caller
    assert whose("+62811111111", PLATE, [neighbour]) is None, "a new number is not taken for whoever else has the plate"
    assert whose("", PLATE, [neighbour]) is neighbour


def test_a_plate_without_a_number_gets_its_number_from_the_first_who_shows_one() -> None:
    unnumbered = Known("a", plates=frozenset({PLATE}))

    assert whose(CALLER, PLATE, [unnumbered]) is unnumbered


def test_a_plate_that_several_people_called_about_decides_nothing() -> None:
    two = [Known("a", frozenset({CALLER}), frozenset({PLATE})), Known("b", frozenset({OTHER}), frozenset({PLATE}))]

    assert whose("", PLATE, two) is None


@given(numbers, plates, people)
def test_whoever_it_is_has_the_number_or_no_number_at_all(number: str, plate: str, known: list[Known]) -> None:
    found = whose(number, plate, known)

    if found is not None:
        assert (number and number in found.numbers) or plate in found.plates
        assert not number or number in found.numbers or not found.numbers


@given(st.sampled_from(list(Step)))
def test_a_plate_counts_from_the_step_after_identity_on(step: Step) -> None:
    number, plate = keys_of(Ticket("HTL-2025-000001", NOON, step=step, caller_number=CALLER, plate=PLATE))

    assert number == CALLER
    assert (plate == PLATE) == (step not in (Step.GREETING, Step.IDENTITY))


@given(steps, st.booleans())
def test_a_ticket_that_was_left_for_another_can_be_taken_up_where_it_stood(walked: list[Step], running: bool) -> None:
    times = tuple(
        StepTime(step, NOON + at, None if running and at == len(walked) - 1 else NOON + at + 1, 60, "operator1")
        for at, step in enumerate(walked)
    )
    step = walked[-1] if walked else Step.GREETING
    ticket = Ticket("HTL-2025-000001", NOON, step=step, steps=times, operator="operator1")

    closed = continued(ticket, NOON + 100)
    again = separate_again(closed)

    assert (closed.step, closed.closed_as, closed.running) == (Step.CLOSED, "continued", None)
    assert (again.step, again.closed_at, again.closed_as, again.operator) == (step, None, None, None)
    assert [each.step for each in again.steps] == walked
    assert again.version == ticket.version + 2


def test_a_ticket_that_was_closed_otherwise_is_left_as_it_is() -> None:
    answered = Ticket("HTL-2025-000001", NOON, step=Step.CLOSED, closed_at=NOON, closed_as="answered")

    assert separate_again(answered) is answered


def test_only_what_the_earlier_ticket_does_not_know_is_carried_over() -> None:
    old = Ticket("HTL-2025-000001", NOON, caller_name="Ratna", region="x")
    new = Ticket("HTL-2025-000002", NOON, caller_name="Ibu Ratna", plate=PLATE, description="STNK belum jadi")

    assert carried_over(new, old) == {"plate": PLATE, "description": "STNK belum jadi"}
    assert set(carried_over(new, old)) <= set(CARRIED)


def test_a_call_goes_on_with_another_open_ticket_only() -> None:
    new, old = Ticket("HTL-2025-000002", NOON), Ticket("HTL-2025-000001", NOON)
    question = Escalation(EscalationState.ASKED, "wait", "?", NOON, "operator1", "coordinators")

    assert may_go_on(new, old)
    assert not may_go_on(new, new)
    assert not may_go_on(new, replace(old, step=Step.CLOSED))
    assert not may_go_on(replace(new, step=Step.CLOSED), old)
    assert not may_go_on(replace(new, callback=Callback("missed", 0.0, 0.0)), old), "an owed call is not left behind"
    assert not may_go_on(replace(new, escalation=question), old), "a question that is out is not left behind"


@given(st.booleans(), st.booleans())
def test_what_is_forgotten_leaves_every_figure(caller: bool, words: bool) -> None:
    said = (Handover(NOON, "operator1", "escalate", "coordinators", "rahasia"),)
    question = Escalation(
        EscalationState.TOLD, "wait", "rahasia", NOON, "operator1", "", pic_answer="rahasia", answer="rahasia",
        handovers=said,
    )  # fmt: skip
    full = Ticket(
        "HTL-2025-000001", NOON, step=Step.CLOSED, kind="pengaduan", caller_number=CALLER, caller_name="Ratna",
        plate=PLATE, region="x", description="rahasia", category="c", answer="rahasia", operator="operator1",
        closed_at=NOON + 9, closed_as="answered", callback=Callback("missed", NOON, None, OTHER), escalation=question,
        steps=(StepTime(Step.ANSWER, NOON, NOON + 9, 300, "operator1"),),
    )  # fmt: skip

    after = forgotten(full, caller=caller, words=words)

    text = repr(after)
    assert any(secret in text for secret in (CALLER, OTHER, "Ratna", PLATE)) == (not caller)
    assert ("rahasia" in text) == (not words)
    figures = (
        "number",
        "created_at",
        "step",
        "kind",
        "region",
        "category",
        "operator",
        "closed_at",
        "closed_as",
        "steps",
    )
    assert all(getattr(after, name) == getattr(full, name) for name in figures)
    assert after.version == full.version + bool(caller or words)
    assert forgotten(after, caller=caller, words=words) is after
    opened = replace(full, step=Step.ANSWER)
    assert forgotten(opened, caller=True, words=True) is opened
