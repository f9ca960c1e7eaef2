"""In what order an offer names its codecs: the first is what we would like best (RFC 3264, section 5.1)."""

from collections.abc import Sequence

from sip.line_sdp import audio_of, names_of


def in_order(sdp: str, codecs: Sequence[str]) -> str:
    """The offer with these codecs first (names as in `a=rtpmap`), and what it has besides behind them.

    Raises `SdpError` for one without a single audio section.
    """
    lines = sdp.splitlines()
    place, media = audio_of(lines)
    names = names_of(lines)
    ranks = {codec.lower(): rank for rank, codec in enumerate(codecs)}
    types = sorted(media[3].split(), key=lambda number: ranks.get(names.get(number, "").lower(), len(ranks)))
    lines[place] = f"m=audio {media[1]} {media[2]} {' '.join(types)}"
    return "\r\n".join(lines) + "\r\n"
