"""Session descriptions of browsers (RFC 8829): what a page answers to a line's offer, and offers of WebRTC.

Each is what Chromium or Firefox write, with something amiss. `PORT` stands where the shooter's own port goes.
"""

from random import Random

from tests.fuzz.grammar import filled

UFRAG, PASSWORD = "page", "p" * 24
"""By which the engine knows our ICE, and we know that a check is the engine's."""
FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)
CHROMIUM = """
v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF TYPES
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2130706431 127.0.0.1 PORT typ host generation 0 network-id 1
a=ice-ufrag:UFRAG
a=ice-pwd:PASSWORD
a=ice-options:trickle
FINGERPRINT
a=setup:SETUP
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=msid:- track
a=rtcp-mux
MAPS
a=ssrc:2718281828 cname:4TOk42mSjXCkVIa6
""".strip().split("\n")
FIREFOX = """
v=0
o=mozilla...THIS_IS_SDPARTA-99.0 7186 0 IN IP4 0.0.0.0
s=-
t=0 0
FINGERPRINT
a=group:BUNDLE 0
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio PORT UDP/TLS/RTP/SAVPF TYPES
c=IN IP4 127.0.0.1
a=candidate:0 1 UDP 2122252543 127.0.0.1 PORT typ host
a=candidate:1 1 TCP 2105524479 127.0.0.1 9 typ host tcptype active
a=end-of-candidates
a=sendrecv
a=ice-pwd:PASSWORD
a=ice-ufrag:UFRAG
a=mid:0
a=rtcp-mux
MAPS
a=setup:SETUP
a=ssrc:1123581321 cname:{0b8e1f4c-6f3a-4a0e-9f3e-0d4e8d3c2b1a}
""".strip().split("\n")
WRONG = (
    *"""
a=ice-ufrag:{t}
a=ice-pwd:{t}
a=ice-options:{t}
a=ice-lite
a=ice-mismatch
a=fingerprint:{t} {t}
a=fingerprint:sha-1 AB:CD
a=fingerprint:sha-256 {t}
a=fingerprint:sha-512 00
a=setup:{t}
a=setup:holdconn
a=mid:{t}
a=group:BUNDLE 0 1 {t}
a=group:{t} {n}
a=extmap:{n} {t}
a=extmap:{n}/{t} urn:ietf:params:rtp-hdrext:{t}
a=rtcp-fb:* nack pli
a=rtcp-fb:{n} {t} {t}
a=rtcp-rsize
a=rtcp-mux-only
a=rtcp:{n} IN IP6 ::
a=ssrc:{n} cname:/{t}
a=ssrc:{n} {t}
a=ssrc-group:FID {n} {n}
a=msid:{t} {t}
a=rid:{t} send
a=simulcast:send {t}
a=bundle-only
a=tls-id:{t}
a=identity:{t}
a=candidate:{n} {n} udp {n} 127.0.0.1 {n} typ host
a=candidate:{t} 1 udp {n} ::1 {n} typ srflx raddr {t} rport {n}
a=candidate:2 2 UDP 1 127.0.0.1 40001 typ relay raddr 0.0.0.0 rport 0
a=candidate:3 1 tcp {n} 127.0.0.1 9 typ host tcptype {t}
a=candidate:4 1 udp {n} 9b36eaac-bb2e-49bb-bb78-21c41c499900.local {n} typ host
a=candidate:{t}
a=remote-candidates:{n} {t} {n}
a=end-of-candidates
a=rtpmap:{n} opus/48000/2
a=rtpmap:{n} {t}/{n}/{n}
a=fmtp:{n} minptime={n};useinbandfec={t}
a=fmtp:{n} {t}
a=ptime:{n}
a=maxptime:{n}
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{t}
a=inactive
a=recvonly
m=video 9 UDP/TLS/RTP/SAVPF 96
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
m=audio {n} UDP/TLS/RTP/SAVPF {n}
m=audio 0 UDP/TLS/RTP/SAVPF 0
m=audio 9 {t} {n}
a=sctp-port:{n}
a=max-message-size:{n}
c=IN IP6 ::
c=IN {t} {t}
b=AS:{n}
b=TIAS:{n}
a={t}:{t}
a={t}
{t}={t}
""".strip().split("\n"),
    "a=ice-pwd:" + "q" * 256,
    "a=ice-ufrag:" + "u" * 256,
    "a=fingerprint:sha-256 " + "AB:" * 400,
)
OFFERED = "111 63 9 0 8 13 110 126"
MAPS = """
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtcp-fb:111 transport-cc
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
""".strip()


def answer(random: Random, types: str, maps: str) -> str:
    """What a page says to an offer of these payload types and their `a=rtpmap` lines."""
    return _description(random, types, maps, random.choice(("active", "active", "passive")))


def offer(random: Random) -> str:
    """What a browser would offer, if one called us."""
    return _description(random, OFFERED, MAPS, "actpass")


def _description(random: Random, types: str, maps: str, setup: str) -> str:
    lines = list(random.choice((CHROMIUM, FIREFOX)))
    if random.random() < 0.6:
        _spoil(random, lines)
    text = "\r\n".join(lines) + random.choice(("\r\n", "\r\n", "\n", ""))
    text = text.replace("MAPS", maps.replace("\n", "\r\n"))
    for gap, value in (("TYPES", types), ("SETUP", setup), ("UFRAG", UFRAG), ("PASSWORD", PASSWORD)):
        text = text.replace(gap, value)
    return text.replace("FINGERPRINT", FINGERPRINT)


def _spoil(random: Random, lines: list[str]) -> None:
    for _ in range(random.randrange(6)):
        lines.insert(random.randrange(len(lines) + 1), filled(random, random.choice(WRONG)))
    if random.random() < 0.3:
        del lines[random.randrange(len(lines))]
    if random.random() < 0.1:
        lines += [filled(random, random.choice(WRONG))] * random.randrange(120)
    if random.random() < 0.1:
        random.shuffle(lines)
