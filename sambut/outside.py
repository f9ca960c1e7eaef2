"""Calls to outside numbers: by rule, by the right trunk, with our own number (`hotline.dialling`)."""

from collections.abc import Callable
from datetime import datetime

from config import Hours, Installation
from hotline.dialling import DialPlan, Route, Standing
from ivr.hours import opening, opens_at
from sambut.clock import Clock
from sip.events import LegId
from sip.ports import Agent


class Outside:
    """Dials. `role_of` tells what role an account has; `host` is our own address, for what called people see."""

    def __init__(
        self,
        agent: Agent,
        installation: Installation,
        role_of: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._hours = installation.hours
        self._ring_s = installation.dialling.ring_s
        self._plan = DialPlan(installation.dialling, installation.settings.trunks)
        self._role_of = role_of
        self._clock = clock
        self._trunks = {trunk.name: trunk for trunk in installation.settings.trunks}

    def use(self, hours: Hours) -> None:
        """Other working hours from now on."""
        self._hours = hours

    @property
    def ring_s(self) -> float:
        """How long an outside phone rings before it counts as not answered."""
        return self._ring_s

    def route(self, number: str, username: str) -> Route:
        """The way to a number as typed. Raises `hotline.dialling.NumberRefusedError`."""
        return self._plan.route(number, self._role_of(username), open_now=self._open_now())

    def standing(self, username: str) -> Standing:
        """What this person may dial just now."""
        return self._plan.standing(self._role_of(username), open_now=self._open_now())

    def dial(self, number: str, username: str, *, wide: bool) -> LegId:
        """Place the call; `wide` as in `sip.ports.Agent.call`. Raises `NumberRefusedError`."""
        route = self.route(number, username)
        trunk = self._trunks[route.trunk]
        host = trunk.outbound_host
        suffix = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
        own = f"sip:{route.caller_id}@{host}" if route.caller_id else ""
        headers = {"P-Asserted-Identity": f"<{own}>"} if own else {}  # RFC 3325: what providers look at
        # A registrar knows its own account in From, and may refuse another.
        identity = "" if trunk.registration is not None else own
        user_phone = ";user=phone" if trunk.outbound is not None and trunk.outbound.user_phone else ""
        uri = f"sip:{route.dialled}@{host}{user_phone}{suffix}"
        strict = trunk.rtp == "strict"
        return self._agent.call(uri, headers, trunk=trunk.name, identity=identity, wide=wide, strict_rtp=strict)

    def _open_now(self) -> bool:
        at = datetime.fromtimestamp(self._clock(), self._hours.zone)
        return opening(self._hours, at).open

    def opens_at(self, at: float) -> float | None:
        """The moment itself in working hours, else when they begin next; None if they never do."""
        return opens_at(self._hours, at)
