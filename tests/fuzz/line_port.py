"""What comes to the port of a browser's line: ICE's checks with the right keys (RFC 8445), DTLS handshakes (RFC 6347).

Only such ones get past the doors of their parsers: a check by a stranger ends at its MESSAGE-INTEGRITY.
"""

import hashlib
import hmac
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.fuzz.browser import PASSWORD, UFRAG
from tests.fuzz.grammar import mutated

COOKIE = 0x2112A442
USERNAME, INTEGRITY, ERROR, MAPPED, PRIORITY, USE = 0x0006, 0x0008, 0x0009, 0x0020, 0x0024, 0x0025
PRINT, CONTROLLED, CONTROLLING = 0x8028, 0x8029, 0x802A
Attribute = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as its offer tells it: where it listens, and the keys of its ICE."""

    leg: int
    port: int
    ufrag: str
    password: str
    types: str
    maps: str


def line_of(leg: int, offer: str) -> Line:
    """Raises `ValueError` for an offer that is none."""
    media = re.search(r"m=audio (\d+) \S+ ([\d ]+)", offer)
    ufrag, password = re.search(r"a=ice-ufrag:(\S+)", offer), re.search(r"a=ice-pwd:(\S+)", offer)
    if media is None or ufrag is None or password is None:
        raise ValueError(offer)
    maps = "\n".join(re.findall(r"a=rtpmap:[^\r\n]+", offer))
    return Line(leg, int(media[1]), ufrag[1], password[1], media[2], maps)


# --- STUN -------------------------------------------------------------------------------------------------------------


def check(random: Random, line: Line) -> bytes:
    """A browser's check of this line, with attributes that need not be what they should."""
    wanted: list[Attribute] = [
        (USERNAME, f"{line.ufrag}:{UFRAG}".encode()),
        (PRIORITY, random.randbytes(4)),
        (random.choice((CONTROLLED, CONTROLLING)), random.randbytes(8)),
    ]
    if random.random() < 0.7:
        wanted.append((USE, b""))
    if random.random() < 0.6:
        _spoil(random, wanted)
    kind = 0x0001 if random.random() < 0.9 else random.choice((0x0011, 0x0003, 0x0101, 0x0111))
    return stun(random, kind, random.randbytes(12), wanted, line.password)


def answered(random: Random, asked: bytes) -> bytes:
    """What a browser says to a check of the engine's, of which only the transaction has to be right."""
    port = struct.pack("!HHI", 1, random.choice((COOKIE >> 16, random.randrange(1 << 16))), random.randrange(1 << 32))
    kind, said = 0x0101, [(MAPPED, port)]
    if random.random() < 0.2:
        kind, said = 0x0111, [(ERROR, struct.pack("!HBB", 0, random.randrange(8), random.randrange(100)) + b"no")]
    if random.random() < 0.4:
        _spoil(random, said)
    return stun(random, kind, asked[8:20], said, PASSWORD)


def _spoil(random: Random, attributes: list[Attribute]) -> None:
    for _ in range(random.randrange(4)):
        kind = random.choice((*range(0x30), *range(0x8020, 0x8030), random.randrange(1 << 16)))
        value = random.randbytes(random.choice((0, 1, 3, 4, 8, 20, 64, 600)))
        attributes.insert(random.randrange(len(attributes) + 1), (kind, value))
    if random.random() < 0.2:
        del attributes[random.randrange(len(attributes))]
    if random.random() < 0.1:
        attributes.extend([random.choice(attributes)] * random.randrange(40) if attributes else [])


def stun(random: Random, kind: int, transaction: bytes, attributes: Sequence[Attribute], password: str) -> bytes:
    body = b"".join(_attribute(random, *each) for each in attributes)
    if random.random() < 0.95:
        head = _head(kind, len(body) + 24, transaction)
        body += struct.pack("!HH", INTEGRITY, 20) + hmac.new(password.encode(), head + body, hashlib.sha1).digest()
    if random.random() < 0.8:
        head = _head(kind, len(body) + 8, transaction)
        body += struct.pack("!HHI", PRINT, 4, zlib.crc32(head + body) ^ 0x5354554E)
    return _head(kind, len(body), transaction) + body


def _attribute(random: Random, kind: int, value: bytes) -> bytes:
    length = len(value) if random.random() < 0.95 else random.randrange(1 << 16)
    return struct.pack("!HH", kind, length) + value + bytes(-len(value) % 4)


def _head(kind: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", kind, length & 0xFFFF, COOKIE) + transaction


# --- DTLS -------------------------------------------------------------------------------------------------------------

EXTENSIONS = (
    (10, b"\x00\x04\x00\x1d\x00\x17"),  # groups: x25519, P-256
    (11, b"\x01\x00"),
    (13, b"\x00\x06\x04\x03\x08\x04\x04\x01"),
    (14, b"\x00\x04\x00\x07\x00\x01\x00"),  # use_srtp (RFC 5764): AEAD_AES_128_GCM, AES128_CM_SHA1_80
    (23, b""),
    (0xFF01, b"\x00"),
)
CIPHERS = b"\xc0\x2b\xc0\x2f\xcc\xa9\xc0\x0a\xc0\x14\x00\x9c\x00\x2f"
HELLO, SERVER_HELLO, VERIFY, TICKET, CERTIFICATE, SERVER_KEY, WANTED, DONE, PROOF, CLIENT_KEY, FINISHED = (
    1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 20,
)  # fmt: skip


def handshake(random: Random, certificate: bytes) -> list[bytes]:
    """Packets of a handshake: of a client's that goes on as if it were answered, or of a server's."""
    if random.random() < 0.7:
        said = [(HELLO, _client_hello(random))]
        if random.random() < 0.5:
            said += [(CERTIFICATE, _certificates(random, certificate)), (CLIENT_KEY, _client_key(random))]
        if random.random() < 0.3:
            said.append((PROOF, struct.pack("!HH", 0x0403, 70) + random.randbytes(random.randrange(90))))
    else:
        said = _of_server(random, certificate)
    packets = [packet for number, each in enumerate(said) for packet in _records(random, number, *each)]
    if random.random() < 0.3:
        packets.append(_record(random, 20, b"\x01"))
        packets.append(_record(random, 22, random.randbytes(40), epoch=1))
    return [mutated(random, each) if random.random() < 0.2 else each for each in packets]


def _client_hello(random: Random) -> bytes:
    session, cookie = (random.randbytes(random.choice((0, 0, 0, 1, 32, 255))) for _ in range(2))
    extensions = [each for each in EXTENSIONS if random.random() < 0.95]
    for _ in range(random.choice((0, 0, 1, 5))):
        extensions.append((random.randrange(70), random.randbytes(random.randrange(60))))
    ciphers = CIPHERS if random.random() < 0.9 else random.randbytes(random.randrange(64))
    return (
        struct.pack("!H", random.choice((0xFEFD, 0xFEFD, 0xFEFD, 0xFEFF, 0xFEFC))) + random.randbytes(32)
        + bytes([len(session)]) + session + bytes([len(cookie)]) + cookie
        + struct.pack("!H", len(ciphers)) + ciphers + b"\x01\x00" + _extensions(random, extensions)
    )  # fmt: skip


def _extensions(random: Random, extensions: Sequence[Attribute]) -> bytes:
    packed = b"".join(struct.pack("!HH", kind, _length(random, value)) + value for kind, value in extensions)
    return struct.pack("!H", _length(random, packed)) + packed


def _certificates(random: Random, certificate: bytes) -> bytes:
    one = mutated(random, certificate) if random.random() < 0.6 else certificate
    chain = b"".join(_length(random, one).to_bytes(3, "big") + one for _ in range(random.randrange(4)))
    return _length(random, chain).to_bytes(3, "big") + chain


def _client_key(random: Random) -> bytes:
    point = random.choice(
        (b"\x04" + random.randbytes(64), random.randbytes(32), random.randbytes(random.randrange(99)))
    )
    return bytes([_length(random, point) & 0xFF]) + point


def _of_server(random: Random, certificate: bytes) -> list[Attribute]:
    if random.random() < 0.3:
        cookie = random.randbytes(random.randrange(255))
        return [(VERIFY, b"\xfe\xff" + bytes([_length(random, cookie) & 0xFF]) + cookie)]
    extensions = [(14, b"\x00\x02\x00\x07\x00"), (23, b""), (0xFF01, b"\x00")]
    hello = b"\xfe\xfd" + random.randbytes(32) + b"\x00\xc0\x2b\x00" + _extensions(random, extensions)
    key = b"\x03\x00\x1d\x20" + random.randbytes(32) + b"\x04\x03\x00\x46" + random.randbytes(70)
    whole = [
        (SERVER_HELLO, hello), (CERTIFICATE, _certificates(random, certificate)), (SERVER_KEY, key),
        (WANTED, b"\x01\x40\x00\x02\x04\x03\x00\x00"), (DONE, b""),
    ]  # fmt: skip
    return [each for each in whole if random.random() < 0.95]


def _records(random: Random, number: int, kind: int, body: bytes) -> list[bytes]:
    """A message of the handshake, whole or in pieces that may overlap, be missing, or lie about the whole."""
    size = random.choice((1200, 1200, 1200, 200, 40)) if len(body) < 4000 else 1200
    packets = []
    for at in range(0, max(len(body), 1), size):
        piece = body[max(0, at - random.choice((0, 0, 0, 7))) : at + size]
        start = at if random.random() < 0.97 else random.randrange(1 << 24)
        head = bytes([kind]) + _length(random, body, least=0.98).to_bytes(3, "big") + struct.pack("!H", number)
        head += start.to_bytes(3, "big") + len(piece).to_bytes(3, "big")
        packets.append(_record(random, 22, head + piece, number=number))
    return packets


def _record(random: Random, kind: int, body: bytes, *, epoch: int = 0, number: int = 0) -> bytes:
    version = random.choice((0xFEFD, 0xFEFD, 0xFEFF))
    counted = struct.pack("!HI", 0, number * 64 + random.randrange(64))
    return struct.pack("!BHH", kind, version, epoch) + counted + struct.pack("!H", _length(random, body)) + body


def _length(random: Random, of: bytes, least: float = 0.97) -> int:
    """Its length, nearly always."""
    return len(of) if random.random() < least else random.randrange(1 << 16)
