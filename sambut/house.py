"""What the switchboard is made of, put together once. Nothing here decides anything."""

from collections.abc import Iterable
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from config import Installation
from desk.hub import Hub
from desk.inboxes import Inboxes
from desk.serialise import Serialiser
from hotline.clocks import Clocks
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.escalation import MayLie
from hotline.phone_address import PhoneAddresses
from hotline.presence import OperatorState
from hotline.procedure import Procedure
from ivr.session import IvrSession
from sambut.admission import KnownAddresses
from sambut.alarms import Alarms
from sambut.audiences import Audiences
from sambut.buttons import CallButtons
from sambut.callers import Callers
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.consultations import Consultations
from sambut.conversations import Conversations
from sambut.deskside import DeskSide
from sambut.echo import EchoTest
from sambut.escalation_rounds import EscalationRounds
from sambut.escalations import Escalations
from sambut.facts import FactLog
from sambut.handovers import Handovers
from sambut.hangups import HangUps
from sambut.headsets import Headsets
from sambut.housekeeping import Housekeeping
from sambut.linewatch import LineWatch
from sambut.losses import Losses
from sambut.operators import Operators
from sambut.outbound import Outbound
from sambut.outcomes import Outcomes
from sambut.outside import Outside
from sambut.people import People
from sambut.phones import Phones
from sambut.pushes import Pushes
from sambut.recorded_files import RecordedFiles
from sambut.recordings import Recorder
from sambut.screenpop import ScreenPops
from sambut.screens import Screens
from sambut.sound import Sound
from sambut.status import Status
from sambut.targets import Targets
from sambut.tasks import Tasks
from sambut.ticket_watch import TicketWatchers
from sambut.tickets import CallTickets
from sambut.transcripts import Transcripts
from sambut.views import Views
from sip.events import LegId
from sip.ports import Agent
from storage import Store
from voice.prompts import PromptLibrary


class Conductor(Protocol):
    """What the parts ask of the switchboard itself."""

    def distribute(self, effects: Iterable[Effect]) -> None: ...
    def phone_changed(self, operator: str) -> None: ...
    def headset_up(self, operator: str, leg: LegId) -> None: ...
    def headset_down(self, operator: str, leg: LegId) -> None: ...
    def headset_moved(self, old: LegId, new: LegId) -> None: ...
    def playback_finished(self, call: Call, number: int) -> None: ...


class House:
    """The parts, for whoever carries events between them. Each is made when it is first asked for."""

    def __init__(
        self,
        conductor: Conductor,
        *,
        installation: Installation,
        agent: Agent,
        store: Store,
        hub: Hub,
        prompts: PromptLibrary,
        clock: Clock,
        serialiser: Serialiser,
        procedure: Procedure,
        status: Status,
    ) -> None:
        self._conductor = conductor
        self._installation = installation
        self._settings = installation.settings
        self._zone = ZoneInfo(installation.hours.timezone)
        self._agent = agent
        self._store = store
        self._hub = hub
        self._prompts = prompts
        self._clock = clock
        self._serialiser = serialiser
        self._procedure = procedure
        self._status = status
        self.tasks = Tasks()
        self.watchers = TicketWatchers()
        self.calls = Calls()
        self.distributor = Distributor(installation.queues)
        self.people = People(store, installation.queues)

    def use(self, installation: Installation) -> None:
        """Calls from now on walk through this flow, at these hours; of the rest, nothing may be different."""
        self._installation = installation
        self.outside.use(installation.hours)

    @cached_property
    def facts(self) -> FactLog:
        node = self._settings.node
        return FactLog(self._store.journal, self._installation.queues, self._zone, self._clock, node=node)

    @cached_property
    def views(self) -> Views:
        return Views(self._installation.queues, self.calls, self.distributor, self._zone)

    @cached_property
    def headsets(self) -> Headsets:
        return Headsets(self._agent, self._conductor)

    @cached_property
    def phones(self) -> Phones:
        return Phones(self._agent, self.headsets, PhoneAddresses(self._settings))

    @cached_property
    def pushes(self) -> Pushes:
        return Pushes(
            hub=self._hub,
            store=self._store,
            people=self.people,
            phones=self.phones,
            calls=self.calls,
            distributor=self.distributor,
            facts=self.facts,
            views=self.views,
            serialiser=self._serialiser,
            clock=self._clock,
            tasks=self.tasks,
        )

    @cached_property
    def recorded_files(self) -> RecordedFiles:
        return RecordedFiles(self._agent.mixer)

    @cached_property
    def recorder(self) -> Recorder:
        return Recorder(
            self._agent,
            self.recorded_files,
            self._store.journal,
            self.tasks,
            self._clock,
            data=self._settings.data,
            keyring=self._store.keyring,
            audio_format=self._settings.recording_format,
            zone=self._zone,
            enabled=self._settings.recordings,
        )

    @cached_property
    def alarms(self) -> Alarms:
        return Alarms(
            store=self._store,
            clocks=Clocks.of(self._installation),
            rules=self._installation.escalation,
            audiences=Audiences(self._store),
            facts=self.facts,
            pages=self._hub,
            clock=self._clock,
        )

    @cached_property
    def outside(self) -> Outside:
        return Outside(self._agent, self._installation, lambda name: _role(self.people, name), self._clock)

    @cached_property
    def tickets(self) -> CallTickets:
        return CallTickets(
            self._store.journal,
            self._store.numbers,
            self._procedure,
            self._clock,
            self._zone,
            retries_minutes=self._installation.dialling.retries_minutes,
            opens_at=self.outside.opens_at,
            others=self._store.tickets.change_marked,
            facts=self.facts,
            tasks=self.tasks,
            watchers=self.watchers,
            opened=self.pushes.ticket,
            saved=self.pushes.saved_ticket,
        )

    @cached_property
    def transcripts(self) -> Transcripts:
        return Transcripts(
            self._settings.transcriber,
            self._store.tickets.get,
            self.tickets.describe,
            keyring=self._store.keyring,
            folder=self._settings.data / "spool" / "transcriber",
        )

    @cached_property
    def inboxes(self) -> Inboxes:
        may_lie, clocks = MayLie.of(self._installation), Clocks.of(self._installation)
        return Inboxes(self._serialiser, may_lie, self._clock, clocks)

    @cached_property
    def escalations(self) -> Escalations:
        return Escalations(
            hub=self._hub,
            inboxes=self.inboxes,
            calls=self.calls,
            facts=self.facts,
        )

    @cached_property
    def escalation_rounds(self) -> EscalationRounds:
        return EscalationRounds(
            store=self._store,
            inboxes=self.inboxes,
            escalations=self.escalations,
            procedure=self._procedure,
            distributor=self.distributor,
            calls=self.calls,
            watchers=self.watchers,
            pushes=self.pushes,
            clock=self._clock,
            tell_s=self._installation.sop.validation.tell_s,
        )

    @cached_property
    def sound(self) -> Sound:
        return Sound(self._agent, self._prompts, self.tasks, self._conductor.playback_finished)

    @cached_property
    def pops(self) -> ScreenPops:
        return ScreenPops(self._store, self.views, self._serialiser)

    @cached_property
    def screens(self) -> Screens:
        return Screens(self._hub, self.pops.of, self.tasks)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(
            installation=self._installation,
            agent=self._agent,
            sound=self.sound,
            facts=self.facts,
            clock=self._clock,
            changed=self.pushes.call,
        )

    @cached_property
    def addresses(self) -> KnownAddresses:
        return KnownAddresses(self._settings, self._agent)

    @cached_property
    def callers(self) -> Callers:
        return Callers(
            agent=self._agent,
            calls=self.calls,
            peers=self.addresses.trunks,
            identity={trunk.name: trunk.identity for trunk in self._settings.trunks},
            strict_rtp=frozenset(trunk.name for trunk in self._settings.trunks if trunk.rtp == "strict"),
            new_session=self._new_session,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            sound=self.sound,
            recorder=self.recorder,
            tickets=self.tickets,
            facts=self.facts,
            journal=self._store.journal,
            clock=self._clock,
            node=self._settings.node,
            most_calls=self._status.engine.legs // 2,  # every caller may need an operator's leg
            keep_place=lambda call, number: self.outbound.keep_place(call, number),  # noqa: PLW0108  # made later: it needs the callers
            transcribe=self.transcripts.write,
            give_up=lambda call, by, reason: self.outbound.give_up(call, by, reason),  # noqa: PLW0108
            changed=self.pushes.call,
            blocked=self._store.blocked.find,
            refuses_blocked=self._settings.blocked_callers == "refuse",
        )

    @cached_property
    def operators(self) -> Operators:
        return Operators(
            agent=self._agent,
            calls=self.calls,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            phones=self.phones,
            people=self.people,
            pages=self._hub,
            pop_of=self.pops.of,
            tasks=self.tasks,
            clock=self._clock,
            changed=self.pushes.call,
        )

    @cached_property
    def handovers(self) -> Handovers:
        return Handovers(
            agent=self._agent,
            conversations=self.conversations,
            legs=self.operators,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            recorder=self.recorder,
            tickets=self.tickets,
            journal=self._store.journal,
            back_in_line=self.callers.back_in_line,
            default_queue=self._installation.queues[0].name,
            changed=self.pushes.call,
            clock=self._clock,
        )

    @cached_property
    def consultations(self) -> Consultations:
        return Consultations(
            agent=self._agent,
            calls=self.calls,
            people=self.people,
            phones=self.phones,
            outside=self.outside,
            conversations=self.conversations,
            handover=self.handovers,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            sound=self.sound,
            show=self.screens.show,
            hide=self.screens.hide,
            notify=self.screens.notify,
            changed=self.pushes.call,
            clock=self._clock,
        )

    @cached_property
    def outbound(self) -> Outbound:
        return Outbound(
            agent=self._agent,
            calls=self.calls,
            phones=self.phones,
            outside=self.outside,
            handovers=self.handovers,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            tickets=self.tickets,
            sound=self.sound,
            journal=self._store.journal,
            node=self._settings.node,
            new_session=self._new_session,
            adopt=self.operators.adopt,
            let_go=self.operators.let_go,
            show=self.screens.show,
            notify=self.screens.notify,
            retry_s=lambda queue: self._installation.queue(queue).callback_retry_s,
            changed=self.pushes.call,
            clock=self._clock,
        )

    @cached_property
    def losses(self) -> Losses:
        return Losses(
            conversations=self.conversations,
            consultations=self.consultations,
            handovers=self.handovers,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            sound=self.sound,
            say_goodbye=lambda call, prompt: self.callers.dismiss(call, "operator_lost", prompt),
            give_up_dialling=lambda call: self.outbound.give_up(call, "system", "operator_lost"),
            notify=self.screens.notify,
            changed=self.pushes.call,
            clock=self._clock,
        )

    @cached_property
    def hangups(self) -> HangUps:
        return HangUps(self.callers, self.consultations, lambda call: self.losses.lost(call, may_come_back=False))

    @cached_property
    def targets(self) -> Targets:
        return Targets(self._installation, self.people, self.phones, self.distributor, self.outside)

    @cached_property
    def line_watch(self) -> LineWatch:
        return LineWatch(
            calls=self.calls,
            operators=self.operators,
            consultations=self.consultations,
            release=self.phones.release,
            end=self.callers.end,
            operator_lost=lambda call: self.losses.lost(call, may_come_back=False),
            notify=self.screens.notify,
            changed=self.pushes.call,
            journal=self._store.journal,
            caller_silent_s=self._settings.caller_silent_s,
        )

    @cached_property
    def buttons(self) -> CallButtons:
        return CallButtons(
            calls=self.calls,
            people=self.people,
            phones=self.phones,
            operators=self.operators,
            conversations=self.conversations,
            consultations=self.consultations,
            handovers=self.handovers,
            targets=self.targets,
            hang_up=self.hangups.by_operator,
        )

    @cached_property
    def desk_side(self) -> DeskSide:
        return DeskSide(
            people=self.people,
            phones=self.phones,
            headsets=self.headsets,
            calls=self.calls,
            buttons=self.buttons,
            outcomes=Outcomes(self._installation.outcomes, self._store, self.tickets, self._store.journal, self._clock),
            call_about=self.outbound.call_about,
            directory=self.targets.directory,
            echo=EchoTest(
                self._agent,
                self.recorded_files,
                self.headsets,
                self.tasks,
                self._settings.clock_rate,
                self._settings.data / "spool",
                self._in_call,
            ),
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            phone_changed=self._conductor.phone_changed,
            pushes=self.pushes,
            views=self.views,
            watchers=self.watchers,
            status=self._status,
            clock=self._clock,
        )

    @cached_property
    def housekeeping(self) -> Housekeeping:
        return Housekeeping(
            agent=self._agent,
            calls=self.calls,
            callers=self.callers,
            owned=(self.operators.owns, self.consultations.owns, self.outbound.owns, self.headsets.owns),
            people=self.people,
            distributor=self.distributor,
            distribute=self._conductor.distribute,
            facts=self.facts,
            hub=self._hub,
            clock=self._clock,
        )

    def _in_call(self, operator: str) -> bool:
        return self.distributor.presence(operator).state in (OperatorState.RINGING, OperatorState.TALKING)

    def _new_session(self, call: str, number: str) -> IvrSession:
        return IvrSession(self._installation, call=call, caller_number=number)


def _role(people: People, username: str) -> str:
    person = people.get(username)
    return "" if person is None else person.role.value
