"""Who is told when a ticket has changed: alarms, webhooks, notifications, inboxes."""

from typing import Protocol

from hotline.ticket import Ticket
from sambut.contain import contained


class TicketWatcher(Protocol):
    """Is told after the change is stored, on the loop's thread. Must not wait: what takes time becomes a task."""

    def __call__(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """`before` is None for a ticket just opened; `by` is an account or `"system"`, `at` in Unix seconds."""


class TicketWatchers:
    """Tells every watcher of each change, people's and the switchboard's alike.

    The switchboard's changes are told as it made them: what a person changed in the same moment is in the store only.
    A watcher that fails is logged, and costs neither the change nor the other watchers.
    """

    def __init__(self) -> None:
        self._watchers: list[TicketWatcher] = []

    def add(self, watcher: TicketWatcher) -> None:
        """From now on it is told, after those that were added before."""
        self._watchers.append(watcher)

    def changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """A ticket was opened or changed. What changed nothing is not told."""
        if before == after:
            return
        for watcher in self._watchers:
            with contained("ticket_watcher_failed", ticket=after.number):
                watcher(before, after, by, at)
