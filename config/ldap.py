"""A directory (LDAP, Active Directory) in which people's passwords are checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from config.base import Model
from config.sign_in import SignInRole
from config.trunks import is_this_machine

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Attribute = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]


class Ldap(Model):
    """Where people are looked for, and what of them is believed. The password of `bind_dn` is `ldap_password`.

    A person is found by `filter` below `base`, and is who they say if the directory takes their password (a simple
    bind, RFC 4513). `accounts: existing` lets in whom the admin has added, `create` also adds whoever is in one of the
    groups of `roles` and follows what the directory says of name, role and e-mail. Our second factor is asked for as of
    everybody. A password of our own, where an account has one, goes on to open it.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    url: Annotated[str, StringConstraints(pattern=r"^ldaps?://[^\s/?#@]+$")]
    """ldaps://host, or ldap://host, which is encrypted by StartTLS; in clear only to this machine"""
    base: Text
    """below which entry people are looked for, such as ou=people,dc=kantor,dc=example"""
    filter: Annotated[str, StringConstraints(pattern=r"^\(.*\{username\}.*\)$", max_length=500)] = "(uid={username})"
    """how a person is found; of Active Directory (sAMAccountName={username})"""
    bind_dn: str = ""
    """who looks; empty: nobody in particular (anonymous)"""
    groups_base: str = ""
    """below which entry groups are looked for; empty: a person's own attribute memberOf names them"""
    groups_filter: Annotated[str, StringConstraints(pattern=r"^\(.*\{(dn|username)\}.*\)$", max_length=500)] = (
        "(|(member={dn})(uniqueMember={dn})(memberUid={username}))"
    )
    """how a person's groups are found there"""
    roles: Mapping[str, SignInRole] = Field(default_factory=dict)
    """a group's full name (DN) → our role; the first that fits counts"""
    accounts: Literal["existing", "create"] = "existing"
    """existing: whom the admin has added; create: also whoever is in one of the groups"""
    id_attribute: Attribute = "entryUUID"
    """what never changes of a person; of Active Directory objectGUID"""
    name_attribute: Attribute = "cn"
    """the person's name"""
    email_attribute: Attribute = "mail"
    """the e-mail address"""
    ca: Path | None = None
    """the authority that its certificate must come from (PEM); by itself the system's"""
    within_s: Annotated[float, Field(ge=1, le=30)] = 5
    """how long each of its answers may take"""

    @property
    def is_here(self) -> bool:
        """Whether the directory is on this machine, and may be spoken to in clear."""
        return is_this_machine(urlsplit(self.url).hostname or "")

    @model_validator(mode="after")
    def _create_needs_roles(self) -> Self:
        if self.accounts == "create" and not self.roles:
            raise ValueError("accounts: create needs roles: a group of the directory for each role")
        return self
