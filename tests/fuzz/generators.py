"""What is sent: SIP by a grammar that goes wrong on purpose, SDP, RTP, RTCP, STUN, DTLS, and mutations of all of it.

Each generator makes a message of a random source alone, so that a seed makes the same messages again.
"""

import struct
from collections.abc import Callable, Sequence
from random import Random

Generator = Callable[[Random], bytes]

METHODS = (
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "INFO",
    "UPDATE",
    "PRACK",
    "REFER",
    "NOTIFY",
    "SUBSCRIBE",
    "MESSAGE",
    "PUBLISH",
    "REGISTER",
    "FOO",
    "invite",
)
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
HEADERS = (
    *"""
Record-Route: <{uri}>
Route: <{uri};lr>
Contact: <{uri}>;expires={n}
Contact: *
Require: 100rel,{t}
Supported: timer,{t}
Session-Expires: {n};refresher={t}
Min-SE: {n}
RAck: {n} {n} INVITE
RSeq: {n}
Replaces: x;to-tag=y;from-tag=z
Refer-To: <{uri}>
Event: {t};id={n}
Max-Forwards: {n}
Expires: {n}
P-Asserted-Identity: <{uri}>
Privacy: {t}
Diversion: <{uri}>;reason={t}
Authorization: Digest {t}={t}
Proxy-Authenticate: Digest realm="{t}", nonce="{n}"
Content-Encoding: {t}
Content-Disposition: {t}
Accept: {t}/{t}
Allow: {t}, {t}
Warning: {n} {t} "{t}"
Via: SIP/2.0/{t} {t}:{n};branch={t}
Subject: {t}
Content-Length: {n}
CSeq: {n} {t}
From: "{t}" <{uri}>;tag={t}
To: <{uri}>;tag={t}
Call-ID: {t}
{t}: {t}
""".strip().split("\n"),
)
TOKENS = ("", "x", "a" * 300, '"', "\\", "\x00", "%s%n", "é", "🦆", "=;,", "audio", "UDP", "TCP", "multipart", "\t ")
TYPES = (
    "application/sdp", "application/dtmf-relay", "application/dtmf", "text/plain", "application/pidf+xml", "{t}/{t}",
    "multipart/mixed;boundary=b", "multipart/mixed", "message/sipfrag", "application/SDP;charset=utf-8", "",
)  # fmt: skip
SDP = (
    *"""
v={n}
o=- {n} {n} IN IP4 127.0.0.1
o={t}
s=-
c=IN IP4 127.0.0.1
c=IN IP6 ::1
c=IN IP4 0.0.0.0
c=IN IP4 224.2.1.1/{n}
t={n} {n}
b=AS:{n}
b={t}:{n}
m=audio {n} RTP/AVP 0 8 101
m=audio 40000 RTP/AVP {n}
m=audio 40000 RTP/SAVP 8
m=audio 40000 UDP/TLS/RTP/SAVPF 8 111
m=video 40002 RTP/AVP 96
m={t} {n} {t} {t}
m=audio 40000/{n} RTP/AVP 8
m=text 40004 RTP/AVP 98
a=rtpmap:{n} PCMA/8000
a=rtpmap:{n} {t}/{n}/{n}
a=rtpmap:{t}
a=rtpmap:101 telephone-event/8000
a=rtpmap:98 t140/1000
a=rtpmap:100 red/1000
a=fmtp:{n} {t}={n}
a=fmtp:100 98/98/98
a=fmtp:101 0-{n}
a=ptime:{n}
a=maxptime:{n}
a=rtcp:{n}
a=rtcp:{n} IN IP4 127.0.0.1
a=rtcp-mux
a=sendrecv
a=inactive
a=crypto:{n} AES_CM_128_HMAC_SHA1_80 inline:{t}
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
a=fingerprint:{t} {t}
a=setup:{t}
a=setup:actpass
a=ice-ufrag:{t}
a=ice-pwd:{t}
a=candidate:{n} {n} UDP {n} 127.0.0.1 {n} typ host
a=candidate:{t}
a=ssrc:{n} cname:{t}
a={t}:{t}
a=
y={t}
k={t}
i={t}
m=
m=audio
""".strip().split("\n"),
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
)
OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


def _filled(random: Random, template: str) -> str:
    for name, choices in (("{uri}", URIS), ("{n}", NUMBERS), ("{t}", TOKENS)):
        while name in template:
            template = template.replace(name, random.choice(choices), 1)
    return template


def sdp(random: Random) -> str:
    """A description: a sound one with something amiss, or lines by lot."""
    if random.random() < 0.6:
        lines = OFFER.split("\r\n")[:-1]
        for _ in range(random.randrange(4)):
            lines.insert(random.randrange(4, len(lines) + 1), _filled(random, random.choice(SDP)))
        if random.random() < 0.2:
            del lines[random.randrange(len(lines))]
    else:
        lines = [_filled(random, random.choice(SDP)) for _ in range(random.randrange(25))]
    if random.random() < 0.05:
        lines += [random.choice(lines)] * random.randrange(90) if lines else []
    return "\r\n".join(lines) + random.choice(("\r\n", "\n", ""))


def _body(random: Random) -> tuple[str, str]:
    kind = random.choice(TYPES) if random.random() < 0.4 else "application/sdp"
    kind = _filled(random, kind)
    if "multipart" in kind:
        parts = [f"Content-Type: application/sdp\r\n\r\n{sdp(random)}" for _ in range(random.randrange(5))]
        return kind, "--b\r\n" + "\r\n--b\r\n".join(parts) + random.choice(("\r\n--b--\r\n", "", "\r\n--b"))
    if "dtmf" in kind:
        return kind, _filled(random, random.choice(("Signal={t}\r\nDuration={n}", "{n}", "Signal={n}", "{t}")))
    return kind, sdp(random)


def sip(random: Random) -> bytes:
    """A request or an answer; VIA stands where the sender's address goes."""
    method = random.choice(METHODS) if random.random() < 0.5 else "INVITE"
    start = f"{method} sip:hotline@127.0.0.1 SIP/2.0"
    if random.random() < 0.15:
        start = f"SIP/2.0 {random.choice(('200', '180', '302', '401', '491', '99', '700', '0', 'x'))} OK"
    elif random.random() < 0.1:
        start = f"{method} {random.choice(URIS)} SIP/2.0"
    number = random.randrange(1 << 30)
    tag = f";tag={random.randrange(8)}" if random.random() < 0.3 else ""
    lines = [
        start, f"Via: SIP/2.0/UDP VIA;rport;branch=z9hG4bK{number}", "Max-Forwards: 70",
        f"From: <sip:+62812{number}@127.0.0.1>;tag=f{number % 64}", f"To: <sip:hotline@127.0.0.1>{tag}",
        f"Call-ID: fuzz-{number % 64 if tag else number}", f"CSeq: {number % 1000} {method}", "Contact: <sip:f@VIA>",
    ]  # fmt: skip
    for _ in range(random.randrange(5)):
        lines.insert(random.randrange(1, len(lines) + 1), _filled(random, random.choice(HEADERS)))
    if random.random() < 0.1:
        del lines[random.randrange(len(lines))]
    kind, body = _body(random) if random.random() < 0.8 else ("", "")
    if kind:
        lines.append(f"Content-Type: {kind}")
    length = len(body.encode()) if random.random() < 0.9 else random.choice(NUMBERS)
    lines.append(f"Content-Length: {length}")
    message = ("\r\n".join(lines) + f"\r\n\r\n{body}").encode("utf-8", "surrogatepass")
    return mutated(random, message) if random.random() < 0.3 else message


def rtp(random: Random) -> bytes:
    """Sound and keys (RFC 3550, RFC 4733)."""
    kind = random.choice((8, 0, 9, 101, 111, 100, 127)) | (0x80 if random.random() < 0.2 else 0)
    head = random.choice((0x80, 0x90, 0xA0, 0x8F, 0x40, 0xFF))
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
        packets += struct.pack("!BBH", random.randrange(0x80, 0x100), random.randrange(192, 212), length) + body
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


MEDIA: Sequence[Generator] = (rtp, rtcp, stun, dtls)


def media(random: Random) -> bytes:
    """For a port where sound is expected."""
    message = random.choice(MEDIA)(random)
    return mutated(random, message) if random.random() < 0.3 else message
