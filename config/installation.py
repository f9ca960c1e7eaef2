"""Everything an installation may change, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.articles import StarterArticle
from config.dialling import Dialling
from config.escalation import EscalationRules
from config.flow import Flow
from config.hours import Hours
from config.open311 import Open311
from config.outcomes import Outcome
from config.paper import Paper
from config.prompts import Prompts
from config.queues import QueueRules
from config.retention import Retention
from config.settings import Settings
from config.sop import Matrix, Office, PauseReason, Sop
from config.units import Unit
from config.vehicles import VehicleSource


@dataclass(frozen=True, slots=True)
class Installation:
    """The whole configuration, checked as one. `areas` maps plate letters to what they stand for."""

    settings: Settings
    hours: Hours
    flow: Flow
    prompts: Prompts
    queues: tuple[QueueRules, ...]
    matrix: Matrix
    sop: Sop
    offices: tuple[Office, ...]
    areas: Mapping[str, str]
    units: tuple[Unit, ...]
    pauses: tuple[PauseReason, ...]
    outcomes: tuple[Outcome, ...]
    articles: tuple[StarterArticle, ...]
    dialling: Dialling
    retention: Retention
    vehicles: VehicleSource
    paper: Paper
    open311: Open311
    escalation: EscalationRules

    def queue(self, name: str) -> QueueRules:
        """The rules of a queue; KeyError if there is none of that name."""
        for rules in self.queues:
            if rules.name == name:
                return rules
        raise KeyError(name)
