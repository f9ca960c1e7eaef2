"""A queue's waiting line: who is next, and who is next for an operator with these skills."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sortedcontainers import SortedList

Skills = frozenset[str]


class Place(NamedTuple):
    """A caller's place among all callers of all queues: priority goes before arrival, arrival decides between equals.

    It never changes while the caller waits, so whoever comes back from a phone that failed stands where they stood.
    """

    negative_priority: int
    since: float
    ticketed: int  # counts arrivals, so that two callers of the same instant have an order
    call: str


@dataclass(slots=True, eq=False)
class Caller:
    """A caller in a queue. Times are Unix seconds; `offer` is the running offer's id while a phone rings for them.

    `first` are operators to be asked before all others, in order, if they are there: whom the caller is transferred to,
    and who sent them. `callback` marks a place-holder: the caller has hung up and is called when the turn comes.
    """

    call: str
    queue: str
    place: Place
    skills: Skills
    expires_at: float
    original_position: int = 0
    offers_made: int = 0
    offer: str | None = None
    first: list[str] = field(default_factory=list)
    callback: bool = False

    @property
    def since(self) -> float:
        """When the caller entered the queue."""
        return self.place.since


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting caller as others see them; `position` 1 is next, `since` is Unix seconds."""

    call: str
    since: float
    position: int
    priority: int


class Line:
    """Callers of one queue. Those for whom no phone rings also stand in a lane for the skills they ask for."""

    def __init__(self) -> None:
        self._everyone: SortedList[Place] = SortedList()
        self._lanes: dict[Skills, SortedList[Place]] = {}

    def __len__(self) -> int:
        return len(self._everyone)

    def __iter__(self) -> Iterator[Waiting]:
        for position, place in enumerate(self._everyone, start=1):
            yield Waiting(place.call, place.since, position, -place.negative_priority)

    def enter(self, caller: Caller) -> None:
        """The caller joins the line, ready to be offered."""
        self._everyone.add(caller.place)
        self.offerable(caller)

    def leave(self, caller: Caller) -> None:
        """The caller is gone from the line, offered or not."""
        self._everyone.remove(caller.place)
        if caller.offer is None:
            self.offered(caller)

    def offerable(self, caller: Caller) -> None:
        """No phone rings for the caller any more."""
        self._lanes.setdefault(caller.skills, SortedList()).add(caller.place)

    def offered(self, caller: Caller) -> None:
        """A phone rings for the caller, who keeps the place but is not offered twice."""
        lane = self._lanes[caller.skills]
        lane.remove(caller.place)
        if not lane:
            del self._lanes[caller.skills]

    def position(self, caller: Caller) -> int:
        """1 for the caller who is next; those for whom a phone rings count."""
        return int(self._everyone.bisect_left(caller.place)) + 1

    def first_for(self, skills: Skills) -> Place | None:
        """The first caller that an operator with these skills may be offered."""
        return min((lane[0] for asked, lane in self._lanes.items() if asked <= skills), default=None)
