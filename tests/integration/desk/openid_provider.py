"""A small OpenID Connect provider of our own, over real HTTP on loopback: what a test needs of Keycloak and its like.

It keeps to Core 1.0 as a provider does (code once, PKCE checked, client authenticated, RS256, UserInfo), and does wrong
what a test tells it to. Whoever comes to it is `who`, without being asked.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BasicAuth, web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "sambut", "rahasia-klien"


@dataclass
class Provider:
    """`who` are the claims of the person; `spoil` changes an ID token's claims before it is signed."""

    who: dict[str, Any]
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: Any = None
    header: dict[str, str] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    spoil: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    only_userinfo: frozenset[str] = frozenset()
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)
    away: bool = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self.about)
        app.router.add_get("/authorize", self.authorize)
        app.router.add_post("/token", self.token)
        app.router.add_get("/keys", self.keys)
        app.router.add_get("/userinfo", self.userinfo)
        return app

    async def about(self, request: web.Request) -> web.Response:
        own = f"http://{request.host}"
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{own}/authorize",
                "token_endpoint": f"{own}/token",
                "jwks_uri": f"{own}/keys",
                "userinfo_endpoint": f"{own}/userinfo",
            }
        )

    async def authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    async def token(self, request: web.Request) -> web.Response:
        if self.away:
            raise web.HTTPServiceUnavailable
        form = await request.post()
        asked = self.codes.pop(str(form["code"]), None)
        client = BasicAuth.decode(request.headers["Authorization"])
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        right = (
            asked is not None
            and (client.login, client.password) == (CLIENT, SECRET)
            and base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"]
        )
        self.seen.append("token" if right else "refused")
        if asked is None or not right:
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secrets.token_urlsafe()
        self.tokens.add(access)
        return web.json_response({"access_token": access, "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        about = {name: value for name, value in self.who.items() if name not in self.only_userinfo}
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **about}
        return jwt.encode(dict(self.header), self.spoil(claims), self.signs_with or self.key, [self.header["alg"]])

    async def keys(self, request: web.Request) -> web.Response:
        return web.json_response(KeySet([self.key]).as_dict(private=False))

    async def userinfo(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise web.HTTPUnauthorized
        self.seen.append("userinfo")
        return web.json_response(self.who)


@asynccontextmanager
async def provider(who: dict[str, Any]) -> AsyncIterator[Provider]:
    """Running, on a port that is free."""
    running = Provider(who)
    runner = web.AppRunner(running.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    running.issuer = f"http://{host}:{port}"
    try:
        yield running
    finally:
        await runner.cleanup()
