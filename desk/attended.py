"""When a session ends by itself, seen from an open page: it must not in the middle of a call, and must without anybody.

What counts as being there: a change (any request but GET), a key or the pointer (the page says `active`, at most once a
minute), and an operator's duty (ready, ringing, talking, wrapping up), for calls come without a click. That a page asks
for lists, or says that it is still open, counts for nothing. A session that has run out ends with the call.
"""

import asyncio

from desk.context import Desk
from desk.ports import Switchboard
from desk.roles import Permission, may
from desk.sign_in import SEEN_EVERY_S, Attendance, Signed
from hotline.presence import SERVING, OperatorState
from storage.accounts import Account
from storage.errors import StoreUnavailable

LOOK_EVERY_S = 60.0
SOONEST_S = 1.0


def attendance_of(switchboard: Switchboard) -> Attendance:
    """By what the switchboard knows of operators."""

    def state(account: Account) -> str:
        if not may(account.role, Permission.TAKE_CALLS):
            return OperatorState.OFFLINE
        return switchboard.presence(account.username)["state"]

    busy = SERVING - {OperatorState.READY}
    return Attendance(lambda account: state(account) in SERVING, lambda account: state(account) in busy)


class Attended:
    """One open page of a session."""

    def __init__(self, desk: Desk, signed: Signed) -> None:
        self._desk = desk
        self._signed = signed
        self._noted_at = desk.clock()

    async def active(self) -> None:
        """The page says that somebody types or points. However often it does, little is written."""
        now = self._desk.clock()
        if now - self._noted_at >= SEEN_EVERY_S:
            self._noted_at = now
            await self._desk.sign_in.active(self._signed)

    async def watch(self) -> None:
        """Returns when the session is over: its sockets have been told then."""
        while True:
            await asyncio.sleep(self._next_look_s())
            try:
                signed = await self._desk.sign_in.signed(self._signed.session.token_hash)
            except StoreUnavailable:
                continue
            if signed is None:
                return
            self._signed = signed
            await self._desk.sign_in.on_duty(signed)

    def _next_look_s(self) -> float:
        left_s = self._signed.session.expires_at - self._desk.clock()
        return max(SOONEST_S, min(LOOK_EVERY_S, left_s)) if left_s > 0 else LOOK_EVERY_S / 6
