"""The JSON that leaves the desk, as types. `desk.serialise` builds it, `desk.openapi` describes it from here.

Times are RFC 3339 with offset, durations seconds.
"""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads typing's own only from Python 3.12 on

CallState = Literal["ivr", "waiting", "ringing", "talking", "hold", "message", "ended"]
PresenceState = Literal["offline", "ready", "ringing", "talking", "wrap_up", "paused"]
PhoneKind = Literal["browser", "softphone", "sip"]
PhoneState = Literal["up", "away", "unknown"]
EscalationState = Literal["asked", "coordinator", "pic", "pic_answered", "answered", "told", "withdrawn"]


class Words(TypedDict):
    id: str
    en: str


class Account(TypedDict):
    username: str
    name: str
    role: str
    unit: str
    language: str
    phone: str
    phone_kind: PhoneKind
    auto_answer: bool
    email: str
    email_notices: bool
    active: bool
    password_temporary: bool
    second_factor: bool


class Presence(TypedDict):
    """`pending` is a state asked for during a call; `until` is when wrap-up ends.

    `last_call`: one more call, and then the pause that is pending. `phone_state` of a plain SIP phone is unknown.
    """

    operator: str
    name: str
    state: PresenceState
    since: str | None
    reason: str | None
    call_id: str | None
    pending: str | None
    phone: str
    phone_kind: PhoneKind
    phone_state: PhoneState
    auto_answer: bool
    last_call: bool
    until: NotRequired[str | None]


class ServerInfo(TypedDict):
    version: str
    engine: str
    demo: bool
    warnings: list[str]


class SecondFactorChoice(TypedDict):
    """By what the person can prove themselves."""

    totp: bool
    passkey: bool
    recovery: bool


class Session(TypedDict):
    """`pending` is what is still asked for before anything else is answered; `choice` goes with `second_factor`.

    Meanwhile there is nothing of `user` but who it is, and nothing of `server`. `password`: which one the person proves
    themselves with; null for who has none, and signs in by the provider.
    """

    user: Account
    presence: NotRequired[Presence]
    server: ServerInfo
    password: Literal["own", "directory"] | None
    pending: NotRequired[Literal["second_factor", "new_password", "enrol"]]
    choice: NotRequired[SecondFactorChoice]


class SignInWays(TypedDict):
    """`openid`: what the provider is called on the page; null without one."""

    openid: str | None


class SignedInBrowser(TypedDict):
    """A browser in which somebody is signed in. `browser` is its User-Agent; `factor` is "" without a second one."""

    id: str
    since: str
    seen_at: str
    expires_at: str
    address: str
    browser: str
    factor: str
    current: bool


class SignedInBrowsers(TypedDict):
    items: list[SignedInBrowser]


class PasskeyShown(TypedDict):
    id: str
    name: str
    since: str
    used_at: str | None


class FactorsShown(TypedDict):
    """`required`: the role needs one. `recovery_left`: codes that have not been used."""

    totp_since: str | None
    passkeys: list[PasskeyShown]
    recovery_left: int
    required: bool


class TotpOffer(TypedDict):
    """For an authenticator app: the secret in base32, the same as an address, and its QR code, "1" for dark."""

    secret: str
    uri: str
    qr: list[str]


class RecoveryCodes(TypedDict):
    """Shown once. Empty when the person has some already."""

    codes: list[str]


class PasskeyQuestion(TypedDict):
    """What the browser's credentials API is to be asked (W3C Web Authentication, JSON form)."""

    public_key: dict[str, Any]


class Recording(TypedDict):
    id: NotRequired[str]
    duration_s: float
    url: str


class RecordingPart(TypedDict):
    """What one person had of a talk. `operator` is a username, null for an outside number."""

    id: str
    operator: str | None
    started_at: str
    duration_s: float
    url: str


class Quality(TypedDict):
    """Of the call's worse leg. `mos` is the E-model's estimate, 1 to 4.5."""

    mos: float
    loss_percent: float
    jitter_ms: float
    bad: bool


class Third(TypedDict):
    """Whom the operator consults."""

    kind: str
    id: str
    label: str
    state: Literal["dialing", "ringing", "talking", "held", "conference"]
    since: str


class Call(TypedDict):
    """`recording` is the first of `recordings`, which has a part for each operator who had the call.

    `actions` is what the operator who has it may do with it now. `outcome` is that of who had it last; `outcomes` has
    what each operator said of their own part. `diverted_from` is whose phone sent the caller on to us, "" for none.
    """

    id: str
    state: CallState
    direction: str
    number: str
    called: str
    diverted_from: str
    queue: str | None
    kind: str | None
    language: str | None
    operator: str | None
    ticket: str | None
    started_at: str
    answered_at: str | None
    queued_at: str | None
    connected_at: str | None
    ended_at: str | None
    ended_by: str | None
    end_reason: str | None
    wait_s: float | None
    talk_s: float | None
    recording: Recording | None
    recordings: list[RecordingPart]
    muted: bool
    actions: list[str]
    third: Third | None
    outcome: str | None
    outcome_note: str | None
    outcomes: dict[str, str]
    quality: Quality | None


class CallPage(TypedDict):
    items: list[Call]
    next: str | None
    total: int


class Caller(TypedDict):
    number: str
    name: str


class Callback(TypedDict):
    """`number` is what to call. `due_at` is null once the caller was reached, or no further try is planned."""

    reason: str
    since: str
    due_at: str | None
    number: str
    tries: int
    last_result: str | None


class CallbackTry(TypedDict):
    at: str
    operator: str
    result: str


class Counting(TypedDict):
    """The clock that runs: to its seconds come those from `since` on, up to `until` (closing time) at the most."""

    what: Literal["own", "waiting"]
    since: str
    until: str | None


class StepTime(TypedDict):
    """One run of a step. `own_s` is the operator's own time in it, `waiting_s` what coordinator and PIC took.

    `level` is of the step's own time in all its runs up to this one; `amber_at` and `red_at` are when it will change if
    nothing else happens. `counting` is null when no clock of this run runs.
    """

    step: str
    operator: str
    started_at: str
    ended_at: str | None
    standard_s: float
    own_s: float
    waiting_s: float
    level: Literal["green", "amber", "red"]
    overdue: bool
    amber_at: str | None
    red_at: str | None
    counting: Counting | None


class Handover(TypedDict):
    """`to` is an account, the code of a unit, `coordinators`, `operators`, or "" when the question ended there."""

    at: str
    by: str
    action: str
    to: str
    text: str


class Escalation(TypedDict):
    """A question put to a coordinator, and the PIC behind (SOP step 5b). `to` has it now."""

    state: EscalationState
    way: Literal["wait", "call_back"]
    question: str
    asked_at: str
    asked_by: str
    to: str
    coordinator: str | None
    unit: str
    pic: str | None
    pic_question: str
    pic_answer: str
    answer: str
    answered_at: str | None
    promised_at: str | None
    told_at: str | None
    handovers: list[Handover]


class TicketSummary(TypedDict):
    number: str
    version: int
    step: str
    kind: str | None
    caller: Caller
    plate: str
    region: str
    description: str
    category: str | None
    answer: str
    operator: str | None
    origin: str
    created_at: str
    closed_at: str | None
    closed_as: str | None
    callback: Callback | None


class Ticket(TicketSummary):
    """`missing` names, for each action of this step, the fields that still have to be filled in."""

    call_id: str | None
    language: str
    taken_at: str | None
    message: Recording | None
    steps: list[StepTime]
    escalation: Escalation | None
    allowed: list[str]
    missing: dict[str, list[str]]


class Change(TypedDict):
    at: str
    by: str
    field: str
    before: str | None
    after: str | None


class TicketPage(Ticket):
    history: list[TicketSummary]
    changes: list[Change]
    calls: list[Call]


class TicketList(TypedDict):
    items: list[Ticket]
    next: str | None
    total: int


class CallbackDue(TypedDict):
    """A caller to call back. `tries_left` is 0 once the plan is used up: a person decides what becomes of it."""

    ticket: TicketSummary
    number: str
    reason: str
    since: str
    due_at: str | None
    overdue: bool
    tries: list[CallbackTry]
    tries_left: int


class CallbackList(TypedDict):
    items: list[CallbackDue]
    next: str | None
    total: int


class ScreenPop(TypedDict):
    call: Call
    ticket: Ticket
    history: list[TicketSummary]
    open_tickets: list[TicketSummary]


class Waiting(TypedDict):
    call_id: str
    number: str
    position: int
    since: str
    kind: str | None


class Queue(TypedDict):
    name: str
    label: Words
    waiting: int
    longest_wait_s: float
    target_s: float
    target_percent: float
    callers: list[Waiting]


class Figures(TypedDict):
    """METRICS.md's figures: counts, seconds, and shares from 0 to 1, null where nothing can be divided.

    `formulas` says how each figure is computed, and is shown beside it.
    """

    offered: int
    answered: int
    answered_within: int
    abandoned: int
    abandoned_within: int
    short_abandons: int
    flow_out: int
    non_responses: int
    closed: int
    blocked: int
    waiting: int
    service_level: float | None
    service_level_strict: float | None
    service_level_answered: float | None
    service_level_with_abandons: float | None
    abandon_rate: float | None
    asa_s: float | None
    aht_s: float | None
    occupancy: float | None
    formulas: dict[str, str]


class Live(TypedDict):
    at: str
    queues: list[Queue]
    operators: list[Presence]
    calls: list[Call]
    today: Figures
    callbacks_open: int


class Span(TypedDict):
    """`key` is the queue's name, or the day or hour as it began."""

    key: str
    since: str
    until: str
    figures: Figures


class Metrics(TypedDict):
    since: str
    until: str
    by: str
    spans: list[Span]
    total: Figures


class Accounts(TypedDict):
    items: list[Account]


class Status(TypedDict, total=False):
    engine: Any
    accepting: bool
    trunks: list[Any]
    nodes: list[Any]
    last_backup: str | None
    warnings: list[str]


class DirectoryEntry(TypedDict):
    """Whom a call can be passed to. `state` is an operator's presence; `available` whether it would ring now."""

    kind: Literal["operator", "queue", "coordinator", "pic"]
    id: str
    label: Words
    state: str | None
    available: bool


class Directory(TypedDict):
    """`numbers`: outside numbers may be dialled now, as `rule` says."""

    items: list[DirectoryEntry]
    numbers: bool
    rule: Words


class Done(TypedDict):
    """Nothing more to say than that it is stored."""

    ok: Literal[True]
