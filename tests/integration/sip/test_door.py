"""The engine's door: every cell of the table of methods, strangers, limits, floods. Real messages to a real agent."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from sip.door import LIMITS, MESSAGES_PER_S, Admission
from sip.events import IncomingCall, LegAnswered, LegEnded
from sip.methods import ALLOW, PASS, Place, Source, cells
from sip.options import AgentOptions
from tests.integration.sip.an_agent import Watched, watched
from tests.integration.sip.raw_sip import OFFER, Answer, Dialog, RawSip, Transport, call

ROOT = Path(__file__).resolve().parents[3]
TRUNK, PHONE, LINE, CALLED, STRANGER = "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.9"
OTHER_PHONE = "127.0.0.22"
ADMISSION = Admission(trunks=(f"{TRUNK}/32",), phones=(f"{PHONE}/32", f"{OTHER_PHONE}/32"))
ADDRESSES: dict[Source, str] = {"trunk": TRUNK, "phone": PHONE, "line": LINE, "called": CALLED}
TRANSPORTS: tuple[Transport, ...] = ("udp", "tcp")
SDP = "Content-Type: application/sdp\r\n"


def options(admission: Admission = ADMISSION) -> AgentOptions:
    return AgentOptions(port=0, rtp_ports=(41000, 41999), admission=admission)


@pytest.fixture
async def agent() -> AsyncIterator[Watched]:
    async with watched(options(), answers=True) as made:
        yield made


async def ask(raw: RawSip, message: bytes, within_s: float = 1.0) -> Answer | None:
    """Sent beside the loop, in which the agent lives."""
    raw.send(message)
    return await asyncio.to_thread(raw.final, within_s)


@contextmanager
def third_party() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((TRUNK, 0))
        listener.setblocking(False)
        yield listener


def heard(listener: socket.socket) -> bytes:
    try:
        return listener.recv(65536)
    except BlockingIOError:
        return b""


def senders(stack: ExitStack, agent: Watched, source: Source) -> dict[Transport, RawSip]:
    made: dict[Transport, RawSip] = {}
    for transport in TRANSPORTS:
        made[transport] = stack.enter_context(RawSip(agent.agent.address, ADDRESSES[source], transport))
        if source == "line":
            agent.agent._started().door.admit_line(made[transport].address)
    return made


@pytest.mark.parametrize("source", ["trunk", "phone", "line", "called"])
async def test_every_cell_of_the_table(agent: Watched, source: Source) -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(third_party())
        if source == "called":
            await called(agent)
        raws = senders(stack, agent, source)
        there = f"<sip:x@{TRUNK}:{listener.getsockname()[1]}>"
        for method, place, kind, status in cells():
            if kind == source:
                for raw in raws.values():
                    await check_cell(agent, raw, method, place, status, there)
        assert heard(listener) == b"", "a packet went to somebody who had nothing to do with it"
        await agent.tells(lambda: not agent.agent.legs)


async def check_cell(agent: Watched, raw: RawSip, method: str, place: Place, status: int, there: str) -> None:
    dialog = Dialog(to_tag="nobody" if place == "inside" else "")
    extra = f"Refer-To: {there}\r\nEvent: presence\r\n" + (f"Contact: {there}\r\n" if method == "SUBSCRIBE" else "")
    before = len(agent.told(IncomingCall))
    answer = await ask(raw, raw.request(method, dialog, headers=extra), 0.3 if method == "ACK" else 1)
    where = f"{method} {place} by {raw.transport}"
    if method == "ACK":
        assert answer is None, where
    elif status != PASS:
        assert answer is not None and answer.status == status, where
        assert answer.header("Allow") == ", ".join(ALLOW), where
    elif place == "inside" or method == "CANCEL":
        assert answer is not None and answer.status == 481, f"{where}: there is no such dialog"
    else:
        assert answer is not None and answer.status == 200, where
    invited = method == "INVITE" and place == "outside" and status == PASS
    assert len(agent.told(IncomingCall)) - before == invited, where
    if invited and answer is not None:
        dialog.to_tag = answer.header("To").rpartition("tag=")[2]
        raw.send(raw.request("ACK", dialog, cseq=dialog.cseq))
        bye = await ask(raw, raw.request("BYE", dialog))
        assert bye is not None and bye.status == 200


async def called(agent: Watched) -> None:
    """Whom we have called may go on with that call, and no more."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((CALLED, 0))
        phone.settimeout(2)
        leg = agent.agent.call(f"sip:x@{CALLED}:{phone.getsockname()[1]}")
        assert (await asyncio.to_thread(phone.recv, 65536)).startswith(b"INVITE ")
        agent.agent.hang_up(leg)
        agent.agent._give_up_on(agent.agent._legs[leg])


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "REGISTER", "REFER", "SUBSCRIBE", "FOO"])
async def test_a_stranger_gets_one_and_the_same_answer(agent: Watched, method: str, transport: Transport) -> None:
    with RawSip(agent.agent.address, STRANGER, transport) as raw:
        answer = await ask(raw, raw.request(method, Dialog(), headers=SDP, body=OFFER))
    assert answer is not None and answer.status == 403
    assert "Contact" not in answer.text and "Server" not in answer.text and "User-Agent" not in answer.text
    assert agent.told(IncomingCall) == [] and agent.agent.legs == []


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_strangers_are_dropped_where_the_office_says_so(transport: Transport) -> None:
    async with watched(options(Admission(trunks=(f"{TRUNK}/32",), strangers="drop"))) as agent:
        try:
            with RawSip(agent.agent.address, STRANGER, transport) as raw:
                assert await ask(raw, raw.request("INVITE", Dialog(), headers=SDP, body=OFFER), 0.5) is None
        except ConnectionError:
            assert transport == "tcp"


async def test_who_is_known_changes_while_calls_run(agent: Watched) -> None:
    with RawSip(agent.agent.address, STRANGER) as raw:
        refused = await ask(raw, raw.request("OPTIONS", Dialog()))
        agent.agent.admit(Admission(trunks=(f"{STRANGER}/32",)))
        answered = await ask(raw, raw.request("OPTIONS", Dialog()))
        agent.agent.admit(ADMISSION)
        again = await ask(raw, raw.request("OPTIONS", Dialog()))
    assert [answer and answer.status for answer in (refused, answered, again)] == [403, 200, 403]


async def test_refer_in_a_call_leaves_the_call_and_calls_nobody(agent: Watched) -> None:
    with third_party() as listener, RawSip(agent.agent.address) as raw:
        dialog = await asyncio.to_thread(call, raw)
        refer = f"Refer-To: <sip:+628090000000@{TRUNK}:{listener.getsockname()[1]}>\r\n"
        refused = await ask(raw, raw.request("REFER", dialog, headers=refer))
        alive = await ask(raw, raw.request("OPTIONS", dialog))
        bye = await ask(raw, raw.request("BYE", dialog))
        assert heard(listener) == b""
    assert [each and each.status for each in (refused, alive, bye)] == [603, 200, 200]


@pytest.mark.parametrize("source", [TRUNK, STRANGER])
async def test_nobody_takes_a_call_over(agent: Watched, source: str) -> None:
    with RawSip(agent.agent.address) as raw, RawSip(agent.agent.address, source) as other:
        dialog = await asyncio.to_thread(call, raw)
        replaces = f"Replaces: raw-{dialog.number};to-tag={dialog.to_tag};from-tag=f{dialog.number}\r\n"
        refused = await ask(other, other.request("INVITE", Dialog(), headers=replaces + SDP, body=OFFER))
        alive = await ask(raw, raw.request("OPTIONS", dialog))
        assert agent.told(LegEnded) == []
        await ask(raw, raw.request("BYE", dialog))
    assert refused is not None and refused.status in (403, 603)
    assert alive is not None and alive.status == 200


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("case", ["dtls-without-fingerprint", "record-route"])
async def test_what_ended_the_service_does_not(agent: Watched, case: str, transport: Transport) -> None:
    """The kind of it too, sent by a trunk: bodies and routes that the library took for granted."""
    message = hostile(case)
    with RawSip(agent.agent.address, TRUNK, transport) as raw, RawSip(agent.agent.address) as after:
        raw.send(message.replace(b"VIA-ADDRESS", raw.address.encode()))
        answer = await asyncio.to_thread(raw.final)
        alive = await ask(after, after.request("OPTIONS", Dialog()))
    assert answer is not None and answer.status == {"record-route": 400}.get(case, 488)
    assert alive is not None and alive.status == 200


def hostile(case: str) -> bytes:
    """Our own spelling of shared/cases/*.sip, with a Via that is answered."""
    if case == "record-route":
        extra, body = "Record-Route: <tel:+6221;phone-context=x>\r\n", OFFER
    else:
        extra, body = "", OFFER.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF") + "a=setup:actpass\r\n"
    return (
        "INVITE sip:hotline@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP VIA-ADDRESS;rport;branch=z9hG4bKx\r\n"
        "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:hotline@127.0.0.1>\r\nCall-ID: hostile\r\nCSeq: 1 INVITE\r\n"
        f"Contact: <sip:a@127.0.0.1>\r\nMax-Forwards: 70\r\n{extra}{SDP}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def test_what_is_not_sip_is_not_answered(agent: Watched) -> None:
    with RawSip(agent.agent.address) as raw:
        for message in (b"x" * 400, raw.request("INVITE", Dialog(), headers="X-More: a\0b\r\n"), bytes(range(256)) * 4):
            assert await ask(raw, message, 0.2) is None
        alive = await ask(raw, raw.request("OPTIONS", Dialog()))
    assert alive is not None and alive.status == 200
    assert agent.agent.refusals()["too_much"] == 3


CRYPTO = "".join(f"a=crypto:{n} AES_CM_128_HMAC_SHA1_80 inline:{'A' * 40}\r\n" for n in range(1, 67))


@pytest.mark.parametrize(
    ("what", "headers", "body", "status"),
    [
        ("a name in c=", SDP, OFFER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 a.name.example"), 488),
        ("a name in a=rtcp", SDP, OFFER + "a=rtcp:4001 IN IP4 a.name.example\r\n", 488),
        ("66 lines of keys", SDP, OFFER.replace("RTP/AVP", "RTP/SAVP") + CRYPTO, 488),
        ("20 media", SDP, OFFER + "m=audio 4000 RTP/AVP 8\r\n" * 20, 488),
        ("100 attributes", SDP, OFFER + "a=x\r\n" * 100, 488),
        ("500 lines", SDP, OFFER + "b=x\r\n" * 500, 413),
        ("200 headers", "X-More: x\r\n" * 200, "", 400),
        ("a header of 8 kB", f"X-More: {'x' * 8000}\r\n", "", 400),
        (
            "a multipart in a multipart",
            "Content-Type: multipart/mixed;boundary=a\r\n",
            "--a\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n--b\r\n\r\n--b--\r\n--a--\r\n",
            400,
        ),
        ("Contact: *", "Contact: *\r\n", "", 400),
        ("a telephone number as Contact", "Contact: <tel:+6281>\r\n", "", 400),
    ],
)
async def test_limits_hold_for_trunks_too(agent: Watched, what: str, headers: str, body: str, status: int) -> None:
    with RawSip(agent.agent.address) as raw:
        started = time.monotonic()
        answer = await ask(raw, raw.request("INVITE", Dialog(), headers=headers, body=body))
        assert answer is not None and answer.status == status, what
        assert time.monotonic() - started < 0.9, "nothing was looked up"
        alive = await ask(raw, raw.request("OPTIONS", Dialog()))
    assert alive is not None and alive.status == 200
    assert agent.told(IncomingCall) == []


@pytest.mark.parametrize(
    "body",
    [
        OFFER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 a.name.example"),
        OFFER + "b=x\r\n" * 401,
    ],
    ids=["a name", "401 lines"],
)
async def test_an_answer_with_a_body_that_may_not_be_ends_the_call_at_once(agent: Watched, body: str) -> None:
    """A name server that is silent would hold everybody up; an answer that is lost would leave the call in the air."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind((PHONE, 0))
        phone.settimeout(2)
        agent.agent.call(f"sip:x@{PHONE}:{phone.getsockname()[1]}")
        invite, back = await asyncio.to_thread(phone.recvfrom, 65536)
        head = invite.decode().split("\r\n\r\n")[0].split("\r\n")[1:]
        kept = [line for line in head if line.split(":")[0] in ("Via", "From", "Call-ID", "CSeq")]
        to = next(line for line in head if line.startswith("To:"))
        lines = [
            "SIP/2.0 200 OK",
            *kept,
            f"{to};tag=t",
            f"Contact: <sip:x@{PHONE}:{phone.getsockname()[1]}>",
            SDP.strip(),
        ]
        message = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        phone.sendto(message.encode(), back)
        ended = b""
        while not ended.startswith(b"BYE "):
            ended = await asyncio.to_thread(phone.recv, 65536)
        lines = ended.decode().split("\r\n")[1:]
        kept = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
        phone.sendto("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode(), back)
        await agent.tells(lambda: agent.told(LegEnded), within_s=3)


async def test_one_address_gets_its_share_of_new_calls_and_no_more() -> None:
    admission = Admission(trunks=("127.0.0.0/8",), calls_per_s=10)
    async with watched(options(admission)) as agent:
        with ExitStack() as stack:
            flood = stack.enter_context(RawSip(agent.agent.address, "127.0.0.20"))
            other = stack.enter_context(RawSip(agent.agent.address, "127.0.0.21"))
            for _ in range(200):
                flood.send(flood.request("INVITE", Dialog(), headers=SDP, body=OFFER))
            answer = await ask(flood, b"")
            assert answer is not None and answer.status == 503 and answer.header("Retry-After")
            other.send(other.request("INVITE", Dialog(), headers=SDP, body=OFFER))
            await agent.tells(lambda: any(event.source == "127.0.0.21" for event in agent.told(IncomingCall)))
        flooded = [event for event in agent.told(IncomingCall) if event.source == "127.0.0.20"]
        assert 10 <= len(flooded) <= 40
        assert agent.agent.refusals()["too_many"] >= 100


async def test_who_acknowledges_nothing_does_not_get_every_call_of_the_engine() -> None:
    """Each 200 without an ACK holds a call for a minute: one address has as many as it may bring at once."""
    admission = Admission(trunks=("127.0.0.0/8",), calls_per_s=5)
    async with watched(options(admission), answers=True) as agent:
        with ExitStack() as stack:
            silent = stack.enter_context(RawSip(agent.agent.address, "127.0.0.20"))
            other = stack.enter_context(RawSip(agent.agent.address, "127.0.0.21"))
            for _ in range(16):
                silent.send(silent.request("INVITE", Dialog(), headers=SDP, body=OFFER))
                await asyncio.sleep(0.25)  # four a second: the door lets each of them in
            assert len(agent.agent.legs) == 10
            assert agent.agent.refusals()["too_many"] == 6
            for _ in range(12):
                dialog = await asyncio.to_thread(call, other)
                await asyncio.sleep(0.2)
            await agent.tells(lambda: len(agent.told(LegAnswered)) == 12)
            bye = await ask(other, other.request("BYE", dialog))
    assert bye is not None and bye.status == 200


async def test_polls_of_a_trunk_take_nothing_from_its_calls() -> None:
    """More messages than a trunk may send, under its own address, while it calls and hangs up."""
    async with watched(options(), answers=True) as agent:
        command = [sys.executable, "-m", "tests.load.flooder", "options", agent.agent.address, "--sources", TRUNK]
        flood = await asyncio.create_subprocess_exec(*command, "--rate", "6000", "--seconds", "5", cwd=ROOT)
        try:
            async with asyncio.timeout(10):  # what was held ready for it is used up then
                while agent.agent.refusals()["too_many"] < 4 * MESSAGES_PER_S:
                    await asyncio.sleep(0.05)
            with RawSip(agent.agent.address) as trunk:
                for _ in range(5):
                    dialog = await asyncio.to_thread(call, trunk)
                    bye = await ask(trunk, trunk.request("BYE", dialog))
                    assert bye is not None and bye.status == 200
        finally:
            flood.kill()
            await flood.wait()


async def test_a_flood_of_strangers_leaves_nothing(agent: Watched) -> None:
    with ExitStack() as stack:
        raws = [stack.enter_context(RawSip(agent.agent.address, f"127.0.9.{n}")) for n in range(1, 51)]
        before = memory_kb()
        for _ in range(100):
            for raw in raws:
                raw.send(raw.request("INVITE", Dialog(), headers=SDP, body=OFFER))
            await asyncio.sleep(0.005)
        trunk = stack.enter_context(RawSip(agent.agent.address))
        dialog = await asyncio.to_thread(call, trunk)
        await ask(trunk, trunk.request("BYE", dialog))
        await agent.tells(lambda: not agent.agent.legs)
        assert len(agent.told(IncomingCall)) == 1
        assert agent.agent.refusals()["strangers"] >= 1000
        assert agent.agent.refusals()["answered"] <= 50 * 20 + 400
        assert memory_kb() - before < 4_000


async def test_connections_of_a_stranger_are_few_and_short(agent: Watched) -> None:
    host, port = agent.agent.address.rsplit(":", 1)
    with ExitStack() as stack:
        for _ in range(60):
            connection = stack.enter_context(socket.socket())
            connection.bind((STRANGER, 0))
            connection.connect((host, int(port)))
            connection.setblocking(False)
        await asyncio.sleep(0.3)
        assert agent.agent.refusals()["connections_refused"] >= 30
        trunk = stack.enter_context(RawSip(agent.agent.address, TRUNK, "tcp"))
        answer = await ask(trunk, trunk.request("OPTIONS", Dialog()))
        assert answer is not None and answer.status == 200


async def test_connections_of_strangers_leave_those_of_trunks(agent: Watched) -> None:
    host, port = agent.agent.address.rsplit(":", 1)
    with ExitStack() as stack:
        for number in range(2000):
            connection = stack.enter_context(socket.socket())
            connection.bind((f"127.0.9.{number % 200 + 1}", 0))
            connection.connect((host, int(port)))
            if number % 50 == 0 and agent.agent.refusals()["connections_refused"] >= 20:
                break  # in all strangers have had theirs
        assert agent.agent.refusals()["connections_refused"] >= 20
        trunk = stack.enter_context(RawSip(agent.agent.address, TRUNK, "tcp"))
        answer = await ask(trunk, trunk.request("OPTIONS", Dialog()))
        assert answer is not None and answer.status == 200


async def test_one_source_has_so_many_connections_and_others_find_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that opens one after the other and says something valid on each would hold them for ten minutes."""
    monkeypatch.setattr("sip.door.CONNECTIONS_PER_S", 1000)
    monkeypatch.setattr("sip.door.CONNECTIONS_PER_S_IN_ALL", 10_000)
    monkeypatch.setattr("sip.door.POLLS_PER_S", 1000)
    async with watched(options()) as agent:
        with ExitStack() as stack:
            for _ in range(140):
                raw = stack.enter_context(RawSip(agent.agent.address, PHONE, "tcp"))
                with suppress(OSError):
                    raw.send(raw.request("OPTIONS", Dialog()))
            await refused(agent, 40)
            for source in (TRUNK, OTHER_PHONE):
                other = stack.enter_context(RawSip(agent.agent.address, source, "tcp"))
                answer = await ask(other, other.request("OPTIONS", Dialog()))
                assert answer is not None and answer.status == 200
        await asyncio.sleep(0.5)  # they are closed
        with RawSip(agent.agent.address, PHONE, "tcp") as again:
            answer = await ask(again, again.request("OPTIONS", Dialog()))
            assert answer is not None and answer.status == 200


async def test_phones_leave_connections_for_trunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sip.door.CONNECTIONS_PER_S", 1000)
    monkeypatch.setattr("sip.door.CONNECTIONS_PER_S_IN_ALL", 100_000)
    monkeypatch.setattr("sip.door.POLLS_PER_S", 1000)
    admission = Admission(trunks=(f"{TRUNK}/32",), phones=("127.0.8.0/24",))
    async with watched(options(admission)) as agent:
        with ExitStack() as stack:
            for number in range(1600):
                phone = stack.enter_context(RawSip(agent.agent.address, f"127.0.8.{number % 20 + 1}", "tcp"))
                with suppress(OSError):  # one that says nothing is closed after ten seconds
                    phone.send(phone.request("OPTIONS", Dialog()))
            await refused(agent, 100)
            trunk = stack.enter_context(RawSip(agent.agent.address, TRUNK, "tcp"))
            answer = await ask(trunk, trunk.request("OPTIONS", Dialog()))
            assert answer is not None and answer.status == 200


async def refused(agent: Watched, connections: int) -> None:
    async with asyncio.timeout(10):
        while agent.agent.refusals()["connections_refused"] < connections:
            await asyncio.sleep(0.05)


async def test_a_strangers_keep_alive_is_not_answered(agent: Watched) -> None:
    for source, answer in ((TRUNK, b"\r\n"), (STRANGER, b"")):
        host, port = agent.agent.address.rsplit(":", 1)
        with socket.socket() as connection:
            connection.bind((source, 0))
            connection.connect((host, int(port)))
            connection.settimeout(0.5)
            connection.sendall(b"\r\n\r\n")
            with suppress(TimeoutError, ConnectionError):
                assert await asyncio.to_thread(connection.recv, 10) == answer, source
                continue
            assert answer == b"", source


async def test_a_stranger_is_told_to_the_log_once_a_second(agent: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    with RawSip(agent.agent.address, STRANGER) as raw:
        for _ in range(30):
            raw.send(raw.request("OPTIONS", Dialog()))
        await asyncio.sleep(1.3)
    lines = [line for line in capsys.readouterr().out.splitlines() if "sip_refused" in line]
    assert 1 <= len(lines) <= 2 and all(STRANGER in line and "stranger" in line for line in lines)


async def test_who_may_be_a_trunk_is_not_told_of_as_a_stranger(capsys: pytest.CaptureFixture[str]) -> None:
    """Its name was not found yet, and fail2ban would shut it out for a day."""
    async with watched(options(Admission(incomplete=True, trunks=(f"{TRUNK}/32",)))) as agent:
        with RawSip(agent.agent.address, STRANGER) as raw:
            refused_ = await ask(raw, raw.request("OPTIONS", Dialog()))
            await asyncio.sleep(1.3)
            told = capsys.readouterr().out
            assert "sip_unknown" in told and "sip_refused" not in told
            agent.agent.admit(ADMISSION)
            raw.send(raw.request("OPTIONS", Dialog()))
            await asyncio.sleep(1.3)
            assert "sip_refused" in capsys.readouterr().out
    assert refused_ is not None and refused_.status == 403


def memory_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def test_the_limits_are_below_the_librarys_own() -> None:
    assert LIMITS["bytes"] < 16_000 and LIMITS["attributes"] < 68 and LIMITS["media"] < 16
