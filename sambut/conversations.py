"""A conversation's turns become sound: who is bridged with whom, and who hears music (`hotline.conversation`)."""

from collections.abc import Callable
from itertools import combinations

import structlog

from config import Installation
from hotline.conversation import MUSIC, PAIRS, Doing, Pair, Party, Turn, after, buttons, caller_on_hold
from hotline.facts import EventName, Fact
from sambut.calls import NO_LEG, Call
from sambut.clock import Clock
from sambut.facts import FactLog
from sambut.sound import Sound
from sip.events import LegId
from sip.ports import Agent

log = structlog.get_logger(__name__)


class Conversations:
    """Wires calls that an operator has. Where a leg has ended meanwhile, the others are wired all the same."""

    def __init__(
        self,
        *,
        installation: Installation,
        agent: Agent,
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

    def begin(self, call: Call) -> None:
        """The operator has the caller."""
        call.turn = Turn.TALKING
        self.wire(call)

    def do(self, call: Call, doing: Doing) -> Turn | None:
        """Carry out a move; None: the operator's part is over, and who does that wires anew.

        Raises `hotline.conversation.NotAllowedNowError`, and then nothing has changed.
        """
        if call.turn is None:
            return None
        before, following = call.turn, after(call.turn, doing)
        if following is None:
            return None
        log.info("conversation", call=call.id, before=before.value, doing=doing.value, after=following.value)
        call.turn = following
        self.wire(call)
        self._log_hold(call, caller_on_hold(before), caller_on_hold(following))
        self._changed(call)
        return following

    def check(self, call: Call, doing: Doing) -> None:
        """Raises `hotline.conversation.NotAllowedNowError` for a move that is not possible now."""
        if call.turn is not None:
            after(call.turn, doing)

    def wire(self, call: Call) -> None:
        """Make the bridge agree with the turn, from whatever it was."""
        if call.turn is None:
            return
        wanted = PAIRS[call.turn]
        for pair in map(frozenset, combinations(Party, 2)):
            if pair not in wanted:
                self._part(call, pair)
        self._music(call, MUSIC[call.turn])
        for pair in wanted:
            self._join(call, pair)
        self._agent.mixer.mute(self.leg(call, Party.OPERATOR), call.muted)

    def part(self, call: Call) -> None:
        """Nobody hears anybody any more; the operator's part is over."""
        for pair in map(frozenset, combinations(Party, 2)):
            self._part(call, pair)
        self._agent.mixer.mute(self.leg(call, Party.OPERATOR), False)
        call.turn, call.muted = None, False

    def mute(self, call: Call, muted: bool) -> None:
        """The operator is not heard, or is again."""
        call.muted = muted
        self._agent.mixer.mute(self.leg(call, Party.OPERATOR), muted)
        self._changed(call)

    def send_digits(self, call: Call, digits: str) -> None:
        """Keys of the page's keypad, to whomever the operator talks with."""
        to_third = call.turn in (Turn.DIALING, Turn.CONSULTING)
        self._agent.send_digits(self.leg(call, Party.THIRD if to_third else Party.CALLER), digits)

    def hold_music(self, call: Call) -> None:
        """The caller hears music."""
        self._sound.music(call, self._music_of(call))

    @staticmethod
    def leg(call: Call, party: Party) -> LegId:
        """The leg of a party; `NO_LEG` where there is none."""
        match party:
            case Party.CALLER:
                return call.leg
            case Party.OPERATOR:
                return call.operator_leg or NO_LEG
            case Party.THIRD:
                return call.third.leg if call.third is not None else NO_LEG

    @staticmethod
    def actions(call: Call) -> list[str]:
        """What the operator who has the call may do now: the page's buttons (CONTRACT.md)."""
        if call.turn is None:
            return []
        own = ["hangup", "digits", "unmute" if call.muted else "mute"]
        return [*own, *buttons(call.turn)]

    def _music(self, call: Call, party: Party | None) -> None:
        if party is Party.CALLER:
            self.hold_music(call)
        elif party is Party.THIRD:
            self._sound.music_for(self.leg(call, Party.THIRD), self._music_of(call))

    def _music_of(self, call: Call) -> str:
        queues = self._installation.queues
        return next((rules.music for rules in queues if rules.name == call.queue), queues[0].music)

    def _join(self, call: Call, pair: Pair) -> None:
        one, other = (self.leg(call, party) for party in pair)
        self._agent.mixer.bridge(one, other)

    def _part(self, call: Call, pair: Pair) -> None:
        one, other = (self.leg(call, party) for party in pair)
        self._agent.mixer.unbridge(one, other)

    def _log_hold(self, call: Call, before: bool, now: bool) -> None:
        if before != now:
            name = EventName.HOLD if now else EventName.UNHOLD
            self._facts.log(Fact(name, self._clock(), call.id, call.queue, call.operator))
