"""Counts the event log into figures: live as it grows, or in one go for a span."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Self

from config.queues import QueueRules
from hotline.facts import EventName, Fact
from hotline.metrics import QueueMetrics
from hotline.stopwatch import Activity, Stopwatch

_FLOW_OUT = frozenset(
    {EventName.EXITWITHTIMEOUT, EventName.EXITWITHKEY, EventName.CALLBACKREQUEST, EventName.VOICEMAIL}
)
_LEAVING = _FLOW_OUT | {EventName.CONNECT, EventName.ABANDON}
LEAD_S = 86_400.0
"""How far back the log is read to learn what operators were doing when a span began."""

_OVER = frozenset({EventName.COMPLETEOPERATOR, EventName.COMPLETECALLER})
_HANDLING = (Activity.TALK, Activity.HOLD, Activity.ACW)


class DayMetrics:
    """Figures of the calls that entered a queue since `since` (Unix seconds), kept up with every new fact.

    `queue` narrows to one queue; without it all are counted, each by its own target. Facts come in the order in
    which they happened; those from before `since` only tell what operators were doing by then.
    Memory: one entry per waiting call and per operator.
    """

    def __init__(self, rules: Sequence[QueueRules], since: float, queue: str | None = None) -> None:
        self._rules = {rule.name: rule for rule in rules if queue in (None, rule.name)}
        self._since = since
        self._narrowed = queue is not None
        self._counts: Counter[str] = Counter()
        self._wait_s = 0.0
        self._waiting: dict[str, Fact] = {}
        self._answered: set[str] = set()  # calls of the span that are still up: whoever has them handles them
        self._stopwatches: dict[str, Stopwatch] = {}

    def going_on(self, since: float) -> Self:
        """The figures from `since` on, such as the next day's: operators go on with what they are doing."""
        later = type(self)(tuple(self._rules.values()), since)
        later._narrowed = self._narrowed
        later._stopwatches = {operator: watch.going_on(since) for operator, watch in self._stopwatches.items()}
        return later

    def add(self, fact: Fact) -> None:
        """Count one fact. Facts about calls or queues that are not counted here change no count."""
        entry = self._waiting.get(fact.call) if fact.call is not None else None
        if fact.at >= self._since:
            self._count(fact, entry)
        if fact.operator is not None:
            watch = self._stopwatches.setdefault(fact.operator, Stopwatch(self._since))
            watch.see(fact, counted=entry is not None or fact.call in self._answered)
        self._keep_answered(fact, entry)

    def figures(self, until: float) -> QueueMetrics:
        """The figures as of `until` (Unix seconds); what is still running counts up to then."""
        spent = [watch.spent(until) for watch in self._stopwatches.values()]
        everything = {activity: sum(all_of_it[activity] for all_of_it, _ in spent) for activity in Activity}
        counted = {activity: sum(of_counted[activity] for _, of_counted in spent) for activity in Activity}
        return QueueMetrics(
            **self._counts,
            wait_s=self._wait_s,
            talk_s=counted[Activity.TALK],
            hold_s=counted[Activity.HOLD],
            acw_s=counted[Activity.ACW],
            handling_s=sum(everything[activity] for activity in _HANDLING),
            ready_s=everything[Activity.READY],
        )

    def _keep_answered(self, fact: Fact, entry: Fact | None) -> None:
        if fact.name is EventName.CONNECT and entry is not None and fact.at >= self._since:
            self._answered.add(str(fact.call))
        elif fact.name in _OVER and fact.data.get("by") != "phone_lost":
            self._answered.discard(str(fact.call))

    def _count(self, fact: Fact, entry: Fact | None) -> None:
        if fact.name in _LEAVING:
            if entry is not None:
                self._count_leaving(fact, entry)
        elif fact.name is EventName.ENTERQUEUE:
            self._count_entering(fact, entry)
        elif fact.name is EventName.RINGNOANSWER:
            # A phone that sends its calls elsewhere did not ring.
            self._counts["non_responses"] += fact.queue in self._rules and fact.data.get("how") != "forwarded"
        elif not self._narrowed and fact.name in (EventName.CLOSED, EventName.BLOCKED):
            self._counts[fact.name.lower()] += 1

    def _count_entering(self, fact: Fact, entry: Fact | None) -> None:
        if fact.call is not None and fact.queue in self._rules and entry is None and not fact.data.get("again"):
            self._waiting[fact.call] = fact
            self._counts["offered"] += 1

    def _count_leaving(self, fact: Fact, entry: Fact) -> None:
        del self._waiting[str(entry.call)]
        rules = self._rules[str(entry.queue)]
        wait_s = fact.at - entry.at
        if fact.name is EventName.CONNECT:
            self._counts["answered"] += 1
            self._counts["answered_within"] += wait_s <= rules.target_s
            self._wait_s += wait_s
        elif fact.name is EventName.ABANDON:
            self._counts["abandoned"] += 1
            self._counts["abandoned_within"] += wait_s <= rules.target_s
            self._counts["short_abandons"] += wait_s <= rules.short_abandon_s
        else:
            self._counts["flow_out"] += 1


def summarise(
    events: Iterable[Fact], rules: Sequence[QueueRules], since: float, until: float, queue: str | None = None
) -> QueueMetrics:
    """The figures of a span, `since` ≤ t < `until` (Unix seconds), from its facts in the order of time.

    Give facts from before `since` too where there are some: they tell which operators were ready when it began.
    """
    metrics = DayMetrics(rules, since, queue)
    for fact in events:
        if fact.at < until:
            metrics.add(fact)
    return metrics.figures(until)
