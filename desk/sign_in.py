"""Signing in and staying signed in: limits, cookies, how long a session lasts, and whose request this is."""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiohttp import web

from config import Settings
from desk.attempts import Attempt, Attempts
from desk.directory import DirectoryAway
from desk.directory_people import DirectoryPeople
from desk.hub import Hub
from desk.passwords import Passwords
from desk.pending import PROBLEMS, Pending, pending_of
from desk.problems import Problem
from desk.security import CHANGES, Perimeter
from desk.times import Clock
from storage import Store
from storage.accounts import Account, Role
from storage.errors import StoreUnavailable
from storage.sessions import Session

SESSIONS_AT_MOST = 10
"""Browsers in which one person can be signed in: with one more the oldest ends.

Sign-ins that wait for something else than the password have as many of their own: whoever knows a password alone ends
nobody's session with it.
"""
DEVICE_S = 180 * 86_400.0
"""A browser is known for so long after the last sign-in there."""
UNFINISHED_S = 15 * 60.0
"""Who has given a password, and not what else is asked for, is out after this."""
PROVED_S = 10 * 60.0
"""Who changes what they sign in with has proved who they are within so long, or proves it again (ASVS 5.0, 7.5.1)."""
SEEN_EVERY_S = 60.0
"""How exactly it is known when somebody was last active: not every request writes."""
LONGEST_CALL_S = 4 * 3600.0
"""A session that has run out ends with the call, and after so long in any case (as `sambut.housekeeping`)."""

USERNAME = web.RequestKey("username", str)
"""Who asked, for the log line of the request."""

_TOKEN_BYTES = 32
_LONGEST_BROWSER = 300  # characters of User-Agent

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who asks, and by which session."""

    account: Account
    session: Session


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that has just begun: its token, and that of the device, for their cookies ("" for none)."""

    signed: Signed
    token: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether an operator is on duty (their session does not end for idleness), and busy with a call (nor at all)."""

    on_duty: Callable[[Account], bool]
    in_call: Callable[[Account], bool]


class SignIn:
    """Sessions last as the settings say for each role. Failures are counted on this node."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        perimeter: Perimeter,
        clock: Clock,
        settings: Settings,
        hub: Hub,
        attendance: Attendance,
        directory: DirectoryPeople | None = None,
        account_changed: Callable[[Account], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._perimeter = perimeter
        self._clock = clock
        self._hub = hub
        self._attendance = attendance
        self._directory = directory
        self._account_changed = account_changed
        self._rules = {role: settings.role(role.value) for role in Role}
        self._attempts = Attempts(settings.login_attempts, settings.login_window_s)
        self._proofs = Attempts(settings.login_attempts, settings.login_window_s, daily=True)
        # The prefix binds the cookie to https and this very host (RFC 6265bis, section 4.1.3.2).
        self.cookie = "__Host-sambut" if perimeter.secure else "sambut"
        self._device_cookie = f"{self.cookie}-device"

    # -- getting in ------------------------------------------------------------------------------------------------

    async def sign_in(self, request: web.Request, username: str, password: str) -> Entered:
        """The new session. Raises `Problem`: wrong_credentials, too_many_attempts, directory_away.

        A password of our own opens an account in any case; another one is asked about in the directory.
        """
        name = username.strip().lower()
        attempt = await self._attempt(request, name)
        self._attempts.count(attempt, self._clock())
        account = await self._store.accounts.get(name)
        kept = await self._store.accounts.password_hash(name)
        stored = kept if account is not None and account.active else None
        if await self._passwords.verify(stored, password) and account is not None:
            await self._renew_hash(name, stored, password)
            return await self._entered(request, attempt, account, vouched=False)
        vouched = await self._vouched(name, password)
        if vouched is None:
            self._refused(attempt.address, _reason(account), account)
            raise Problem("wrong_credentials")
        return await self._entered(request, attempt, vouched, vouched=True)

    async def _entered(self, request: web.Request, attempt: Attempt, account: Account, *, vouched: bool) -> Entered:
        """The password was right. The try counts until a second factor has come, where there is one."""
        entered = await self.enter(request, account, vouched=vouched)
        if self.pending(entered.signed) is not Pending.SECOND_FACTOR:
            self._attempts.succeeded(attempt)
        return entered

    async def _vouched(self, username: str, password: str) -> Account | None:
        """The account of whom the directory takes this password. Raises `Problem` directory_away."""
        if self._directory is None:
            return None
        try:
            found = await self._directory.account(username, password, self._clock())
        except DirectoryAway as error:
            _log.warning("directory_away", reason=str(error))
            raise Problem("directory_away") from error
        if found is None:
            return None
        account, changed = found
        if changed:
            await self.end_all(account.username, "account changed")
            self._account_changed(account)
        return account

    async def enter(
        self, request: web.Request, account: Account, factor: str = "", *, vouched: bool = False
    ) -> Entered:
        """A new session for somebody who has proved who they are; `factor` is what they did it with besides.

        `vouched`: another system says so, no password of ours.
        """
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        session = Session(
            token_hash(token),
            account.username,
            now,
            now + (self._rules[account.role].session_hours or 0) * 3600,
            seen_at=now,
            proved_at=now,
            factor=factor,
            address=self._perimeter.address(request),
            browser=_printable(request.headers.get("User-Agent", "")),
            vouched=vouched,
        )
        request[USERNAME] = account.username
        signed = Signed(account, session)
        waits_for = self.pending(signed)
        await self._open(signed)
        _log.info("signed_in", username=account.username, address=session.address, factor=factor, pending=waits_for)
        return Entered(signed, token, "" if waits_for is Pending.SECOND_FACTOR else await self._know(request, account))

    def count(self, attempt: Attempt) -> None:
        """Counts a try to sign in otherwise than by password. Raises `Problem` too_many_attempts."""
        self._attempts.count(attempt, self._clock())

    def right(self, attempt: Attempt) -> None:
        """What was counted was no guess."""
        self._attempts.succeeded(attempt)

    async def second_factor(self, request: web.Request, signed: Signed, factor: str) -> Entered:
        """The second factor was right: the session goes on under a new token (ASVS 5.0, 7.2.4)."""
        entered = await self.enter(request, signed.account, factor, vouched=signed.session.vouched)
        self._attempts.succeeded(await self._attempt(request, signed.account.username))
        await self._store.sessions.close(signed.session.token_hash)
        return entered

    def forget_tries(self, username: str) -> None:
        """The person has another password, or other factors: what was tried with those of before counts no more."""
        self._attempts.forget(username)
        self._proofs.forget(username)

    async def try_factor(self, request: web.Request, signed: Signed) -> Attempt:
        """Counts a try at a second factor. Raises `Problem` too_many_attempts."""
        attempt = await self._attempt(request, signed.account.username)
        self._proofs.count(attempt, self._clock())
        return attempt

    def factor_right(self, attempt: Attempt) -> None:
        self._proofs.succeeded(attempt)

    def factor_wrong(self, attempt: Attempt, account: Account) -> None:
        """Raises `Problem` wrong_code, always."""
        self._refused(attempt.address, "wrong_second_factor", account)
        raise Problem("wrong_code")

    # -- staying in ------------------------------------------------------------------------------------------------

    async def whose(self, request: web.Request, during: frozenset[Pending] = frozenset()) -> Signed:
        """Whose request this is. Raises `Problem`: not_signed_in, and what is still asked for, but for `during`."""
        token = request.cookies.get(self.cookie, "")
        signed = await self.signed(token_hash(token)) if token else None
        if signed is None:
            raise Problem("not_signed_in")
        request[USERNAME] = signed.account.username
        waits_for = self.pending(signed)
        if waits_for is not None and waits_for not in during:
            raise Problem(PROBLEMS[waits_for])
        if request.method in CHANGES:
            await self.active(signed)
        return signed

    async def signed(self, hashed: str) -> Signed | None:
        """The session with this token's hash, unless it is over, which is then seen to."""
        now = self._clock()
        found = await self._store.sessions.get(hashed, now - LONGEST_CALL_S)
        if found is None or not found[1].active:
            return None
        signed = Signed(found[1], found[0])
        if self._over(signed, now):
            await self.end(signed.session, "session over")
            return None
        return signed

    async def active(self, signed: Signed) -> None:
        """Somebody works in this session. While the database is away that is not known, and no harm done."""
        now = self._clock()
        if now - signed.session.seen_at >= SEEN_EVERY_S:
            with suppress(StoreUnavailable):
                await self._store.sessions.change(signed.session.token_hash, seen_at=now)

    async def on_duty(self, signed: Signed) -> None:
        """The session's page is open: who is on duty is active by that alone, for calls come without a click."""
        if self._attendance.on_duty(signed.account):
            await self.active(signed)

    def pending(self, signed: Signed) -> Pending | None:
        """What is still asked of this person before they may do anything."""
        return pending_of(signed.account, signed.session, asked=self.must_have_factor(signed.account))

    def must_have_factor(self, account: Account) -> bool:
        """Whether the settings ask people of this role for a second factor."""
        return bool(self._rules[account.role].second_factor)

    def idle_s(self, account: Account) -> float:
        return (self._rules[account.role].idle_minutes or 0) * 60

    async def end(self, session: Session, reason: str) -> None:
        """Ends one session, and what its pages are connected by."""
        await self._store.sessions.close(session.token_hash)
        self._hub.disconnect(session.username, reason, only=session.token_hash)

    async def end_all(self, username: str, reason: str, *, but: str = "") -> None:
        """Signs a person out of every browser, but of the one with this token's hash."""
        await self._store.sessions.close_all(username, but=but)
        self._hub.disconnect(username, reason, but=but or None)

    # -- proving it again ------------------------------------------------------------------------------------------

    async def check_password(
        self, request: web.Request, account: Account, password: str, *, or_directory: bool = False
    ) -> None:
        """Ask a signed-in person for the password again; with `or_directory` the one that lies there will do, too.

        Raises `Problem`: wrong_password, too_many_attempts, directory_away.
        """
        attempt = await self._attempt(request, account.username)
        self._proofs.count(attempt, self._clock())
        stored = await self._store.accounts.password_hash(account.username)
        right = await self._passwords.verify(stored, password)
        if not right and or_directory:
            vouched = await self._vouched(account.username, password)
            right = vouched is not None and vouched.username == account.username
        if not right:
            self._refused(attempt.address, "wrong_password_again", account)
            raise Problem("wrong_password")
        self._proofs.succeeded(attempt)

    async def proved(self, signed: Signed) -> None:
        """They have just given the password again."""
        await self._store.sessions.change(signed.session.token_hash, proved_at=self._clock())

    def want_proof(self, signed: Signed) -> None:
        """Raises `Problem` proof_needed when the last proof is too long ago."""
        if self._clock() - signed.session.proved_at > PROVED_S:
            raise Problem("proof_needed")

    # -- cookies ---------------------------------------------------------------------------------------------------

    def welcome(self, response: web.StreamResponse, entered: Entered) -> None:
        """The cookies of a session that begins."""
        session = entered.signed.session
        self._set(response, self.cookie, entered.token, session.expires_at - session.created_at)
        if entered.device:
            self._set(response, self._device_cookie, entered.device, DEVICE_S, samesite="Lax")

    def clear_cookie(self, response: web.StreamResponse) -> None:
        """After signing out. The device stays known."""
        response.del_cookie(self.cookie, path="/", httponly=True, samesite="Strict", secure=self._perimeter.secure)

    def _set(
        self, response: web.StreamResponse, name: str, value: str, age_s: float, *, samesite: str = "Strict"
    ) -> None:
        """HttpOnly: no script reads it. Strict: no other site's link or form sends it.

        Lax, for what lets nobody in: the way back from the OpenID Connect provider brings it.
        """
        secure = self._perimeter.secure
        response.set_cookie(name, value, max_age=int(age_s), path="/", httponly=True, samesite=samesite, secure=secure)

    # --------------------------------------------------------------------------------------------------------------

    async def _open(self, signed: Signed) -> None:
        """Keeps the session; with too many of its kind, finished or not, the oldest of these end."""
        account, finished = signed.account, self.pending(signed) is None
        await self._store.sessions.sweep(self._clock() - LONGEST_CALL_S)

        def alike(other: Session) -> bool:
            return (self.pending(Signed(account, other)) is None) == finished

        for ended in await self._store.sessions.open(signed.session, SESSIONS_AT_MOST, alike):
            self._hub.disconnect(account.username, "signed in elsewhere", only=ended)

    def _over(self, signed: Signed, now: float) -> bool:
        session, account = signed.session, signed.account
        if self.pending(signed) is not None and now - session.created_at > UNFINISHED_S:
            return True
        if now >= session.expires_at:
            return not self._attendance.in_call(account)
        return now - session.seen_at >= self.idle_s(account) and not self._attendance.on_duty(account)

    async def _attempt(self, request: web.Request, name: str) -> Attempt:
        token, address = request.cookies.get(self._device_cookie, ""), self._perimeter.address(request)
        hashed, since = token_hash(token), self._clock() - DEVICE_S
        known = bool(token) and await self._store.devices.knows(hashed, name, since)
        return Attempt(name, address, hashed if known else "")

    def _refused(self, address: str, reason: str, account: Account | None) -> None:
        """Why, beside the middleware's line. Of an unknown account no name: people type passwords there."""
        who = {} if account is None else {"username": account.username}
        _log.info("sign_in_failed", source=address, reason=reason, **who)

    async def _know(self, request: web.Request, account: Account) -> str:
        """Notes the device. It keeps the token that it has: other people at this browser are known by it, too."""
        token = request.cookies.get(self._device_cookie, "")
        if not token or not await self._store.devices.known(token_hash(token)):  # nobody gives us a token of theirs
            token = secrets.token_urlsafe(_TOKEN_BYTES)
        await self._store.devices.seen(token_hash(token), account.username, self._clock())
        return token

    async def _renew_hash(self, username: str, stored: str | None, password: str) -> None:
        if stored is not None and self._passwords.outdated(stored):
            await self._store.accounts.set_password_hash(username, await self._passwords.hash(password))


def _reason(account: Account | None) -> str:
    if account is None:
        return "unknown_account"
    return "wrong_password" if account.active else "closed_account"


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST_BROWSER]


def token_hash(token: str) -> str:
    """What the store keeps of a token. The token is 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
