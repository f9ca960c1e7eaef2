"""The browsers' SIP end, talked to over a socket as by our own agent."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from sip.line_end import LineEnd
from sip.line_messages import Message, parse

OFFER = "v=0\r\ns=offer\r\n"
ANSWER = "v=0\r\ns=answer\r\n"


class Caller:
    """Our agent's side: a UDP socket."""

    def __init__(self) -> None:
        self.offers: list[tuple[int, str]] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.end = LineEnd(lambda leg, sdp: self.offers.append((leg, sdp)))
        host, port = self.end.open(self.socket.getsockname()).split(":")
        self.address = (host, int(port))

    def send(
        self, method: str, cseq: int = 1, *, tag: str = "", body: str = "", call: str = "c1", user: str = "line7"
    ) -> None:
        self.socket.sendto(self.written(method, cseq, tag, body, call, user), self.address)

    def written(self, method: str, cseq: int, tag: str, body: str, call: str, user: str) -> bytes:
        here = f"127.0.0.1:{self.socket.getsockname()[1]}"
        to = f"<sip:{user}@127.0.0.1>" + (f";tag={tag}" if tag else "")
        return (
            f"{method} sip:{user}@127.0.0.1:{self.address[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{method}{cseq}\r\n"
            f"From: <sip:lines@lines.invalid>;tag=a\r\nTo: {to}\r\n"
            f"Contact: <sip:lines@{here}>\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    async def receive(self, within_s: float = 2) -> Message:
        async with asyncio.timeout(within_s):
            message = parse(await asyncio.get_running_loop().sock_recv(self.socket, 65_535))
        assert message is not None
        return message

    async def receives(self, *statuses: int) -> Message:
        """These statuses, in this order; returns the last."""
        for status in statuses:
            message = await self.receive()
            assert message.status == status
        return message

    async def hears_nothing(self, for_s: float = 0.1) -> None:
        with pytest.raises(TimeoutError):
            await self.receive(for_s)

    async def answered(self) -> str:
        """A line that is up; returns the end's tag."""
        self.send("INVITE", body=OFFER)
        await self.receives(100, 180)
        assert self.end.answer(7, ANSWER)
        ok = await self.receives(200)
        self.send("ACK", tag=(tag := ok.header("to").partition(";tag=")[2]))
        return tag


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    made = Caller()
    yield made
    made.end.close()
    made.socket.close()


async def test_an_invite_rings_and_its_offer_is_handed_out(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.receives(100, 180)
    assert caller.offers == [(7, OFFER)]


async def test_an_invite_that_comes_again_gets_the_same_answer_and_is_no_second_offer(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    caller.send("INVITE", body=OFFER)
    await caller.receives(100, 180, 180)
    assert caller.offers == [(7, OFFER)]


async def test_the_answer_carries_the_pages_description(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.receives(100, 180)
    assert caller.end.answer(7, ANSWER)
    assert (await caller.receives(200)).body == ANSWER


async def test_the_answer_is_sent_again_until_it_is_acknowledged(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.receives(100, 180)
    caller.end.answer(7, ANSWER)
    again = await caller.receives(200, 200)
    caller.send("ACK", tag=again.header("to").partition(";tag=")[2])
    await caller.hears_nothing(1.2)


async def test_a_line_is_answered_once(caller: Caller) -> None:
    await caller.answered()
    assert not caller.end.answer(7, ANSWER)
    assert not caller.end.answer(8, ANSWER)


async def test_a_cancelled_line_ends_and_cannot_be_answered(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.receives(100, 180)
    caller.send("CANCEL")
    await caller.receives(200, 487)
    assert not caller.end.answer(7, ANSWER)


async def test_a_line_that_is_refused_before_its_answer_ends_with_that_status(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER)
    await caller.receives(100, 180)
    caller.end.refuse(7, 480, "refused by the page")
    tag = (await caller.receives(480)).header("to").partition(";tag=")[2]
    caller.send("ACK", tag=tag)
    await caller.hears_nothing(0.7)


async def test_a_line_that_is_refused_after_its_answer_gets_bye_until_that_is_answered(caller: Caller) -> None:
    tag = await caller.answered()
    await asyncio.sleep(0.05)
    caller.end.refuse(7, 480, "refused by the page")
    bye, again = await caller.receive(), await caller.receive()
    assert bye == again
    assert bye.method == "BYE"
    assert bye.header("from").endswith(f";tag={tag}")
    caller.socket.sendto(_ok(bye), caller.address)
    await caller.hears_nothing(1.2)


async def test_bye_ends_a_line(caller: Caller) -> None:
    tag = await caller.answered()
    caller.send("BYE", 2, tag=tag)
    await caller.receives(200)
    caller.send("BYE", 3, tag=tag)
    await caller.receives(481)


async def test_a_new_offer_in_mid_call_is_refused_and_the_line_stands(caller: Caller) -> None:
    tag = await caller.answered()
    caller.send("INVITE", 2, tag=tag, body=OFFER)
    await caller.receives(488)
    caller.send("ACK", 2, tag=tag)
    caller.send("BYE", 3, tag=tag)
    await caller.receives(200)
    assert len(caller.offers) == 1


@pytest.mark.parametrize("method", ["UPDATE", "INFO", "REFER", "SUBSCRIBE"])
async def test_what_is_not_understood_is_told_with_what_is(caller: Caller, method: str) -> None:
    caller.send(method)
    assert "INVITE" in (await caller.receives(405)).header("allow")


async def test_a_call_to_anybody_else_is_not_found(caller: Caller) -> None:
    caller.send("INVITE", body=OFFER, user="admin")
    await caller.receives(404)
    assert not caller.offers


async def test_strangers_get_no_answer(caller: Caller) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.sendto(caller.written("INVITE", 1, "", OFFER, "c1", "line7"), caller.address)
        await caller.hears_nothing()
    assert not caller.offers


async def test_a_large_invite_finds_nobody_at_the_same_tcp_port(caller: Caller) -> None:
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*caller.address)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(caller.address)


async def test_lines_do_not_mix(caller: Caller) -> None:
    for leg in (1, 2):
        caller.send("INVITE", body=f"{OFFER}i={leg}\r\n", call=f"c{leg}", user=f"line{leg}")
        await caller.receives(100, 180)
    caller.end.answer(2, ANSWER)
    assert (await caller.receives(200)).call_id == "c2"
    assert [leg for leg, _ in caller.offers] == [1, 2]


def _ok(bye: Message) -> bytes:
    copied = "".join(f"{name}: {bye.header(name)}\r\n" for name in ("via", "from", "to", "call-id", "cseq"))
    return f"SIP/2.0 200 OK\r\n{copied}Content-Length: 0\r\n\r\n".encode()
