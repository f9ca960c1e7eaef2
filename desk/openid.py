"""The OpenID Connect client: authorization code flow with PKCE, state and nonce; ID tokens checked against the JWKS.

OpenID Connect Core 1.0, section 3.1; Discovery 1.0; RFC 7636; RFC 9700. The provider's words count only as far as its
keys sign them. HTTP and OAuth are authlib's, signatures joserfc's.
"""

import secrets
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from config.openid import OpenId
from desk.times import Clock

KNOWN_S = 3600.0
"""What the provider says of itself is asked again after so long."""
KEYS_AGAIN_S = 60.0
"""An unknown key may be a new one: then its keys are asked again, but not at a stranger's pace."""
LEEWAY_S = 60
TIMEOUT_S = 10.0
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Only those with a public key: neither `none` nor the client's own secret signs (RFC 8725, 3.1)."""


class ProviderAway(Exception):
    """The provider does not answer, or not as one does."""


class ProviderRefused(Exception):
    """It does not vouch for this person: the code, the token or a signature is not right."""


@dataclass(frozen=True, slots=True)
class Begun:
    """One sign-in on its way: kept in the browser that it began in, and compared when it comes back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Begun":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


class OpenIdClient:
    """One provider. Time comes from `clock`, in Unix seconds."""

    def __init__(self, openid: OpenId, secret: str, clock: Clock) -> None:
        self._openid = openid
        self._secret = secret
        self._clock = clock
        self._tls = ssl.create_default_context()
        if openid.ca is not None:
            self._tls.load_verify_locations(openid.ca)
        self._provider: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def address(self, begun: Begun, back: str) -> str:
        """Where the browser is sent; `back` is where it comes back to. Raises `ProviderAway`."""
        async with self._session() as session:
            provider = await self._about(session)
            url, _ = session.create_authorization_url(
                provider["authorization_endpoint"],
                state=begun.state,
                code_verifier=begun.verifier,
                nonce=begun.nonce,
                redirect_uri=back,
            )
            return str(url)

    async def claims(self, begun: Begun, code: str, back: str) -> Mapping[str, Any]:
        """What the provider says of the person. Raises `ProviderAway`, `ProviderRefused`."""
        async with self._session() as session:
            provider = await self._about(session)
            try:
                token = await session.fetch_token(
                    provider["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=begun.verifier,
                    redirect_uri=back,
                )
            except AuthlibBaseError as error:
                raise ProviderRefused(f"no token: {error.error}") from error
            claims = await self._checked(session, str(token.get("id_token", "")), begun.nonce)
            return {**await self._more(session, provider, claims), **claims}

    # --------------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncOAuth2Client]:
        try:
            async with AsyncOAuth2Client(
                self._openid.client_id,
                self._secret or None,
                token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
                scope=" ".join(self._openid.scopes),
                code_challenge_method="S256",
                verify=self._tls,
                timeout=TIMEOUT_S,
                trust_env=False,
            ) as session:
                yield session
        except (httpx2.HTTPError, ValueError, KeyError) as error:
            raise ProviderAway(type(error).__name__) from error

    async def _about(self, session: AsyncOAuth2Client) -> Mapping[str, Any]:
        now = self._clock()
        if self._provider is None or now - self._provider[0] > KNOWN_S:
            address = self._openid.issuer.rstrip("/") + "/.well-known/openid-configuration"
            about = await _json(session, address)
            if about["issuer"] != self._openid.issuer:
                raise ProviderAway("it calls itself otherwise than the settings do")
            self._provider = now, about
        return self._provider[1]

    async def _checked(self, session: AsyncOAuth2Client, token: str, nonce: str) -> Mapping[str, Any]:
        client = self._openid.client_id
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._openid.issuer},
            aud={"essential": True, "value": client},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            claims = (await self._decoded(session, token)).claims
            rules.validate(claims)
        except JoseError as error:
            raise ProviderRefused(f"the ID token is not right: {error.error}") from error
        if claims.get("azp", client) != client:
            raise ProviderRefused("the ID token is for another client")
        return claims

    async def _decoded(self, session: AsyncOAuth2Client, token: str) -> jwt.Token:
        """With the keys that are known, and once more with those of now, if it was signed with another."""
        for again in (False, True):
            keys = await self._key_set(session, again=again)
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (InvalidKeyIdError, ValueError) as error:
                if again:
                    raise ProviderRefused("the ID token is signed with an unknown key, or none") from error
        raise AssertionError("unreachable")

    async def _key_set(self, session: AsyncOAuth2Client, *, again: bool) -> KeySet:
        now, keep_s = self._clock(), KEYS_AGAIN_S if again else KNOWN_S
        if self._keys is None or now - self._keys[0] > keep_s:
            provider = await self._about(session)
            self._keys = (
                now,
                KeySet.import_key_set(cast("KeySetSerialization", await _json(session, provider["jwks_uri"]))),
            )
        return self._keys[1]

    async def _more(
        self, session: AsyncOAuth2Client, provider: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Claims that stand only at the UserInfo endpoint; of the same person, or they count for nothing."""
        wanted = {self._openid.username_claim, self._openid.roles_claim.partition(".")[0]}
        if wanted <= claims.keys() or "userinfo_endpoint" not in provider:
            return {}
        more = await _json(session, provider["userinfo_endpoint"], signed=True)
        if more.get("sub") != claims["sub"]:
            raise ProviderRefused("UserInfo is about somebody else")
        return more


async def _json(session: AsyncOAuth2Client, address: str, *, signed: bool = False) -> Mapping[str, Any]:
    answer = await session.request("GET", address, withhold_token=not signed)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ProviderAway(f"what it says at {address} is no JSON object")
    return found
