"""What every handler works with: the one `Desk` of the application, and the `Ask` of one request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from config import Installation
from desk.desks import Desks
from desk.directory_people import DirectoryPeople
from desk.hub import Hub
from desk.matrix import CategoryMatrix
from desk.openid_people import OpenIdDesk
from desk.paperwork import Paperwork
from desk.passwords import Passwords
from desk.ports import Switchboard
from desk.problems import Problem
from desk.roles import Permission, may
from desk.second_factors import SecondFactors
from desk.security import Perimeter
from desk.serialise import Serialiser
from desk.sign_in import Signed, SignIn
from desk.suggestions.service import Suggestions
from desk.times import Clock
from hotline.phone_address import PhoneAddresses
from hotline.procedure import Procedure
from storage import Store
from storage.accounts import Account

Body = TypeVar("Body", bound=BaseModel)
Query = TypeVar("Query", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the handlers share. Built once in `desk.app.build`."""

    store: Store
    installation: Installation
    hub: Hub
    switchboard: Switchboard
    desks: Desks
    passwords: Passwords
    sign_in: SignIn
    factors: SecondFactors
    openid: OpenIdDesk | None
    directory: DirectoryPeople | None
    perimeter: Perimeter
    procedure: Procedure
    matrix: CategoryMatrix
    suggestions: Suggestions
    paperwork: Paperwork
    phone_addresses: PhoneAddresses
    json: Serialiser
    registry: CollectorRegistry
    clock: Clock
    zone: ZoneInfo
    demo: bool


DESK = web.AppKey("desk", Desk)


@dataclass(frozen=True, slots=True)
class Ask(Generic[Body, Query]):
    """One request, checked: `body` and `query` have been validated, the person may do it."""

    request: web.Request
    desk: Desk
    signed: Signed | None
    body: Body
    query: Query
    finishing: list[Callable[[web.StreamResponse], None]] = field(default_factory=list)
    """What is still to be done to the answer, such as setting a cookie."""

    @property
    def session(self) -> Signed:
        """The session of whoever asks. Raises `Problem` not_signed_in, on public routes only."""
        if self.signed is None:
            raise Problem("not_signed_in")
        return self.signed

    @property
    def me(self) -> Account:
        """Who asks."""
        return self.session.account

    def path(self, name: str) -> str:
        """A part of the address, such as a ticket's number."""
        return self.request.match_info[name]

    def may(self, permission: Permission) -> bool:
        """Whether whoever asks has this permission besides the route's own."""
        return may(self.me.role, permission)


Answer = Mapping[str, Any] | web.StreamResponse
Handler = Callable[[Ask[Any, Any]], Awaitable[Answer]]


class Nothing(BaseModel, extra="forbid"):
    """No body, or no query: anything sent is refused by name."""
