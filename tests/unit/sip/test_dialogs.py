"""A call's dialog, from what was on the wire when it was answered, and the BYE that ends it from outside."""

import pytest

from sip.dialogs import Dialog, bye, dialog_of, place_of

ACK_IN = """ACK sip:hotline@10.0.0.1:5060 SIP/2.0\r
Via: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bKx\r
f: "Ayu" <sip:ayu@10.0.0.9>;tag=theirs\r
t: <sip:hotline@10.0.0.1>;tag=ours\r
i: 77@10.0.0.9\r
CSeq: 1 ACK\r
\r
"""
ACK_OUT = """ACK sip:bima@10.0.0.8:5071 SIP/2.0\r
Route: <sip:edge.example;lr>\r
Route: <sip:core.example:5080;transport=tcp;lr>\r
From: <sip:sambut@10.0.0.1>;tag=ours\r
To: <sip:bima@example>;tag=theirs\r
Call-ID: 78@10.0.0.1\r
\r
"""
OK = """SIP/2.0 200 OK\r
Record-Route: <sip:core.example;lr>, <sip:edge.example;lr>\r
From: <sip:sambut@10.0.0.1>;tag=ours\r
To: <sip:bima@example>;tag=theirs\r
Call-ID: 78@10.0.0.1\r
\r
"""


def test_of_a_call_that_came_in_our_side_is_to_and_routes_are_as_they_came() -> None:
    routes = ["<sip:edge.example;lr>, <sip:core.example;lr>"]
    made = dialog_of(ACK_IN, "<sip:ayu@10.0.0.9:5070>", incoming=True, record_routes=routes)
    assert made == Dialog(
        "77@10.0.0.9",
        "<sip:hotline@10.0.0.1>;tag=ours",
        '"Ayu" <sip:ayu@10.0.0.9>;tag=theirs',
        "sip:ayu@10.0.0.9:5070",
        ("<sip:edge.example;lr>", "<sip:core.example;lr>"),
    )


def test_of_a_call_of_ours_our_side_is_from_and_the_routes_are_those_of_our_ack() -> None:
    made = dialog_of(ACK_OUT, "sip:bima@10.0.0.8:5071", incoming=False)
    assert made is not None
    assert (made.local, made.remote) == ("<sip:sambut@10.0.0.1>;tag=ours", "<sip:bima@example>;tag=theirs")
    assert made.routes == ("<sip:edge.example;lr>", "<sip:core.example:5080;transport=tcp;lr>")
    assert made.next_hop == "sip:edge.example;lr"


def test_from_a_200_the_routes_are_the_other_way_round() -> None:
    made = dialog_of(OK, "sip:bima@10.0.0.8:5071", incoming=False)
    assert made is not None and made.routes == ("<sip:edge.example;lr>", "<sip:core.example;lr>")


@pytest.mark.parametrize("message", ["", "ACK sip:x SIP/2.0\r\n\r\n", ACK_IN.replace(";tag=theirs", "")])
def test_what_tells_too_little_is_no_dialog(message: str) -> None:
    assert dialog_of(message, "sip:ayu@10.0.0.9", incoming=True) is None


def test_the_bye_goes_by_the_route_to_the_contact() -> None:
    made = dialog_of(ACK_OUT, "sip:bima@10.0.0.8:5071", incoming=False)
    assert made is not None
    first, *lines = bye(made, "10.0.0.1:40000", "udp").decode().split("\r\n")
    assert first == "BYE sip:bima@10.0.0.8:5071 SIP/2.0"
    assert lines[0].startswith("Via: SIP/2.0/UDP 10.0.0.1:40000;rport;branch=z9hG4bK")
    assert lines[2:6] == [
        "Route: <sip:edge.example;lr>",
        "Route: <sip:core.example:5080;transport=tcp;lr>",
        "From: <sip:sambut@10.0.0.1>;tag=ours",
        "To: <sip:bima@example>;tag=theirs",
    ]


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("sip:a@10.0.0.9:5070", ("10.0.0.9", 5070, "udp")),
        ("sip:10.0.0.9", ("10.0.0.9", 5060, "udp")),
        ("sip:a@10.0.0.9;transport=TCP;ob", ("10.0.0.9", 5060, "tcp")),
        ("sip:a@10.0.0.9;transport=tls", ("10.0.0.9", 5061, "tls")),
        ("sips:a@[2001:db8::1]:5099", ("2001:db8::1", 5099, "tls")),
    ],
)
def test_where_a_uri_leads(uri: str, place: tuple[str, int, str]) -> None:
    assert place_of(uri) == place


def test_what_is_no_sip_uri_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="no SIP URI"):
        place_of("tel:+62811")
