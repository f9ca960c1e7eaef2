"""The operators as the switchboard knows them: name, phone, queues, and what is on their screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from config import QueueRules
from desk.ports import CallControlError
from desk.shapes import ScreenPop
from storage import Account, Role, Store
from storage.accounts import PhoneKind

WITH_PHONES = (Role.OPERATOR, Role.COORDINATOR, Role.PIC)


@dataclass(slots=True)
class Operator:
    """A person with a phone: who takes calls, or can be asked about one (coordinator, PIC).

    `phone` is the SIP URI that rings, where `phone_kind` is "sip"; `auto_answer` tells that such a phone answers at
    once when it is told to. An account that was closed is not `active`. `pop` is what their screen shows of a call.
    """

    username: str
    name: str = ""
    role: Role = Role.OPERATOR
    phone: str = ""
    phone_kind: PhoneKind = PhoneKind.BROWSER
    auto_answer: bool = False
    active: bool = True
    pop: ScreenPop | None = None


class People:
    """Everybody who may take calls; the store is asked again whenever one signs on."""

    def __init__(self, store: Store, queues: Sequence[QueueRules]) -> None:
        self._store = store
        self._queues = queues
        self._known: dict[str, Operator] = {}

    async def load(self) -> None:
        """Learn everybody there is."""
        for role in WITH_PHONES:
            for account in await self._store.accounts.list(role):
                self.learn(account)

    async def fetch(self, username: str) -> Operator:
        """The operator as the store knows them now. Raises `CallControlError` for an unknown account."""
        account = await self._store.accounts.get(username)
        if account is None:
            raise CallControlError("no_such_operator", "there is no such account", 404)
        return self.learn(account)

    def get(self, username: str) -> Operator | None:
        return self._known.get(username)

    def all(self, role: Role = Role.OPERATOR) -> list[Operator]:
        """Everybody of a role whose account is open, by username."""
        return [person for _, person in sorted(self._known.items()) if person.role is role and person.active]

    def memberships(self, username: str) -> dict[str, int]:
        """The operator's queues with the penalty in each."""
        return {
            rules.name: 0 if rules.members is None else rules.members[username]
            for rules in self._queues
            if rules.members is None or username in rules.members
        }

    def learn(self, account: Account) -> Operator:
        """What the admin or the person changed is so from now on."""
        person = self._known.setdefault(account.username, Operator(account.username))
        person.name, person.role, person.active = account.name, account.role, account.active
        person.phone, person.phone_kind, person.auto_answer = account.phone, account.phone_kind, account.auto_answer
        return person
