"""The order of codecs in an offer."""

import pytest

from sip.line_sdp import SdpError
from sip.offers import in_order

OFFER = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 8 0 9 96 120\r\n"
    "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:9 G722/8000\r\na=rtpmap:96 opus/48000/2\r\n"
    "a=rtpmap:120 telephone-event/8000\r\na=fmtp:120 0-16\r\n"
)


def test_what_is_wanted_comes_first_and_everything_else_stays() -> None:
    ordered = in_order(OFFER, ("opus", "g722"))
    assert "m=audio 4000 RTP/AVP 96 9 8 0 120\r\n" in ordered
    assert ordered.replace("96 9 8 0 120", "8 0 9 96 120") == OFFER


def test_what_the_offer_does_not_have_is_not_added() -> None:
    assert in_order(OFFER, ("speex", "PCMA")) == OFFER


def test_an_offer_without_one_audio_section_is_refused() -> None:
    with pytest.raises(SdpError):
        in_order(OFFER.replace("m=audio", "m=video"), ("opus",))
