"""A caller who is a bare UDP socket: sends an INVITE whose headers are chosen to the letter, and hangs up."""

import asyncio
import re
import uuid
from collections.abc import Sequence

OFFER = "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
ANSWER_S = 10.0


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.messages: asyncio.Queue[str] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.messages.put_nowait(data.decode(errors="replace"))


async def plain_call(
    target: str, lines: Sequence[str], *, host: str = "127.0.0.1", farewell: Sequence[str] = ()
) -> int:
    """Calls `target` (host:port) from `host` with these header lines (From among them) and hangs up once answered.

    `farewell` are further lines of the BYE. Returns the final status.
    """
    address, _, number = target.rpartition(":")
    socket, inbox = await asyncio.get_running_loop().create_datagram_endpoint(
        _Inbox, local_addr=(host, 0), remote_addr=(address, int(number))
    )
    try:
        port = socket.get_extra_info("sockname")[1]
        key = uuid.uuid4().hex
        common = [*lines, f"Call-ID: {key}@{host}", "Max-Forwards: 70", f"Contact: <sip:caller@{host}:{port}>"]

        def send(method: str, sequence: int, to: str, body: str = "", more: Sequence[str] = ()) -> None:
            kind = ["Content-Type: application/sdp"] if body else []
            head = [
                f"{method} sip:hotline@{target} SIP/2.0",
                f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{key}{method}",
                *(to, f"CSeq: {sequence} {'INVITE' if method == 'ACK' else method}", *common, *kind, *more),
                f"Content-Length: {len(body)}",
            ]
            socket.sendto(("\r\n".join(head) + "\r\n\r\n" + body).encode())

        send("INVITE", 1, f"To: <sip:hotline@{target}>", OFFER.format(host=host))
        status, to = await _final(inbox, "1 INVITE")
        send("ACK", 1, to)
        if status == 200:
            send("BYE", 2, to, more=farewell)
            await _final(inbox, "2 BYE")
        return status
    finally:
        socket.close()


async def _final(inbox: _Inbox, sequence: str) -> tuple[int, str]:
    """The final answer to this request: its status, and the To line with the tag."""
    async with asyncio.timeout(ANSWER_S):
        while True:
            message = await inbox.messages.get()
            answer = re.match(r"SIP/2\.0 ([2-6]\d\d)", message)
            if answer is not None and f"CSeq: {sequence}" in message:
                to = next(line for line in message.split("\r\n") if line.lower().startswith("to:"))
                return int(answer[1]), to
