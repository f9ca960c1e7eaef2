"""What a browser's description becomes for the engine, and the engine's for the browser."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.line_sdp import SdpError, answer_from_page, offer_for_page

PEER = "192.0.2.50"

# Chromium's answer to our offer, as it came, but for shorter keys.
CHROMIUM = """\
v=0
o=- 2633346178117447096 2 IN IP4 127.0.0.1
s=-
t=0 0
a=msid-semantic: WMS 2d0e40fe
m=audio 57470 UDP/TLS/RTP/SAVP 0 120 121
c=IN IP4 127.0.0.1
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:3578897335 1 udp 2122194687 192.0.2.7 57470 typ host generation 0 network-id 3 network-cost 50
a=candidate:2070690875 1 udp 2122063615 192.0.2.8 38186 typ host generation 0 network-id 1
a=candidate:4165498732 1 udp 2122267903 fd00::2 48901 typ host generation 0 network-id 4 network-cost 50
a=candidate:1019837232 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active generation 0 network-id 1
a=ice-ufrag:0E4X
a=ice-pwd:ilVWehtADCU58scWhvzGQ4Y3
a=ice-options:trickle
a=fingerprint:sha-256 E8:73:F9:31:78:E3:FF:DF:D3:C9:94:B1:98:B3:01:52:00:CD:4D:B8:F7:ED:0F:7B:2D:10:AF:68:BB:58:97:C2
a=setup:active
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=msid:2d0e40fe b03a44eb
a=rtcp-mux
a=rtcp-fb:0 transport-cc
a=rtpmap:0 PCMU/8000
a=rtpmap:120 telephone-event/48000
a=rtpmap:121 telephone-event/8000
a=ssrc:2483911042 cname:/240Ui1K2BftP1/t
""".replace("\n", "\r\n")
HIDDEN = CHROMIUM.replace("192.0.2.7", "4d0d6e1b.local").replace("192.0.2.8", "77aa6e1b.local")

OFFER = """\
v=0
o=- 4004532194 4004532194 IN IP4 192.0.2.1
s=pjmedia
t=0 0
m=audio 20469 UDP/TLS/RTP/SAVP 96 9 8 0 120 121
c=IN IP4 192.0.2.1
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:120 telephone-event/48000
a=rtpmap:121 telephone-event/8000
a=fmtp:121 0-16
a=ice-ufrag:6754ac21
a=ice-pwd:547f01711199d380277da719
a=candidate:Hc0000201 1 UDP 2130706431 192.0.2.1 20469 typ host
a=rtcp-mux
a=setup:actpass
a=fingerprint:SHA-256 6D:7A
""".replace("\n", "\r\n")


def lines(sdp: str, start: str) -> list[str]:
    return [line for line in sdp.split("\r\n") if line.startswith(start)]


@pytest.mark.parametrize("attribute", ["ssrc", "msid", "msid-semantic", "extmap", "rtcp-fb", "rtcp"])
def test_what_the_engine_does_not_know_or_refuses_is_left_out(attribute: str) -> None:
    assert lines(CHROMIUM, f"a={attribute}:")
    assert not lines(answer_from_page(CHROMIUM), f"a={attribute}:")


@pytest.mark.parametrize(
    "attribute", ["ice-ufrag", "ice-pwd", "fingerprint", "setup", "rtcp-mux", "rtpmap", "sendrecv"]
)
def test_what_the_engine_needs_is_kept_as_it_came(attribute: str) -> None:
    assert lines(answer_from_page(CHROMIUM), f"a={attribute}") == lines(CHROMIUM, f"a={attribute}")


def test_only_udp_addresses_of_our_family_are_kept_best_first() -> None:
    assert lines(answer_from_page(CHROMIUM), "a=candidate") == [
        "a=candidate:3578897335 1 UDP 2122194687 192.0.2.7 57470 typ host",
        "a=candidate:2070690875 1 UDP 2122063615 192.0.2.8 38186 typ host",
    ]


def test_the_default_address_is_the_best_candidate() -> None:
    answer = answer_from_page(CHROMIUM.replace("m=audio 57470", "m=audio 9"))
    assert lines(answer, "c=") == ["c=IN IP4 192.0.2.7"]
    assert lines(answer, "m=") == ["m=audio 57470 UDP/TLS/RTP/SAVP 0 120 121"]


def test_the_pages_address_stands_in_for_a_hidden_name() -> None:
    assert lines(answer_from_page(HIDDEN, PEER), "a=candidate") == [
        f"a=candidate:3578897335 1 UDP 2122194687 {PEER} 57470 typ host",
        f"a=candidate:2070690875 1 UDP 2122063615 {PEER} 38186 typ host",
    ]


@pytest.mark.parametrize("peer", ["", "::1", "browser.local"])
def test_hidden_names_alone_are_told_when_the_pages_address_is_of_no_use(peer: str) -> None:
    with pytest.raises(SdpError, match="no address"):
        answer_from_page(HIDDEN, peer)


@pytest.mark.parametrize("needed", ["ice-ufrag", "ice-pwd", "fingerprint", "setup", "rtcp-mux"])
def test_an_answer_without_what_webrtc_needs_is_told(needed: str) -> None:
    with pytest.raises(SdpError, match=f"no a={needed}"):
        answer_from_page(re.sub(f"a={needed}.*\r\n", "", CHROMIUM))


@pytest.mark.parametrize(
    ("sdp", "reason"),
    [
        ("", "one audio section"),
        ("hello", "not a session description"),
        (CHROMIUM + "m=video 9 UDP/TLS/RTP/SAVP 96\r\n", "one audio section"),
        (CHROMIUM.replace("m=audio 57470", "m=audio 0"), "refused the audio"),
        (CHROMIUM.replace("a=mid:0", "a=mid:\x00"), "not a session description"),
        (CHROMIUM + "a=mid:0\r\n" * 2000, "longer than"),
    ],
)
def test_an_answer_that_is_none_is_told(sdp: str, reason: str) -> None:
    with pytest.raises(SdpError, match=reason):
        answer_from_page(sdp)


@given(st.text(), st.text())
def test_whatever_a_page_sends_is_used_or_told(sdp: str, peer: str) -> None:
    with pytest.raises(SdpError):
        answer_from_page(sdp, peer)


@given(st.lists(st.sampled_from(CHROMIUM.split("\r\n")), max_size=40), st.sampled_from(["", PEER]))
def test_an_answer_that_is_used_names_addresses_and_nothing_unknown(picked: list[str], peer: str) -> None:
    try:
        answer = answer_from_page("\r\n".join(picked), peer)
    except SdpError:
        return
    assert lines(answer, "a=candidate")
    assert not lines(answer, "a=ssrc")
    assert answer.count("m=audio") == 1


def test_the_page_is_offered_the_codecs_that_are_wanted_in_their_order_and_the_keys() -> None:
    offer = offer_for_page(OFFER, ["PCMU", "opus"])
    assert lines(offer, "m=") == ["m=audio 20469 UDP/TLS/RTP/SAVP 0 96 120 121"]
    assert [line.split()[0] for line in lines(offer, "a=rtpmap") + lines(offer, "a=fmtp")] == [
        "a=rtpmap:96",
        "a=rtpmap:0",
        "a=rtpmap:120",
        "a=rtpmap:121",
        "a=fmtp:96",
        "a=fmtp:121",
    ]


def test_an_offer_without_a_wanted_codec_is_told() -> None:
    with pytest.raises(SdpError, match="GSM"):
        offer_for_page(OFFER, ["GSM"])


def test_the_public_address_is_one_more_candidate_after_our_own() -> None:
    assert lines(offer_for_page(OFFER, ["PCMU"], "203.0.113.9"), "a=candidate") == [
        "a=candidate:Hc0000201 1 UDP 2130706431 192.0.2.1 20469 typ host",
        "a=candidate:public 1 UDP 2130706430 203.0.113.9 20469 typ host",
    ]


def test_a_public_address_that_is_our_own_is_named_once() -> None:
    assert len(lines(offer_for_page(OFFER, ["PCMU"], "192.0.2.1"), "a=candidate")) == 1
