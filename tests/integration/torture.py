"""Sends the messages of `torture_messages` and listens to what comes back."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal

from tests.integration.sip_tools import HOST
from tests.integration.torture_messages import Torture

Statuses = Mapping[str, Sequence[int]]
"""Name of a message -> status codes of the answers, in the order of their arrival."""

_ANSWERS_S = 2.0  # long enough for a first retransmission of a final answer (RFC 3261, timer G: 0.5 s)


async def torture(target: str, messages: Sequence[Torture], transport: Literal["udp", "tcp"] = "udp") -> Statuses:
    """Sends each message to `target` (host:port) from a socket of its own, all of them at once."""
    send = _by_tcp if transport == "tcp" else _by_udp
    answers = await asyncio.gather(*(send(target, message) for message in messages))
    return {message.name: answer for message, answer in zip(messages, answers, strict=True)}


class _Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.received = b""

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.received += data


async def _by_udp(target: str, message: Torture) -> Sequence[int]:
    loop = asyncio.get_running_loop()
    socket, listener = await loop.create_datagram_endpoint(
        _Listener, local_addr=(HOST, 0), remote_addr=_address(target)
    )
    try:
        host, port = socket.get_extra_info("sockname")
        socket.sendto(message.encoded(f"{host}:{port}", "UDP", target))
        await asyncio.sleep(_ANSWERS_S)  # there is no end to wait for: no answer is an answer
    finally:
        socket.close()
    return _statuses(listener.received)


async def _by_tcp(target: str, message: Torture) -> Sequence[int]:
    reader, writer = await asyncio.open_connection(*_address(target))
    host, port = writer.get_extra_info("sockname")
    received = b""
    with suppress(TimeoutError, ConnectionError):
        writer.write(message.encoded(f"{host}:{port}", "TCP", target))
        async with asyncio.timeout(_ANSWERS_S):
            while data := await reader.read(65536):
                received += data
    writer.close()
    return _statuses(received)


def _address(target: str) -> tuple[str, int]:
    host, _, port = target.rpartition(":")
    return host, int(port)


def _statuses(received: bytes) -> Sequence[int]:
    lines = received.split(b"\r\n")
    return [int(line.split()[1]) for line in lines if line.startswith(b"SIP/2.0 ")]
