"""An OpenID Connect provider that people may sign in by (authorization code flow with PKCE)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from config.base import Model
from config.sign_in import SignInRole

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class OpenId(Model):
    """Who vouches for people, and what of them is believed. The client's secret is `openid_secret`.

    `roles` maps values of the claim `roles_claim` to roles; the first that fits counts. A claim inside another is
    written with dots (`realm_access.roles`). `accounts: existing` lets in whom the admin has added, by user name at
    first and by the provider's own id (`sub`) from then on; `create` also adds whoever has a role, and follows what the
    provider says of name, role, unit and e-mail. `second_factor: provider` trusts it to have asked for one, `own` asks
    for ours where there is one or the role needs it.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    issuer: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
    """the provider's address, as it calls itself (https)"""
    client_id: Text
    """what we are called there"""
    label: Text = "OpenID Connect"
    """what the button says"""
    scopes: tuple[Text, ...] = ("openid", "profile", "email")
    """what is asked for; `openid` must be among them"""
    username_claim: Text = "preferred_username"
    """the claim with the user name"""
    name_claim: Text = "name"
    """the claim with the person's name"""
    email_claim: Text = "email"
    """the claim with the e-mail address"""
    unit_claim: str = ""
    """the claim with the code of a PIC's office or division, if there is one"""
    roles_claim: Text = "groups"
    """the claim with roles or groups; with dots, one claim inside another"""
    roles: Mapping[str, SignInRole] = Field(default_factory=dict)
    """value of that claim → our role; the first that fits counts"""
    accounts: Literal["existing", "create"] = "existing"
    """existing: whom the admin has added; create: also whoever has one of the roles"""
    second_factor: Literal["provider", "own"] = "own"
    """own: ours is asked for; provider: it is trusted to have asked"""
    ca: Path | None = None
    """a further authority that its certificate may come from (PEM)"""

    @field_validator("issuer")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        host = value.partition("://")[2].partition("/")[0].rpartition("@")[2]
        here = host.partition(":")[0] in ("localhost", "127.0.0.1")
        if not value.startswith("https://") and not here:
            raise ValueError("the issuer must be reached by https://, but on this machine")
        return value

    @field_validator("scopes")
    @classmethod
    def _asks_who(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "openid" not in value:
            raise ValueError("scopes must hold openid: without it no provider says who signs in")
        return value
