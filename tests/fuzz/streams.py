"""SIP over connections: messages that come in pieces, several at once, behind garbage, or with a length that is a lie.

A stream is what is written, piece by piece; each piece is a packet, or a record of TLS, of its own.
"""

import ssl
from contextlib import suppress
from random import Random

from tests.fuzz.grammar import NUMBERS, mutated
from tests.fuzz.messages import sip

GARBAGE = (
    b"\r\n\r\n", b"\r\n" * 40, b"\0" * 100, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01", b"\r", b"\n\n",
    b"SIP/2.0 ", b"x" * 3000,
)  # fmt: skip


def stream(random: Random) -> tuple[int, list[bytes]]:
    """How many messages, and the pieces."""
    messages = [_message(random) for _ in range(random.choice((1, 1, 2, 4, 8)))]
    if random.random() < 0.2:
        messages.insert(random.randrange(len(messages) + 1), random.choice(GARBAGE))
    whole = b"".join(messages)
    if random.random() < 0.1:
        whole = whole[: random.randrange(len(whole) + 1)]
    return len(messages), _pieces(random, whole)


def before_the_handshake(random: Random) -> list[bytes]:
    """What a TLS port gets instead of a handshake, or as one."""
    match random.randrange(4):
        case 0:
            return [random.choice(GARBAGE)]
        case 1:
            return stream(random)[1]
        case 2:
            return _pieces(random, client_hello())
        case _:
            return _pieces(random, mutated(random, client_hello()))


def client_hello() -> bytes:
    """What Python's TLS says first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        careless().wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    return outgoing.read()


def careless() -> ssl.SSLContext:
    """Takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _message(random: Random) -> bytes:
    message = sip(random, "TCP")
    head, blank, body = message.partition(b"\r\n\r\n")
    match random.randrange(12):
        case 0:
            return head + b"\r\nContent-Length: " + random.choice(NUMBERS).encode() + blank + body
        case 1:
            return head.replace(b"Content-Length", b"X-Length") + blank + body
        case 2:
            return head + b"\r\nX: " + b"y" * random.randrange(40_000) + blank + body
        case 3:
            return head + blank[: random.randrange(4)]
        case _:
            return message


def _pieces(random: Random, whole: bytes) -> list[bytes]:
    if random.random() < 0.4:
        return [whole]
    size = random.choice((1, 7, 100, 1460, 8000))
    most = 60  # pieces; the rest goes in one
    cuts = [whole[at : at + size] for at in range(0, min(len(whole), most * size), size)]
    return [*cuts, whole[most * size :]] if len(whole) > most * size else cuts
