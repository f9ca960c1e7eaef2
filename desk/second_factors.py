"""Second factors: authenticator apps (RFC 6238), passkeys (W3C Web Authentication), recovery codes."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import pyotp
import webauthn
from aiohttp import web
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from desk.problems import Problem
from desk.security import Perimeter
from desk.sign_in import Signed
from desk.times import Clock
from storage import Store
from storage.accounts import Account
from storage.errors import AlreadyExists
from storage.factors import Passkey

SERVICE = "Sambut"
STEP_S = 30
STEPS_BESIDE = 1
"""Steps before and after the present one whose codes are taken: a phone's clock may be half a minute off."""
RECOVERY_CODES = 10
CHALLENGE_S = 300.0
_RECOVERY_BYTES = 15  # 120 bits: from 112 on a plain hash is enough (ASVS 5.0.0, 6.5.2)
_MAKE, _SIGN = "make", "sign"
"""What a passkey is asked for: to be made takes a proof of who asks, to sign takes none."""
_VERIFIED = UserVerificationRequirement.PREFERRED  # the password has been given already


@dataclass(frozen=True, slots=True)
class Offer:
    """What an authenticator app is to take up: the secret (base32) and the same as an address for a QR code."""

    secret: str
    uri: str


class SecondFactors:
    """Proves and keeps second factors. Raises `StoreUnavailable`, and `sealing.SealError` when a key is lost."""

    def __init__(self, store: Store, clock: Clock, perimeter: Perimeter) -> None:
        self._store = store
        self._factors = store.factors
        self._clock = clock
        self._perimeter = perimeter

    # -- authenticator apps ----------------------------------------------------------------------------------------

    async def offer_totp(self, request: web.Request, account: Account) -> Offer:
        """A new secret; it counts as soon as its first code has been given."""
        secret = pyotp.random_base32()
        sealed = self._store.keyring.seal(secret.encode(), _place(account.username))
        await self._factors.offer_totp(account.username, sealed)
        issuer = f"{SERVICE} {urlsplit(self._perimeter.base(request)).hostname}"
        return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=issuer))

    async def take_offer(self, username: str, code: str) -> bool:
        """Whether this is the code of the app that has taken up what was offered last; from now on it counts."""
        totp = await self._factors.totp(username)
        if totp is None or totp.offered is None or (step := self._step(username, totp.offered, code)) is None:
            return False
        return await self._factors.take_offer(totp.offered, username, step, self._clock())

    async def give_code(self, username: str, code: str) -> bool:
        """Whether this is the app's code now. Each counts once, so that whoever looks on cannot use it again."""
        totp = await self._factors.totp(username)
        if totp is None or totp.secret is None or (step := self._step(username, totp.secret, code)) is None:
            return False
        return await self._factors.use_step(username, step)

    # -- recovery codes --------------------------------------------------------------------------------------------

    async def new_recovery_codes(self, username: str) -> list[str]:
        """To be written down: each lets the person in once."""
        raw = [base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
        await self._factors.set_recovery(username, [_recovery_hash(code) for code in raw])
        return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in raw]

    async def first_recovery_codes(self, username: str) -> list[str]:
        """The same for somebody who has none yet, else nothing."""
        return [] if await self._factors.recovery_left(username) else await self.new_recovery_codes(username)

    async def give_recovery(self, username: str, code: str) -> bool:
        """Whether this is a code of theirs; then it was the last time."""
        return await self._factors.use_recovery(username, _recovery_hash(code))

    # -- passkeys --------------------------------------------------------------------------------------------------

    async def ask_new_passkey(self, request: web.Request, signed: Signed) -> Mapping[str, Any]:
        """What the browser is to make a passkey from (PublicKeyCredentialCreationOptions, as JSON)."""
        account = signed.account
        options = webauthn.generate_registration_options(
            rp_id=self._own_name(request),
            rp_name=SERVICE,
            user_name=account.username,
            user_display_name=account.name,
            user_id=hashlib.sha256(f"{SERVICE} {account.username}".encode()).digest(),
            exclude_credentials=_described(await self._factors.passkeys(account.username)),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=_VERIFIED
            ),
        )
        await self._challenge(signed, _MAKE, options.challenge)
        return _as_json(webauthn.options_to_json(options))

    async def keep_passkey(self, request: web.Request, signed: Signed, name: str, answer: Mapping[str, Any]) -> None:
        """Keeps what the browser made. Raises `Problem` wrong_code."""
        try:
            made = webauthn.verify_registration_response(
                credential=dict(answer),
                expected_challenge=await self._challenged(signed, _MAKE),
                expected_rp_id=self._own_name(request),
                expected_origin=self._perimeter.base(request),
            )
            await self._factors.add_passkey(
                Passkey(
                    bytes_to_base64url(made.credential_id),
                    signed.account.username,
                    name,
                    bytes_to_base64url(made.credential_public_key),
                    made.sign_count,
                    self._clock(),
                )
            )
        except (WebAuthnException, AlreadyExists, ValueError, TypeError, KeyError) as error:
            raise Problem("wrong_code") from error

    async def ask_passkey(self, request: web.Request, signed: Signed) -> Mapping[str, Any]:
        """What one of the person's passkeys is to sign (PublicKeyCredentialRequestOptions, as JSON)."""
        options = webauthn.generate_authentication_options(
            rp_id=self._own_name(request),
            allow_credentials=_described(await self._factors.passkeys(signed.account.username)),
            user_verification=_VERIFIED,
        )
        await self._challenge(signed, _SIGN, options.challenge)
        return _as_json(webauthn.options_to_json(options))

    async def give_passkey(self, request: web.Request, signed: Signed, answer: Mapping[str, Any]) -> bool:
        """Whether one of the person's passkeys has signed what was asked, and is no copy (its count rises)."""
        keys = {key.id: key for key in await self._factors.passkeys(signed.account.username)}
        key = keys.get(str(answer.get("id")))
        challenge = await self._challenged(signed, _SIGN)
        if key is None:
            return False
        try:
            proved = webauthn.verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=self._own_name(request),
                expected_origin=self._perimeter.base(request),
                credential_public_key=base64url_to_bytes(key.public_key),
                credential_current_sign_count=key.sign_count,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            return False
        await self._factors.used_passkey(key.id, proved.new_sign_count, self._clock())
        return True

    # --------------------------------------------------------------------------------------------------------------

    def _step(self, username: str, sealed: str, code: str) -> int | None:
        """The step of time whose code this is, if it is one of those that are taken; all are compared alike."""
        totp = pyotp.TOTP(self._store.keyring.unseal(sealed, _place(username)).decode(), interval=STEP_S)
        now = int(self._clock() // STEP_S)
        steps = range(now - STEPS_BESIDE, now + STEPS_BESIDE + 1)
        fitting = [step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)]
        return fitting[-1] if fitting else None

    def _own_name(self, request: web.Request) -> str:
        """The name that passkeys are bound to. Raises `Problem` no_passkey_here: they are bound to no IP address."""
        name = urlsplit(self._perimeter.base(request)).hostname or ""
        if _is_address(name):
            raise Problem("no_passkey_here")
        return name

    async def _challenge(self, signed: Signed, purpose: str, challenge: bytes) -> None:
        text = f"{purpose}:{self._clock():.0f}:{bytes_to_base64url(challenge)}"
        await self._store.sessions.challenge(signed.session.token_hash, text)

    async def _challenged(self, signed: Signed, purpose: str) -> bytes:
        """What was asked last, once. Raises `Problem` wrong_code when nothing was, for another purpose, or long ago."""
        asked = (await self._store.sessions.take_challenge(signed.session.token_hash) or "").split(":")
        if len(asked) != 3 or asked[0] != purpose or self._clock() - float(asked[1]) > CHALLENGE_S:
            raise Problem("wrong_code")
        return base64url_to_bytes(asked[2])


def _place(username: str) -> str:
    return f"totp:{username}"


def _recovery_hash(code: str) -> str:
    return hashlib.sha256("".join(filter(str.isalnum, code.lower())).encode()).hexdigest()


def _described(keys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.id)) for key in keys]


def _as_json(text: str) -> Mapping[str, Any]:
    options: Mapping[str, Any] = json.loads(text)
    return options


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
