"""What the switchboard is made of, put together once. Nothing here decides anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from config import Installation, Trunk
from desk.hub import Hub
from desk.serialise import Serialiser
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.procedure import Procedure
from ivr.session import IvrSession
from sambut.callers import Callers
from sambut.calls import Call, Calls
from sambut.clock import Clock
from sambut.consultations import Consultations
from sambut.conversations import Conversations
from sambut.facts import FactLog
from sambut.handovers import Handovers
from sambut.hangups import HangUps
from sambut.headsets import Headsets
from sambut.housekeeping import Housekeeping
from sambut.losses import Losses
from sambut.operators import Operators
from sambut.outbound import Outbound
from sambut.outside import Outside
from sambut.people import People
from sambut.phones import Phones
from sambut.pushes import Pushes
from sambut.recordings import Recorder
from sambut.screenpop import ScreenPops
from sambut.screens import Screens
from sambut.sound import Sound
from sambut.status import Status
from sambut.targets import Targets
from sambut.tasks import Tasks
from sambut.tickets import CallTickets
from sambut.views import Views
from sip.agent import SipAgent
from sip.events import LegId
from sip.peers import PeerTable
from storage import Store
from voice.prompts import PromptLibrary


class Conductor(Protocol):
    """What the parts ask of the switchboard itself."""

    def distribute(self, effects: Iterable[Effect]) -> None: ...
    def headset_up(self, operator: str, leg: LegId) -> None: ...
    def headset_down(self, operator: str, leg: LegId) -> None: ...
    def headset_moved(self, old: LegId, new: LegId) -> None: ...
    def playback_finished(self, call: Call, number: int) -> None: ...


@dataclass(frozen=True, slots=True)
class House:
    """The parts, for whoever carries events between them."""

    calls: Calls
    distributor: Distributor
    people: People
    facts: FactLog
    tasks: Tasks
    views: Views
    pushes: Pushes
    recorder: Recorder
    tickets: CallTickets
    sound: Sound
    headsets: Headsets
    phones: Phones
    conversations: Conversations
    operators: Operators
    callers: Callers
    handovers: Handovers
    consultations: Consultations
    outbound: Outbound
    losses: Losses
    hangups: HangUps
    targets: Targets
    screens: Screens
    housekeeping: Housekeeping


def furnish(
    conductor: Conductor,
    *,
    installation: Installation,
    agent: SipAgent,
    store: Store,
    hub: Hub,
    prompts: PromptLibrary,
    clock: Clock,
    serialiser: Serialiser,
    procedure: Procedure,
    status: Status,
) -> House:
    """Every part of the house, each given only what it needs."""
    settings, zone = installation.settings, ZoneInfo(installation.hours.timezone)
    tasks, calls = Tasks(), Calls()
    distributor = Distributor(installation.queues)
    people = People(store, installation.queues)
    facts = FactLog(store.journal, installation.queues, zone, clock)
    views = Views(installation.queues, calls, distributor, zone)
    headsets = Headsets(agent, conductor)
    phones = Phones(agent, headsets)
    pushes = Pushes(
        hub=hub,
        store=store,
        people=people,
        phones=phones,
        calls=calls,
        distributor=distributor,
        facts=facts,
        views=views,
        serialiser=serialiser,
        clock=clock,
        tasks=tasks,
    )
    recorder = Recorder(
        agent,
        store.journal,
        tasks,
        clock,
        data=settings.data,
        audio_format=settings.recording_format,
        zone=zone,
        enabled=settings.recordings,
    )
    outside = Outside(agent, installation, lambda name: _role(people, name), clock)
    tickets = CallTickets(
        store.journal,
        store.numbers,
        procedure,
        clock,
        zone,
        retries_minutes=installation.dialling.retries_minutes,
        opens_at=outside.opens_at,
        others=store.tickets.change_owed,
        facts=facts,
        tasks=tasks,
        opened=pushes.ticket,
        saved=pushes.saved_ticket,
    )
    sound = Sound(agent, prompts, tasks, conductor.playback_finished)
    pops = ScreenPops(store, views, serialiser)
    screens = Screens(hub, pops.of, tasks)
    conversations = Conversations(
        installation=installation,
        agent=agent,
        sound=sound,
        facts=facts,
        clock=clock,
        changed=pushes.call,
    )

    def new_session(call: str, number: str) -> IvrSession:
        return IvrSession(installation, call=call, caller_number=number)

    callers = Callers(
        agent=agent,
        calls=calls,
        peers=PeerTable((trunk.name, _peers(trunk)) for trunk in settings.trunks),
        new_session=new_session,
        distributor=distributor,
        distribute=conductor.distribute,
        sound=sound,
        recorder=recorder,
        tickets=tickets,
        facts=facts,
        journal=store.journal,
        clock=clock,
        node=settings.node,
        most_calls=status.engine.legs // 2,  # every caller may need an operator's leg
        keep_place=lambda call, number: outbound.keep_place(call, number),  # noqa: PLW0108  # made below
        give_up=lambda call, by, reason: outbound.give_up(call, by, reason),  # noqa: PLW0108
        changed=pushes.call,
    )
    operators = Operators(
        agent=agent,
        calls=calls,
        distributor=distributor,
        distribute=conductor.distribute,
        phones=phones,
        people=people,
        pages=hub,
        pop_of=pops.of,
        tasks=tasks,
        clock=clock,
        changed=pushes.call,
    )
    handovers = Handovers(
        agent=agent,
        conversations=conversations,
        legs=operators,
        distributor=distributor,
        distribute=conductor.distribute,
        recorder=recorder,
        tickets=tickets,
        journal=store.journal,
        back_in_line=callers.back_in_line,
        default_queue=installation.queues[0].name,
        changed=pushes.call,
        clock=clock,
    )
    consultations = Consultations(
        agent=agent,
        calls=calls,
        people=people,
        phones=phones,
        outside=outside,
        conversations=conversations,
        handover=handovers,
        distributor=distributor,
        distribute=conductor.distribute,
        sound=sound,
        show=screens.show,
        hide=screens.hide,
        notify=screens.notify,
        changed=pushes.call,
        clock=clock,
    )
    outbound = Outbound(
        agent=agent,
        calls=calls,
        phones=phones,
        outside=outside,
        handovers=handovers,
        distributor=distributor,
        distribute=conductor.distribute,
        tickets=tickets,
        sound=sound,
        journal=store.journal,
        node=settings.node,
        new_session=new_session,
        adopt=operators.adopt,
        let_go=operators.let_go,
        show=screens.show,
        notify=screens.notify,
        retry_s=lambda queue: installation.queue(queue).callback_retry_s,
        changed=pushes.call,
        clock=clock,
    )
    losses = Losses(
        conversations=conversations,
        consultations=consultations,
        handovers=handovers,
        distributor=distributor,
        distribute=conductor.distribute,
        sound=sound,
        say_goodbye=lambda call, prompt: callers.dismiss(call, "operator_lost", prompt),
        give_up_dialling=lambda call: outbound.give_up(call, "system", "operator_lost"),
        notify=screens.notify,
        changed=pushes.call,
        clock=clock,
    )
    return House(
        calls=calls,
        distributor=distributor,
        people=people,
        facts=facts,
        tasks=tasks,
        views=views,
        pushes=pushes,
        recorder=recorder,
        tickets=tickets,
        sound=sound,
        headsets=headsets,
        phones=phones,
        conversations=conversations,
        operators=operators,
        callers=callers,
        handovers=handovers,
        consultations=consultations,
        outbound=outbound,
        losses=losses,
        hangups=HangUps(callers, consultations, lambda call: losses.lost(call, may_come_back=False)),
        targets=Targets(installation, people, phones, distributor, outside),
        screens=screens,
        housekeeping=Housekeeping(
            agent=agent,
            calls=calls,
            callers=callers,
            owned=(operators.owns, consultations.owns, outbound.owns, headsets.owns),
            people=people,
            distributor=distributor,
            distribute=conductor.distribute,
            facts=facts,
            hub=hub,
            clock=clock,
        ),
    )


def _role(people: People, username: str) -> str:
    person = people.get(username)
    return "" if person is None else person.role.value


def _peers(trunk: Trunk) -> list[str]:
    """Who may send calls by this trunk: its peers, and the registrar we registered at."""
    registrar = [] if trunk.registration is None else [trunk.registration.registrar.rsplit(":", 1)[0].strip("[]")]
    return [*map(str, trunk.peers), *registrar]
