"""One push, as the eyes of its readers may see it."""

import json
from collections.abc import Mapping
from typing import Any

from desk.connection import Connection
from desk.privacy import masked
from desk.roles import Permission, may
from storage.accounts import Role


def dump(kind: str, at: str, payload: Mapping[str, Any]) -> bytes:
    """One message without its `seq`, which each connection puts in front."""
    return json.dumps({"type": kind, "at": at, **payload}, ensure_ascii=False, separators=(",", ":")).encode()


class Message:
    """A push to everyone of some roles, to some accounts, or to one tab: whole or masked, each dumped at most once."""

    def __init__(
        self,
        kind: str,
        at: str,
        payload: Mapping[str, Any],
        *,
        roles: frozenset[Role] = frozenset(),
        usernames: frozenset[str] = frozenset(),
        tab: Connection | None = None,
    ) -> None:
        self.kind, self._at, self._payload = kind, at, payload
        self._roles, self._usernames, self._tab = roles, usernames, tab
        call = payload.get("call")
        self._owner = call.get("operator") if roles and isinstance(call, Mapping) else None
        self._dumped: dict[bool, bytes] = {}

    @property
    def names(self) -> frozenset[str]:
        """Accounts that see it otherwise than the rest of their role."""
        others = {self._owner or "", "" if self._tab is None else self._tab.username}
        return self._usernames | (others - {""})

    def for_(self, tab: Connection) -> bytes | None:
        """What this tab is sent, None if it is not meant for it."""
        if not self._is_for(tab):
            return None
        whole = self._whole_for(tab)
        if whole not in self._dumped:
            self._dumped[whole] = dump(self.kind, self._at, self._payload if whole else masked(self._payload))
        return self._dumped[whole]

    def _is_for(self, tab: Connection) -> bool:
        return tab.role in self._roles or tab is self._tab or tab.username in self._usernames

    def _whole_for(self, tab: Connection) -> bool:
        return (
            not self._roles
            or self.kind == "ticket"  # a ticket's page shows the number: it is what a call back dials
            or tab.username == self._owner
            or may(tab.role, Permission.SEE_NUMBERS)
        )
