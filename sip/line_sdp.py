"""The two session descriptions of a browser's line (RFC 8866), each made fit for the side that reads it.

A browser's answer says much that pjmedia does not know, and some that it refuses: its parser takes an `a=ssrc` whose
random cname begins with `/` for an error. So only what is known passes.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 16_000  # PJSIP_MAX_PKT_LEN in scripts/build-engine.sh
MOST_CANDIDATES = 32
NEEDED = ("ice-ufrag", "ice-pwd", "fingerprint", "setup", "rtcp-mux")
PASSED = frozenset(NEEDED) | {"rtpmap", "fmtp", "ptime", "mid", "sendrecv", "ice-options", "end-of-candidates"}
TELEPHONE_EVENT = "telephone-event"

_LINE = re.compile(r"[a-z]=[\x20-\x7e]*")
_MEDIA = re.compile(r"m=audio (\d{1,5}) ([A-Z/]+)((?: \d{1,3})+)")
# RFC 8839 section 5.1: foundation, component, transport, priority, address, port, type, and what may follow.
_CANDIDATE = re.compile(
    r"a=candidate:(\S{1,32}) 1 udp (\d{1,10}) (\S+) (\d{1,5}) typ (host|srflx|prflx|relay)\b.*", re.IGNORECASE
)


class SdpError(ValueError):
    """A description cannot be used; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A UDP address at which the browser may be reached, with its ICE priority."""

    foundation: str
    priority: int
    address: str
    port: int
    kind: str

    def __str__(self) -> str:
        return f"a=candidate:{self.foundation} 1 UDP {self.priority} {self.address} {self.port} typ {self.kind}"


def offer_for_page(sdp: str, codecs: Sequence[str], public: str = "") -> str:
    """Our offer with only these codecs (names as in `a=rtpmap`, most wanted first) and keys.

    `public` is the address that others see: the browser shall try it too. Raises `SdpError` when no codec is left.
    """
    lines = sdp.splitlines()
    place, media = audio_of(lines)
    names = names_of(lines)
    kept = [number for codec in codecs for number in media[3].split() if _same(names.get(number, ""), codec)]
    if not kept:
        raise SdpError(f"the engine has none of the codecs {', '.join(codecs)}")
    kept += [number for number in media[3].split() if names.get(number) == TELEPHONE_EVENT]
    lines[place] = f"m=audio {media[1]} {media[2]} {' '.join(kept)}"
    lines = [line for line in lines if _payload(line) in (None, *kept)]
    return _text([*lines, *_seen_from_outside(lines, public)])


def answer_from_page(sdp: str, peer: str = "") -> str:
    """The browser's answer as pjmedia can take it.

    `peer` is the address from which the page speaks to us: it stands in for the names by which browsers hide their own
    (RFC 8828; `xyz.local`). Raises `SdpError`.
    """
    lines = _checked(sdp)
    _, media = audio_of(lines)
    if media[1] == "0":
        raise SdpError("the browser refused the audio")
    missing = [name for name in NEEDED if not any(_attribute(line) == name for line in lines)]
    if missing:
        raise SdpError(f"the answer has no a={missing[0]}")
    candidates = _candidates(lines, peer)
    default = candidates[0]
    return _text(
        [
            "v=0",
            "o=- 1 1 IN IP4 127.0.0.1",
            "s=-",
            f"c=IN IP4 {default.address}",
            "t=0 0",
            f"m=audio {default.port} {media[2]}{media[3]}",
            *(line for line in lines if _attribute(line) in PASSED),
            *map(str, candidates),
        ]
    )


def _checked(sdp: str) -> list[str]:
    if len(sdp) > LONGEST:
        raise SdpError(f"longer than {LONGEST} characters")
    lines = [line for line in re.split(r"\r?\n", sdp) if line]
    if not all(_LINE.fullmatch(line) for line in lines):
        raise SdpError("not a session description")
    return lines


def audio_of(lines: Sequence[str]) -> tuple[int, re.Match[str]]:
    """Where the one media section begins, and its parts: port, profile, payload types."""
    places = [place for place, line in enumerate(lines) if line.startswith("m=")]
    media = _MEDIA.fullmatch(lines[places[0]]) if len(places) == 1 else None
    if media is None:
        raise SdpError("there must be one audio section, and no other")
    return places[0], media


def _candidates(lines: Sequence[str], peer: str) -> list[Candidate]:
    """Usable ones, best first. Our own transport is IPv4: others could pair with nothing."""
    found = {}
    for match in filter(None, map(_CANDIDATE.fullmatch, lines)):
        address = peer if match[3].lower().endswith(".local") else match[3]
        if _is_ipv4(address) and 0 < int(match[4]) < 65536:
            found[address, match[4]] = Candidate(match[1], int(match[2]), address, int(match[4]), match[5].lower())
    if not found:
        raise SdpError("the browser gave no address that can be used")
    return sorted(found.values(), key=lambda each: -each.priority)[:MOST_CANDIDATES]


def _seen_from_outside(lines: Sequence[str], public: str) -> list[str]:
    """A candidate more: our port at the public address, by way of a router that keeps ports as they are."""
    hosts = [match for match in map(_CANDIDATE.fullmatch, lines) if match is not None and match[5] == "host"]
    if not public or not hosts or any(match[3] == public for match in hosts):
        return []
    return [str(Candidate("public", int(hosts[0][2]) - 1, public, int(hosts[0][4]), "host"))]


def _is_ipv4(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def names_of(lines: Sequence[str]) -> dict[str, str]:
    """Codec by payload type (`a=rtpmap:0 PCMU/8000`)."""
    maps = (re.fullmatch(r"a=rtpmap:(\d+) ([^/]+)/.*", line) for line in lines)
    return {match[1]: match[2] for match in maps if match is not None}


def _payload(line: str) -> str | None:
    """The payload type of which a line speaks, if it speaks of one."""
    match = re.match(r"a=(?:rtpmap|fmtp):(\d+) ", line)
    return match[1] if match is not None else None


def _attribute(line: str) -> str | None:
    return line[2:].split(":", 1)[0] if line.startswith("a=") else None


def _same(name: str, other: str) -> bool:
    return name.lower() == other.lower()


def _text(lines: Sequence[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
