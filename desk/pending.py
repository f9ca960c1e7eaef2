"""What a person is still asked for after the password, before they may do anything else."""

from collections.abc import Mapping
from enum import StrEnum

from storage.accounts import Account
from storage.sessions import Session


class Pending(StrEnum):
    """One thing that is still to be done, as the page is told."""

    SECOND_FACTOR = "second_factor"  # to be given
    NEW_PASSWORD = "new_password"  # noqa: S105  the first one was somebody else's choice
    ENROL = "enrol"  # the role needs a second factor, and there is none yet


PROBLEMS: Mapping[Pending, str] = {
    Pending.SECOND_FACTOR: "second_factor_needed",
    Pending.NEW_PASSWORD: "new_password_needed",
    Pending.ENROL: "second_factor_missing",
}
"""The code of the problem for whoever asks for something else meanwhile."""

ALL = frozenset(Pending)


def pending_of(account: Account, session: Session, *, asked: bool) -> Pending | None:
    """`asked`: whether the settings ask this role for a second factor. Who has one is asked for it in any case."""
    if account.second_factor and not session.factor:
        return Pending.SECOND_FACTOR
    if account.password_temporary and not session.vouched:  # else it was not used
        return Pending.NEW_PASSWORD
    if asked and not session.factor:
        return Pending.ENROL
    return None
