"""SIP messages read and written by the browsers' end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.line_messages import address_in, parse, request, response

INVITE = b"""\
INVITE sip:line7@127.0.0.1:40000 SIP/2.0\r
Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKPj1\r
Max-Forwards: 70\r
f: <sip:lines@lines.invalid>;tag=abc\r
To: sip:line7@127.0.0.1\r
m: <sip:lines@127.0.0.1:5060;ob>\r
Call-ID: 5f2a\r
CSeq: 31 INVITE\r
Content-Type: application/sdp\r
Content-Length:  5\r
\r
v=0\r
"""


def test_an_invite_is_read_whole_with_long_header_names() -> None:
    invite = parse(INVITE)
    assert invite is not None
    assert (invite.method, invite.uri, invite.status) == ("INVITE", "sip:line7@127.0.0.1:40000", 0)
    assert (invite.call_id, invite.cseq, invite.in_dialog) == ("5f2a", (31, "INVITE"), False)
    assert invite.header("from") == "<sip:lines@lines.invalid>;tag=abc"
    assert address_in(invite.header("contact")) == "sip:lines@127.0.0.1:5060;ob"
    assert invite.body == "v=0\r\n"


def test_an_answer_carries_what_rfc_3261_has_it_copy() -> None:
    invite = parse(INVITE)
    assert invite is not None
    answer = parse(response(invite, 200, "OK", "mine", ["Contact: <sip:line7@127.0.0.1:40000>"], "v=0\r\n"))
    assert answer is not None
    assert answer.status == 200
    for name in ("via", "from", "call-id", "cseq"):
        assert answer.header(name) == invite.header(name)
    assert answer.header("to") == "sip:line7@127.0.0.1;tag=mine"
    assert answer.header("content-length") == "5"
    assert answer.body == "v=0\r\n"


def test_trying_has_no_tag() -> None:
    invite = parse(INVITE)
    assert invite is not None
    trying = parse(response(invite, 100, "Trying", "mine"))
    assert trying is not None
    assert not trying.in_dialog


def test_a_request_of_ours_can_be_read_again() -> None:
    headers = [
        "Via: SIP/2.0/UDP 127.0.0.1:1",
        "From: <sip:a@b>;tag=1",
        "To: <sip:c@d>;tag=2",
        "Call-ID: x",
        "CSeq: 1 BYE",
    ]
    bye = parse(request("BYE", "sip:c@d", headers))
    assert bye is not None
    assert (bye.method, bye.uri, bye.cseq, bye.in_dialog) == ("BYE", "sip:c@d", (1, "BYE"), True)


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\r\n\r\n",
        b"\xff\xfe",
        b"hello",
        INVITE.replace(b"SIP/2.0\r\nVia", b"SIP/3.0\r\nVia"),
        INVITE.replace(b"Call-ID: 5f2a\r\n", b""),
        INVITE.replace(b"Via: SIP", b"X-Via: SIP"),
        INVITE.replace(b"CSeq: 31 INVITE", b"CSeq: 31 BYE"),
        INVITE.replace(b"CSeq: 31 INVITE", b"CSeq: many INVITE"),
        INVITE.replace(b"Max-Forwards: 70", b"no colon"),
    ],
)
def test_what_is_no_message_is_none(datagram: bytes) -> None:
    assert parse(datagram) is None


@given(st.binary())
def test_no_datagram_raises(datagram: bytes) -> None:
    parse(datagram)


@given(st.integers(0, len(INVITE)), st.integers(0, len(INVITE)), st.binary(max_size=4))
def test_no_damaged_invite_raises(start: int, end: int, instead: bytes) -> None:
    damaged = parse(INVITE[:start] + instead + INVITE[end:])
    assert damaged is None or damaged.call_id is not None
