"""Signing in and staying signed in: the rate limits, the session cookie, and whose request this is."""

import hashlib
import math
import secrets
from dataclasses import dataclass

import structlog
from aiohttp import web

from desk.limits import AttemptLimiter
from desk.passwords import Passwords
from desk.problems import Problem
from desk.security import Perimeter
from desk.times import Clock
from storage import Store
from storage.accounts import Account
from storage.sessions import Session

# An office of twenty people shares one address: it may fail more often than one account.
ADDRESS_FACTOR = 8

USERNAME = web.RequestKey("username", str)
"""Who asked, for the log line of the request."""

_TOKEN_BYTES = 32

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who asks, and by which session."""

    account: Account
    session: Session


class SignIn:
    """Sessions live `session_s` seconds. Failures are counted per account and per address on this node."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        perimeter: Perimeter,
        clock: Clock,
        *,
        session_s: float,
        attempts: int,
        window_s: float,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._perimeter = perimeter
        self._clock = clock
        self._session_s = session_s
        self._by_account = AttemptLimiter(attempts, window_s)
        self._by_address = AttemptLimiter(attempts * ADDRESS_FACTOR, window_s)
        # The prefix binds the cookie to https and this very host (RFC 6265bis, section 4.1.3.2).
        self.cookie = "__Host-sambut" if perimeter.secure else "sambut"

    async def sign_in(self, request: web.Request, username: str, password: str) -> tuple[Signed, str]:
        """The new session and its token for the cookie. Raises `Problem`: wrong_credentials, too_many_attempts."""
        name, address = username.strip().lower(), self._perimeter.address(request)
        self._count_attempt(name, address)
        account = await self._store.accounts.get(name)
        kept = await self._store.accounts.password_hash(name)
        stored = kept if account is not None and account.active else None
        if not await self._passwords.verify(stored, password) or account is None:
            _log.info("sign_in_refused", known=account is not None)
            raise Problem("wrong_credentials")
        self._by_account.succeeded(name)
        self._by_address.forgive(address)
        await self._renew_hash(name, stored, password)
        request[USERNAME] = account.username
        return await self._open_session(account)

    async def whose(self, request: web.Request) -> Signed:
        """Whose request this is. Raises `Problem` not_signed_in."""
        token = request.cookies.get(self.cookie, "")
        now = self._clock()
        found = await self._store.sessions.get(token_hash(token), now) if token else None
        if found is None or not found[1].active:
            raise Problem("not_signed_in")
        session, account = found
        request[USERNAME] = account.username
        return Signed(account, session)

    async def check_password(self, request: web.Request, account: Account, password: str) -> None:
        """Ask a signed-in person for the password again. Raises `Problem`: wrong_password, too_many_attempts."""
        self._count_attempt(account.username, self._perimeter.address(request))
        stored = await self._store.accounts.password_hash(account.username)
        if not await self._passwords.verify(stored, password):
            raise Problem("wrong_password")
        self._by_account.succeeded(account.username)

    async def end_other_sessions(self, signed: Signed) -> None:
        """Sign a person out of every browser but this one."""
        await self._store.sessions.close_all(signed.account.username)
        await self._store.sessions.open(signed.session)

    def set_cookie(self, response: web.StreamResponse, token: str) -> None:
        """HttpOnly: no script reads it. Strict: no other site's link or form sends it."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(self._session_s),
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._perimeter.secure,
        )

    def clear_cookie(self, response: web.StreamResponse) -> None:
        """After signing out."""
        response.del_cookie(self.cookie, path="/", httponly=True, samesite="Strict", secure=self._perimeter.secure)

    def _count_attempt(self, name: str, address: str) -> None:
        now = self._clock()
        wait = max(self._by_account.retry_after(name, now), self._by_address.retry_after(address, now))
        if wait > 0:
            seconds = math.ceil(wait)
            raise Problem("too_many_attempts", headers={"Retry-After": str(seconds)}, retry_after_s=seconds)
        self._by_account.attempted(name, now)
        self._by_address.attempted(address, now)

    async def _open_session(self, account: Account) -> tuple[Signed, str]:
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        session = Session(token_hash(token), account.username, now, now + self._session_s)
        await self._store.sessions.sweep(now)
        await self._store.sessions.open(session)
        _log.info("signed_in", username=account.username)
        return Signed(account, session), token

    async def _renew_hash(self, username: str, stored: str | None, password: str) -> None:
        if stored is not None and self._passwords.outdated(stored):
            await self._store.accounts.set_password_hash(username, await self._passwords.hash(password))


def token_hash(token: str) -> str:
    """What the store keeps of a token. The token is 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
