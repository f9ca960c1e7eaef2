"""Whom a call can be passed to: the directory of a transfer, and what a request names of it."""

from collections.abc import Mapping
from typing import Any, Literal

from config import Installation, QueueRules
from desk import shapes
from desk.ports import CallControlError
from hotline.distributor import Distributor
from hotline.presence import OperatorState
from sambut.calls import Target
from sambut.outside import Outside
from sambut.people import Operator, People
from sambut.phones import Phones
from storage import Role

PersonKind = Literal["operator", "coordinator", "pic"]

_FREE = frozenset({OperatorState.READY, OperatorState.WRAP_UP, OperatorState.PAUSED})
_KIND_OF: Mapping[Role, PersonKind] = {
    Role.OPERATOR: "operator",
    Role.COORDINATOR: "coordinator",
    Role.PIC: "pic",
}


class Targets:
    """The directory, with who could be reached right now."""

    def __init__(
        self,
        installation: Installation,
        people: People,
        phones: Phones,
        distributor: Distributor,
        outside: Outside,
    ) -> None:
        self._queues = installation.queues
        self._people = people
        self._phones = phones
        self._distributor = distributor
        self._outside = outside

    def directory(self, username: str) -> shapes.Directory:
        """Everybody but the one who asks: colleagues first, then queues, coordinators and PICs."""
        colleagues = [each for each in self._people.all() if each.username != username]
        others = [*self._people.all(Role.COORDINATOR), *self._people.all(Role.PIC)]
        queues = [_queue_entry(rules) for rules in self._queues]
        standing = self._outside.standing(username)
        return {
            "items": [*map(self._entry, colleagues), *queues, *map(self._entry, others)],
            "numbers": standing.allowed,
            "rule": {"id": standing.rule.id, "en": standing.rule.en},
        }

    def find(self, wanted: object, username: str) -> Target:
        """The target of a request: `{kind, id}`. Raises `CallControlError`."""
        kind = wanted.get("kind") if isinstance(wanted, Mapping) else None
        name = str(wanted.get("id", "")) if isinstance(wanted, Mapping) else ""
        match kind:
            case "number" if name:
                return Target("number", name, name)
            case "queue":
                found = next((rules for rules in self._queues if rules.name == name), None)
                if found is not None:
                    return Target("queue", name, found.label.id)
            case "operator" | "coordinator" | "pic":
                person = self._people.get(name)
                if person is not None and _KIND_OF.get(person.role) == kind and name != username:
                    return Target(kind, name, person.name or name)
        raise CallControlError("no_such_target", "there is nobody like that in the directory")

    def free_in(self, queue: Target) -> Target:
        """An operator of this queue who can be consulted now. Raises `CallControlError`."""
        name = self._distributor.free_in(queue.id)
        person = None if name is None else self._people.get(name)
        if person is None:
            raise CallControlError("target_busy", f"nobody is free in {queue.label}")
        return Target("operator", person.username, person.name or person.username)

    def _entry(self, person: Operator) -> shapes.DirectoryEntry:
        name = person.name or person.username
        there = self._phones.state(person) != "away"
        state = self._distributor.presence(person.username).state if person.role is Role.OPERATOR else None
        return {
            "kind": _KIND_OF[person.role],
            "id": person.username,
            "label": {"id": name, "en": name},
            "state": None if state is None else state.value,
            "available": there and (state is None or state in _FREE),
        }


def _queue_entry(rules: QueueRules) -> shapes.DirectoryEntry:
    return {
        "kind": "queue",
        "id": rules.name,
        "label": {"id": rules.label.id, "en": rules.label.en},
        "state": None,
        "available": True,
    }


def arguments_of(arguments: Mapping[str, Any], name: str) -> str:
    """A text argument of a request. Raises `CallControlError` when it is missing."""
    value = arguments.get(name)
    if not isinstance(value, str) or not value:
        raise CallControlError("invalid", f"{name} is missing", 422)
    return value
