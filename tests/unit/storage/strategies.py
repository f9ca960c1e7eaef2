"""Any ticket, for hypothesis."""

from hypothesis import strategies as st

from hotline.ticket import Callback, CallbackTry, Escalation, EscalationState, Handover, Step, StepTime, Ticket

moments = st.integers(1_600_000_000, 1_900_000_000).map(float)
words = st.text(max_size=8)
names = st.one_of(st.none(), st.sampled_from(["operator1", "operator2"]))

tries = st.builds(
    CallbackTry,
    at=moments,
    operator=st.just("operator1"),
    result=st.sampled_from(["answered", "busy", "no_answer", "voicemail", "failed"]),
)
callbacks = st.builds(
    Callback,
    reason=st.sampled_from(["missed", "requested", "message", "closed", "interrupted"]),
    since=moments,
    due_at=st.one_of(st.none(), moments),
    number=st.sampled_from(["", "+62811000"]),
    tries=st.lists(tries, max_size=3).map(tuple),
)
handovers = st.builds(
    Handover,
    at=moments,
    by=st.sampled_from(["operator1", "koko"]),
    action=st.sampled_from(["escalate", "accept", "ask_pic"]),
    to=st.sampled_from(["", "coordinators", "koko"]),
    text=words,
)
escalations = st.builds(
    Escalation,
    state=st.sampled_from(EscalationState),
    way=st.sampled_from(["wait", "call_back"]),
    question=words,
    asked_at=moments,
    asked_by=st.just("operator1"),
    to=st.sampled_from(["", "coordinators", "koko"]),
    coordinator=st.one_of(st.none(), st.just("koko")),
    promised_at=st.one_of(st.none(), moments),
    handovers=st.lists(handovers, max_size=3).map(tuple),
)
steps = st.builds(
    StepTime,
    step=st.sampled_from(Step),
    started_at=moments,
    ended_at=st.one_of(st.none(), moments),
    standard_s=st.sampled_from([10.0, 60.0]),
    operator=st.just("operator1"),
)

tickets = st.builds(
    Ticket,
    number=st.just("HTL-2025-000001"),
    created_at=st.just(1_700_000_000.0),
    version=st.integers(1, 50),
    step=st.sampled_from(Step),
    kind=st.sampled_from([None, "informasi", "pengaduan"]),
    caller_number=st.sampled_from(["", "+6281234567890"]),
    caller_name=words,
    plate=st.sampled_from(["", "D 1234 ABC"]),
    region=words,
    description=words,
    category=words,
    answer=words,
    operator=names,
    call_id=st.one_of(st.none(), st.just("c" * 32)),
    language=st.sampled_from(["id", "en"]),
    taken_at=st.one_of(st.none(), moments),
    closed_at=st.one_of(st.none(), moments),
    closed_as=st.sampled_from([None, "answered", "unreachable"]),
    callback=st.one_of(st.none(), callbacks),
    escalation=st.one_of(st.none(), escalations),
    message=st.one_of(st.none(), st.just("m" * 32)),
    steps=st.lists(steps, max_size=3).map(tuple),
)
