"""Our offers and answers, where they are otherwise than the library writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.line_sdp import SdpError
from sip.offers import answered_hold, in_order, without_keys

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


def test_an_offer_without_keys_has_everything_else() -> None:
    key = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw\r\n"
    assert without_keys(OFFER + key) == without_keys(OFFER) == OFFER


HELD = OFFER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
ANSWER = OFFER + "a=sendrecv\r\n"


@pytest.mark.parametrize(
    "offer",
    [
        HELD,
        HELD + "a=sendrecv\r\n",
        OFFER.replace("a=rtpmap:8", "c=IN IP4 0.0.0.0\r\na=rtpmap:8"),
        HELD.replace("\r\n", "\n"),
    ],
)
def test_hold_by_address_is_answered_as_hold(offer: str) -> None:
    for answer in (ANSWER, OFFER):
        assert answered_hold(answer, offer) == OFFER + "a=recvonly\r\n"


@pytest.mark.parametrize(
    "offer",
    [
        OFFER,
        HELD + "a=inactive\r\n",
        HELD + "a=sendonly\r\n",
        HELD.replace("a=rtpmap:8", "c=IN IP4 127.0.0.1\r\na=rtpmap:8"),
        HELD.replace("t=0 0", "t=0 0\r\na=inactive"),
        HELD.replace("m=audio", "m=image"),
        HELD + "m=audio 4002 RTP/AVP 0\r\n",
    ],
)
def test_every_other_offer_is_answered_as_the_library_does(offer: str) -> None:
    assert answered_hold(ANSWER, offer) == ANSWER


@given(st.text(), st.text())
def test_no_description_is_a_fault(answer: str, offer: str) -> None:
    answered_hold(answer, offer)
    answered_hold(ANSWER, offer)
