"""What an installation may change: typed settings and the data files, checked as one.

`load()` gives an `Installation` or a `ConfigError` with every problem's file, line and reason.
"""

from config.base import KINDS, LANGUAGES, Bilingual, Key, Kind, Language
from config.dialling import Dialling, DialRole, DialRule
from config.escalation import Audience, EscalationRules, Level
from config.flow import (
    CallbackNode,
    Choice,
    EndReason,
    Flow,
    HangUpNode,
    HoursNode,
    LanguageNode,
    MenuNode,
    MessageNode,
    Node,
    QueueNode,
    SayNode,
)
from config.hours import DAYS, Day, Hours, Span
from config.ice import IceServer
from config.installation import Installation
from config.loader import DEFAULTS, FILES, check, hidden, load
from config.outcomes import Outcome
from config.problems import ConfigError, Problem
from config.prompts import Placeholder, Prompts, ValueKind, Voice, parts, placeholders
from config.queues import QueueRules, Strategy
from config.retention import Retention
from config.settings import Settings
from config.sop import STEP_NAMES, Category, Detail, Matrix, Office, PauseReason, Priority, Sop, StepName
from config.spoken import FLOW_VALUES, SPOKEN
from config.trunks import Outbound, PortRange, Registration, Trunk

__all__ = [
    "DAYS",
    "DEFAULTS",
    "FILES",
    "FLOW_VALUES",
    "KINDS",
    "LANGUAGES",
    "SPOKEN",
    "STEP_NAMES",
    "Audience",
    "Bilingual",
    "CallbackNode",
    "Category",
    "Choice",
    "ConfigError",
    "Day",
    "Detail",
    "DialRole",
    "DialRule",
    "Dialling",
    "EndReason",
    "EscalationRules",
    "Flow",
    "HangUpNode",
    "Hours",
    "HoursNode",
    "IceServer",
    "Installation",
    "Key",
    "Kind",
    "Language",
    "LanguageNode",
    "Level",
    "Matrix",
    "MenuNode",
    "MessageNode",
    "Node",
    "Office",
    "Outbound",
    "Outcome",
    "PauseReason",
    "Placeholder",
    "PortRange",
    "Priority",
    "Problem",
    "Prompts",
    "QueueNode",
    "QueueRules",
    "Registration",
    "Retention",
    "SayNode",
    "Settings",
    "Sop",
    "Span",
    "StepName",
    "Strategy",
    "Trunk",
    "ValueKind",
    "Voice",
    "check",
    "hidden",
    "load",
    "parts",
    "placeholders",
]
