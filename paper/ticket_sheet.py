"""What the form of a ticket says, as plain words in one language: all that is left to do is to draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from config.base import Bilingual, Language
from config.sop import Matrix
from hotline.clocks import Clocks, RunClock
from hotline.ticket import Escalation, Handover, Step, StepTime, Ticket
from paper import times
from paper.words import HANDOVERS, STEPS, word, word_or_code

_STEPS = (Step.GREETING, Step.IDENTITY, Step.RECORD, Step.CLASSIFY, Step.ANSWER)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the SOP, all its runs together: the operators' own time, and apart from it the waiting for others.

    `late` is whether the own time is over the standard.
    """

    number: int
    name: str
    began: str
    ended: str
    own: str
    waiting: str
    standard: str
    verdict: str
    late: bool


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """A hand-over of step 5b: when, from whom to whom, what and with which words."""

    at: str
    who: str
    action: str
    text: str


@dataclass(frozen=True, slots=True)
class Validation:
    """Step 5b: the question, what came of it, and the hands it went through."""

    question: str
    answer: str
    handovers: tuple[HandoverLine, ...]


@dataclass(frozen=True, slots=True)
class TicketSheet:
    """A whole form. `identity` is labels with values; `signers` are names by `config.paper.Signer`."""

    language: Language
    number: str
    address: str
    printed_at: str
    signed_on: str
    identity: tuple[tuple[str, str], ...]
    heading: str
    category: tuple[str, str]
    description: str
    answer: str
    steps: tuple[StepLine, ...]
    validation: Validation | None = None
    signers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """What codes stand for: accounts by username, offices and divisions by code."""

    people: Mapping[str, str]
    units: Mapping[str, Bilingual]

    def of(self, who: str | None, language: Language) -> str:
        """A person's or a unit's name; whoever has none here keeps their code."""
        who = who or ""
        return self.units[who].in_language(language) if who in self.units else self.people.get(who, who)


class Sheets:
    """Makes sheets in the installation's terms. `public_url` is where the pages are, without a slash at the end."""

    def __init__(self, matrix: Matrix, names: Names, clocks: Clocks, zone: ZoneInfo, public_url: str) -> None:
        self._matrix = matrix
        self._names = names
        self._clocks = clocks
        self._zone = zone
        self._public_url = public_url

    def sheet(self, ticket: Ticket, language: Language, at: float) -> TicketSheet:
        """The form as the ticket stands `at` (Unix seconds)."""
        day = times.local(at if ticket.closed_at is None else ticket.closed_at, self._zone).date()
        kind = ticket.kind
        return TicketSheet(
            language=language,
            number=ticket.number,
            address=f"{self._public_url}/tickets/{ticket.number}",
            printed_at=word("printed", language, at=times.moment(at, self._zone, language)),
            signed_on=times.day_words(day, language),
            identity=self._identity(ticket, language),
            heading=word(f"description_{kind}" if kind else "description", language),
            category=self._category(ticket, language),
            description=ticket.description,
            answer=ticket.answer,
            steps=self._steps(ticket, language, at),
            validation=self._validation(ticket.escalation, language) if ticket.escalation else None,
            signers=self._signers(ticket, language),
        )

    def _identity(self, ticket: Ticket, language: Language) -> tuple[tuple[str, str], ...]:
        cell = self._matrix.get(ticket.category)
        closed = "–" if ticket.closed_at is None else times.moment(ticket.closed_at, self._zone, language)
        values = {
            "caller_name": ticket.caller_name,
            "received": times.moment(ticket.created_at, self._zone, language),
            "caller_number": ticket.number_to_call or word("withheld", language),
            "closed": closed,
            "plate": ticket.plate,
            "status": status(ticket, language),
            "region": self._names.of(ticket.region, language),
            "operator": self._names.of(ticket.operator, language),
            "kind": word_or_code(ticket.kind, language) if ticket.kind else "",
            "unit": cell.unit if cell else "",
        }
        return tuple((word(name, language), value or "–") for name, value in values.items())

    def _category(self, ticket: Ticket, language: Language) -> tuple[str, str]:
        cell = self._matrix.get(ticket.category)
        label = cell.label.in_language(language) if cell else ticket.category
        return word("category", language), label or word("unclassified", language)

    def _steps(self, ticket: Ticket, language: Language, at: float) -> tuple[StepLine, ...]:
        every = tuple(zip(ticket.steps, self._clocks.runs(ticket, at), strict=True))
        return tuple(
            self._step(number, step, [each for each in every if each[0].step is step], language)
            for number, step in enumerate(_STEPS, 1)
        )

    def _step(self, number: int, step: Step, runs: Sequence[tuple[StepTime, RunClock]], language: Language) -> StepLine:
        name = STEPS[step].in_language(language)
        if not runs:
            return StepLine(number, name, "–", "–", "–", "–", "–", word("not_reached", language), late=False)
        (first, _), (last, clock) = runs[0], runs[-1]
        waiting_s = sum(of_run.waiting_s for _, of_run in runs)
        late = clock.level == "red"
        over = times.lasted(clock.step_own_s - last.standard_s, language)
        return StepLine(
            number=number,
            name=f"{name} ({len(runs)}×)" if len(runs) > 1 else name,
            began=times.day_and_time(first.started_at, self._zone, language),
            ended=word("running", language)
            if last.ended_at is None
            else times.day_and_time(last.ended_at, self._zone, language),
            own=times.lasted(clock.step_own_s, language),
            waiting=times.lasted(waiting_s, language) if waiting_s else "–",
            standard=times.lasted(last.standard_s, language),
            verdict=word("over", language, by=over) if late else word("within", language),
            late=late,
        )

    def _validation(self, asked: Escalation, language: Language) -> Validation:
        handovers = tuple(self._handover(each, language) for each in asked.handovers)
        return Validation(asked.question, asked.answer or asked.pic_answer, handovers)

    def _handover(self, each: Handover, language: Language) -> HandoverLine:
        action = HANDOVERS[each.action].in_language(language) if each.action in HANDOVERS else each.action
        to = self._names.of(each.to, language)
        who = f"{self._names.of(each.by, language)} › {to}" if to else self._names.of(each.by, language)
        return HandoverLine(times.short(each.at, self._zone, language), who, action, each.text)

    def _signers(self, ticket: Ticket, language: Language) -> dict[str, str]:
        coordinator = ticket.escalation.coordinator if ticket.escalation else None
        return {
            "operator": self._names.of(ticket.operator, language),
            "coordinator": self._names.of(coordinator, language),
        }


def status(ticket: Ticket, language: Language) -> str:
    """Where the ticket stands, in a word or two."""
    if ticket.step is Step.CLOSED:
        return word_or_code(ticket.closed_as or "answered", language)
    owed = ticket.callback is not None and not ticket.callback.reached
    return word("to_call_back" if owed else "open", language)
