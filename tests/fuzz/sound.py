"""What is sent to ports where sound is expected: RTP, RTCP, STUN and DTLS of nobody in particular."""

import struct
from collections.abc import Sequence
from random import Random

from tests.fuzz.grammar import Generator, mutated


def rtp(random: Random) -> bytes:
    """Sound and keys (RFC 3550, RFC 4733)."""
    kind = random.choice((8, 0, 9, 101, 111, 100, 127)) | (0x80 if random.random() < 0.2 else 0)
    head = random.choice((0x80, 0x80, 0x80, 0x80, 0x90, 0xA0, 0x8F, 0x40, 0xFF))
    packet = struct.pack(
        "!BBHII", head, kind, random.randrange(1 << 16), random.randrange(1 << 32), random.randrange(4)
    )
    return packet + random.randbytes(random.choice((0, 1, 4, 160, 320, 1400)))


def rtcp(random: Random) -> bytes:
    """Reports whose lengths and counts need not fit (RFC 3550 section 6, RFC 4585, RFC 3611)."""
    packets = b""
    for _ in range(random.randrange(1, 4)):
        body = random.randbytes(4 * random.randrange(12))
        length = len(body) // 4 if random.random() < 0.7 else random.randrange(1 << 16)
        head = random.randrange(0x80, 0x100), random.randrange(192, 212)
        if random.random() < 0.4:  # as it should be: a report with one block, of a sender or a receiver
            head, length = random.choice((((0x81, 200), 12), ((0x81, 201), 7)))
            body = random.randbytes(4 * length)
        packets += struct.pack("!BBH", *head, length) + body
    return packets


def stun(random: Random) -> bytes:
    """Requests and answers with attributes of any length (RFC 8489)."""
    attributes = b""
    for _ in range(random.randrange(8)):
        value = random.randbytes(random.randrange(40))
        length = len(value) if random.random() < 0.8 else random.randrange(1 << 16)
        attributes += (
            struct.pack("!HH", random.choice((1, 6, 8, 9, 0x20, 0x24, 0x25, 0x8028, 0x8029, 0x8022)), length) + value
        )
        attributes += bytes(-len(value) % 4)
    length = len(attributes) if random.random() < 0.8 else random.randrange(1 << 16)
    kind = random.choice((0x0001, 0x0101, 0x0111, 0x0011, 0x0003, 0x3FFF))
    return struct.pack("!HHI", kind, length, 0x2112A442) + random.randbytes(12) + attributes


def dtls(random: Random) -> bytes:
    """Records of a handshake that never was (RFC 6347)."""
    body = random.randbytes(random.randrange(200))
    if random.random() < 0.6:
        length = len(body) if random.random() < 0.7 else random.randrange(1 << 24)
        head = struct.pack("!B", random.choice((1, 2, 11, 14, 16, 20))) + length.to_bytes(3, "big") + bytes(5)
        body = head + len(body).to_bytes(3, "big") + body
    version = random.choice((0xFEFF, 0xFEFD, 0x0303, 0))
    return (
        struct.pack("!BHHHIH", random.choice((20, 21, 22, 23, 99)), version, 0, 0, random.randrange(1 << 32), len(body))
        + body
    )


MEDIA: Sequence[Generator] = (rtp, rtcp, stun, dtls)


def media(random: Random) -> bytes:
    """For a port where sound is expected."""
    message = random.choice(MEDIA)(random)
    return mutated(random, message) if random.random() < 0.3 else message
