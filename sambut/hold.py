"""Hold (tunggu): the caller hears the queue's music until the operator resumes; both stay in the call."""

from collections.abc import Callable

from config import Installation
from hotline.facts import EventName, Fact
from sambut.calls import Call
from sambut.clock import Clock
from sambut.facts import FactLog
from sambut.sound import Sound
from sip.agent import SipAgent


class Hold:
    """Holds and resumes bridged calls. Holding one that is held, and the like, changes nothing."""

    def __init__(
        self,
        *,
        installation: Installation,
        agent: SipAgent,
        sound: Sound,
        facts: FactLog,
        clock: Clock,
        changed: Callable[[Call], None],
    ) -> None:
        self._installation = installation
        self._agent = agent
        self._sound = sound
        self._facts = facts
        self._clock = clock
        self._changed = changed

    def hold(self, call: Call) -> None:
        """The operator asks somebody else, or looks something up: the caller hears music meanwhile."""
        if call.held or call.operator_leg is None or call.queue is None:
            return
        call.held = True
        self._agent.mixer.unbridge(call.leg, call.operator_leg)
        self._sound.music(call, self._installation.queue(call.queue).music)
        self._log(call, EventName.HOLD)

    def resume(self, call: Call) -> None:
        """Both hear each other again."""
        if not call.held or call.operator_leg is None:
            return
        call.held = False
        self._sound.stop(call)
        self._agent.mixer.bridge(call.leg, call.operator_leg)
        self._log(call, EventName.UNHOLD)

    def _log(self, call: Call, name: EventName) -> None:
        self._facts.log(Fact(name, self._clock(), call.id, call.queue, call.operator))
        self._changed(call)
