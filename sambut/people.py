"""The operators as the switchboard knows them: name, phone, queues, and what is on their screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from config import QueueRules
from desk.ports import CallControlError
from desk.shapes import ScreenPop
from storage import Account, Role, Store


@dataclass(slots=True)
class Operator:
    """A person who takes calls. `phone` is the SIP URI that rings; `pop` is what their screen shows of a call."""

    username: str
    name: str = ""
    phone: str = ""
    pop: ScreenPop | None = None


class People:
    """Everybody who may take calls; the store is asked again whenever one signs on."""

    def __init__(self, store: Store, queues: Sequence[QueueRules]) -> None:
        self._store = store
        self._queues = queues
        self._known: dict[str, Operator] = {}

    async def load(self) -> None:
        """Learn all operators there are."""
        for account in await self._store.accounts.list(Role.OPERATOR):
            self._learn(account)

    async def fetch(self, username: str) -> Operator:
        """The operator as the store knows them now. Raises `CallControlError` for an unknown account."""
        account = await self._store.accounts.get(username)
        if account is None:
            raise CallControlError("no_such_operator", "there is no such account", 404)
        return self._learn(account)

    def get(self, username: str) -> Operator | None:
        return self._known.get(username)

    def all(self) -> list[Operator]:
        """By username."""
        return [self._known[username] for username in sorted(self._known)]

    def memberships(self, username: str) -> dict[str, int]:
        """The operator's queues with the penalty in each."""
        return {
            rules.name: 0 if rules.members is None else rules.members[username]
            for rules in self._queues
            if rules.members is None or username in rules.members
        }

    def _learn(self, account: Account) -> Operator:
        person = self._known.setdefault(account.username, Operator(account.username))
        person.name, person.phone = account.name, account.phone
        return person
