"""SIP by a grammar that goes wrong on purpose, descriptions of sessions, and RFC 4475's and 5118's messages mutated."""

from random import Random

from tests.fuzz.browser import offer as browser_offer
from tests.fuzz.grammar import NUMBERS, URIS, filled, mutated
from tests.integration.torture_ipv6 import IPV6
from tests.integration.torture_messages import ALL

TORTURES = (*ALL, *(case.message for case in IPV6))
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
LINES = "sip:lines@lines.invalid"  # the account that speaks WebRTC: sip/line_account.py
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


def sdp(random: Random) -> str:
    """A description: a sound one with something amiss, or lines by lot."""
    if random.random() < 0.6:
        lines = OFFER.split("\r\n")[:-1]
        for _ in range(random.randrange(4)):
            lines.insert(random.randrange(4, len(lines) + 1), filled(random, random.choice(SDP)))
        if random.random() < 0.2:
            del lines[random.randrange(len(lines))]
    else:
        lines = [filled(random, random.choice(SDP)) for _ in range(random.randrange(25))]
    if random.random() < 0.05:
        lines += [random.choice(lines)] * random.randrange(90) if lines else []
    return "\r\n".join(lines) + random.choice(("\r\n", "\n", ""))


def _body(random: Random) -> tuple[str, str]:
    if random.random() < 0.15:
        return "application/sdp", browser_offer(random)
    kind = random.choice(TYPES) if random.random() < 0.4 else "application/sdp"
    kind = filled(random, kind)
    if "multipart" in kind:
        parts = [f"Content-Type: application/sdp\r\n\r\n{sdp(random)}" for _ in range(random.randrange(5))]
        return kind, "--b\r\n" + "\r\n--b\r\n".join(parts) + random.choice(("\r\n--b--\r\n", "", "\r\n--b"))
    if "dtmf" in kind:
        return kind, filled(random, random.choice(("Signal={t}\r\nDuration={n}", "{n}", "Signal={n}", "{t}")))
    return kind, sdp(random)


def sip(random: Random, transport: str = "UDP") -> bytes:
    """A request or an answer; VIA stands where the sender's address goes."""
    if random.random() < 0.05:
        return mutated(random, random.choice(TORTURES).encoded("VIA", transport, "127.0.0.1:5060"))
    method = random.choice(METHODS) if random.random() < 0.5 else "INVITE"
    start = f"{method} {LINES if random.random() < 0.2 else 'sip:hotline@127.0.0.1'} SIP/2.0"
    if random.random() < 0.15:
        start = f"SIP/2.0 {random.choice(('200', '180', '302', '401', '491', '99', '700', '0', 'x'))} OK"
    elif random.random() < 0.1:
        start = f"{method} {random.choice(URIS)} SIP/2.0"
    number = random.randrange(1 << 30)
    tag = f";tag={random.randrange(8)}" if random.random() < 0.3 else ""
    lines = [
        start, f"Via: SIP/2.0/{transport} VIA;rport;branch=z9hG4bK{number}", "Max-Forwards: 70",
        f"From: <sip:+62812{number}@127.0.0.1>;tag=f{number % 64}", f"To: <sip:hotline@127.0.0.1>{tag}",
        f"Call-ID: fuzz-{number % 64 if tag else number}", f"CSeq: {number % 1000} {method}", "Contact: <sip:f@VIA>",
    ]  # fmt: skip
    for _ in range(random.randrange(5)):
        lines.insert(random.randrange(1, len(lines) + 1), filled(random, random.choice(HEADERS)))
    if random.random() < 0.1:
        del lines[random.randrange(len(lines))]
    kind, body = _body(random) if random.random() < 0.8 else ("", "")
    if kind:
        lines.append(f"Content-Type: {kind}")
    length = len(body.encode()) if random.random() < 0.9 else random.choice(NUMBERS)
    lines.append(f"Content-Length: {length}")
    message = ("\r\n".join(lines) + f"\r\n\r\n{body}").encode("utf-8", "surrogatepass")
    return mutated(random, message) if random.random() < 0.3 else message
