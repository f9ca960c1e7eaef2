"""What is otherwise in our session descriptions than the library writes it (RFC 3264)."""

from collections.abc import Iterable, Sequence

from sip.line_sdp import audio_of, names_of

NOWHERE = "c=IN IP4 0.0.0.0"
_ONE_WAY = frozenset({"a=sendonly", "a=recvonly", "a=inactive"})


def in_order(sdp: str, codecs: Sequence[str]) -> str:
    """The offer with these codecs first (names as in `a=rtpmap`), and what it has besides behind them.

    The first is what we would like best (RFC 3264, section 5.1).

    Raises `SdpError` for one without a single audio section.
    """
    lines = sdp.splitlines()
    place, media = audio_of(lines)
    names = names_of(lines)
    ranks = {codec.lower(): rank for rank, codec in enumerate(codecs)}
    types = sorted(media[3].split(), key=lambda number: ranks.get(names.get(number, "").lower(), len(ranks)))
    lines[place] = f"m=audio {media[1]} {media[2]} {' '.join(types)}"
    return _text(lines)


def without_keys(sdp: str) -> str:
    """The offer without SDES keys (RFC 4568), which some trunks refuse the whole for."""
    return _text(line for line in sdp.splitlines() if not line.startswith("a=crypto:"))


def answered_hold(answer: str, offer: str) -> str:
    """Our answer, which says `recvonly` where the offer puts us on hold by the address 0.0.0.0 alone.

    That is how hold was asked for before directions were (RFC 2543 section B.5; RFC 3264 section 8.4 still knows it).
    Never raises.
    """
    (session, *theirs), (ours, *mine) = _sections(offer), _sections(answer)
    if len(theirs) != len(mine):
        return answer
    for offered, section in zip(theirs, mine, strict=True):
        if offered[0].startswith("m=audio") and _is_nowhere(offered, session):
            section[1:] = [line for line in section[1:] if line != "a=sendrecv"]
            if _ONE_WAY.isdisjoint(section):
                section.append("a=recvonly")
    return _text(line for section in (ours, *mine) for line in section)


def _is_nowhere(section: Sequence[str], session: Sequence[str]) -> bool:
    address = next((line for line in (*section, *session) if line.startswith("c=")), "")
    return address.strip() == NOWHERE and _ONE_WAY.isdisjoint(section) and _ONE_WAY.isdisjoint(session)


def _sections(sdp: str) -> list[list[str]]:
    """What holds for all, then each `m=` line with what belongs to it."""
    found: list[list[str]] = [[]]
    for line in sdp.splitlines():
        if line.startswith("m="):
            found.append([])
        found[-1].append(line)
    return found


def _text(lines: Iterable[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
