"""Where a question lay, read off its hand-overs."""

from hotline.ticket import Escalation, EscalationState, Handover
from hotline.waits import waits


def question(*moves: tuple[float, str, str]) -> Escalation:
    handovers = tuple(Handover(at, "somebody", action, to) for at, action, to in moves)
    return Escalation(EscalationState.ASKED, "wait", "Benar?", 0.0, "operator1", "coordinators", handovers=handovers)


def test_a_question_ends_where_its_caller_could_not_be_reached_and_the_next_begins_anew() -> None:
    asked_twice = question((0, "escalate", "coordinators"), (60, "unreachable", ""), (500, "escalate", "coordinators"))
    lay = [(wait.since, wait.until) for wait in waits(asked_twice, 600)]
    assert lay == [(0, 60), (500, 600)]
