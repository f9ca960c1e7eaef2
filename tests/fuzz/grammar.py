"""What all generators share: words that go wrong on purpose, gaps that are filled with them, mutations.

Each generator makes a message of a random source alone, so that a seed makes the same messages again.
"""

from collections.abc import Callable
from random import Random

Generator = Callable[[Random], bytes]

NUMBERS = (
    "0",
    "1",
    "-1",
    "65535",
    "65536",
    "2147483647",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "",
    "x",
    "1e9",
)
URIS = (
    *"""
sip:a@127.0.0.1
sips:a@127.0.0.1
tel:+6281
sip:a@127.0.0.1;maddr=127.0.0.2
sip:%00@h
sip:
mailto:x
sip:a@[::1]:5060;transport=tcp
sip:a:b@127.0.0.1:99999
sip:a@127.0.0.1?Replaces=x
*
<<>>
""".strip().split("\n"),
    "sip:" + "a" * 400,
)
TOKENS = ("", "x", "a" * 300, '"', "\\", "\x00", "%s%n", "é", "🦆", "=;,", "audio", "UDP", "TCP", "multipart", "\t ")


def filled(random: Random, template: str) -> str:
    """`{uri}`, `{n}` and `{t}` drawn by lot."""
    for name, choices in (("{uri}", URIS), ("{n}", NUMBERS), ("{t}", TOKENS)):
        while name in template:
            template = template.replace(name, random.choice(choices), 1)
    return template


def mutated(random: Random, message: bytes) -> bytes:
    """A few bytes or lines otherwise."""
    data = bytearray(message)
    for _ in range(random.randrange(1, 6)):
        at = random.randrange(len(data) + 1)
        match random.randrange(5):
            case 0:
                data[at:at] = random.choice((b"\0", b"\r\n", b"\n ", b"\xff", b'"', b"<", b"%", b"=" * 50, b";a" * 40))
            case 1:
                del data[at : at + random.randrange(1, 40)]
            case 2 if at < len(data):
                data[at] ^= 1 << random.randrange(8)
            case 3:
                data[at:at] = data[at : at + random.randrange(200)] * random.randrange(1, 8)
            case _:
                del data[at + random.randrange(400) :]
    return bytes(data[:15_900])
