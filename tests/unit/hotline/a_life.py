"""Lives of tickets for tests of the clocks: any order of steps and hand-overs, at any times."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import config
from config.escalation import EscalationRules, Level
from hotline.clocks import Clocks
from hotline.ticket import Escalation, EscalationState, Handover, Step, StepTime, Ticket
from hotline.working_time import WorkingTime

STANDARD_S = {Step.GREETING: 10.0, Step.IDENTITY: 60.0, Step.RECORD: 60.0, Step.CLASSIFY: 60.0, Step.ANSWER: 300.0}
JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = config.load(None, {}).hours
PAUSING = frozenset({"answer", "asked", "coordinator", "pic", "pic_answered", "answered", "callback"})
RULES = EscalationRules(
    amber=0.8,
    working_hours=PAUSING,
    levels={
        "answer": (Level(after_s=600, tell=("operator",)), Level(after_s=3600, tell=("supervisors",))),
        "asked": (Level(after_s=120, tell=("coordinators",)), Level(after_s=300, tell=("supervisors",))),
        "pic": (Level(after_s=900, tell=("holder", "coordinators")),),
        "callback": (Level(after_s=1800, tell=("operator",)),),
    },
)


def at(text: str) -> float:
    """A moment of November 2026 in Jakarta: `23 09:00:00` is Monday the 23rd."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=JAKARTA).timestamp()


def clocks(rules: EscalationRules = RULES) -> Clocks:
    return Clocks(rules, WorkingTime(OFFICE))


def run(step: Step, started_at: float, ended_at: float | None, operator: str = "operator1") -> StepTime:
    return StepTime(step, started_at, ended_at, STANDARD_S[step], operator)


def ticket(created_at: float, steps: Sequence[StepTime], **known: object) -> Ticket:
    values: dict[str, object] = {"step": steps[-1].step if steps else Step.GREETING, "operator": "operator1", **known}
    return Ticket("HTL-2026-000001", created_at, steps=tuple(steps), **values)  # type: ignore[arg-type]


def question(state: EscalationState, *moves: tuple[float, str], to: str = "") -> Escalation:
    """A question that came to `state` by these hand-overs: when, and by which action."""
    handovers = tuple(Handover(moment, "somebody", action, to) for moment, action in moves)
    return Escalation(state, "wait", "Berapa dendanya?", moves[0][0], "operator1", to, handovers=handovers)
