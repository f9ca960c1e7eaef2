"""The JSON of what an installation is: what pages ask for once."""

from typing_extensions import TypedDict

from config.sop import StepName
from desk.shapes import Words


class Office(TypedDict):
    code: str
    name: str
    plate_area: str


class Offices(TypedDict):
    items: list[Office]


class PauseReason(TypedDict):
    code: str
    label: Words
    limit_s: int | None


class SopReference(TypedDict):
    standard_s: dict[StepName, float]
    answer_min_s: float
    greeting_script: Words


class QueueReference(TypedDict):
    name: str
    label: Words
    wrap_up_s: float
    target_s: float
    target_percent: float


class Outcome(TypedDict):
    code: str
    label: Words
    kinds: list[str]


class IceServer(TypedDict):
    """For the browser's `RTCPeerConnection`."""

    urls: list[str]
    username: str
    credential: str


class CallbackReference(TypedDict):
    max_tries: int


class Reference(TypedDict):
    timezone: str  # the office's, an IANA name: pages tell the time by it, wherever the browser is
    pauses: list[PauseReason]
    outcomes: list[Outcome]
    callback: CallbackReference
    ice_servers: list[IceServer]
    sop: SopReference
    areas: dict[str, str]
    queues: list[QueueReference]
