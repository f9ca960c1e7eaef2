"""Whom the levels of escalation.yaml mean: accounts, as they are at that moment."""

from collections.abc import Iterable, Mapping

from config import Audience
from hotline.escalation import COORDINATORS, OPERATORS
from hotline.ticket import Ticket
from storage import Account, Role, Store

_OF_ROLE: Mapping[Audience, Role] = {
    "coordinators": Role.COORDINATOR,
    "supervisors": Role.SUPERVISOR,
    "admins": Role.ADMIN,
}
_DESKS: Mapping[str, Role] = {COORDINATORS: Role.COORDINATOR, OPERATORS: Role.OPERATOR}


class Audiences:
    """Reads the accounts anew each time: somebody may have come or gone since."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, ticket: Ticket, audiences: Iterable[Audience]) -> list[str]:
        """Usernames of active accounts, each once; the supervisors' when there would be nobody.

        May raise `StoreUnavailable`.
        """
        accounts = [account for account in await self._store.accounts.list() if account.active]
        found = {name for audience in audiences for name in _meant(audience, ticket, accounts)}
        return sorted(found or _of_role(Role.SUPERVISOR, accounts))


def _meant(audience: Audience, ticket: Ticket, accounts: list[Account]) -> set[str]:
    if audience in _OF_ROLE:
        return _of_role(_OF_ROLE[audience], accounts)
    question = ticket.escalation if ticket.in_validation else None
    holder = (ticket.operator or "") if audience == "operator" or question is None else question.to
    if holder in _DESKS:
        return _of_role(_DESKS[holder], accounts)
    return {account.username for account in accounts if holder and holder in (account.username, _unit(account))}


def _unit(account: Account) -> str:
    """The office or division that a PIC answers for."""
    return account.unit if account.role is Role.PIC else ""


def _of_role(role: Role, accounts: list[Account]) -> set[str]:
    return {account.username for account in accounts if account.role is role}
