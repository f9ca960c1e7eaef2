"""What a stranger may put into an INVITE, and what of it comes into the house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.headers import read_invitation


def invite(user: str, call_id: str = "1@trunk") -> str:
    return (
        "INVITE sip:hotline@127.0.0.1 SIP/2.0\r\n"
        f'From: "Siti" <sip:{user}@trunk.example>;tag=1\r\nTo: <sip:hotline@127.0.0.1>\r\n'
        f"Call-ID: {call_id}\r\n\r\nv=0\r\n"
    )


@pytest.mark.parametrize(("sent", "read"), [("+6281234567890", "+6281234567890"), ("anonymous", ""), ("1001", "1001")])
def test_the_callers_number_is_the_user_part(sent: str, read: str) -> None:
    assert read_invitation(invite(sent)).caller == read


def test_the_network_is_believed_before_the_phone() -> None:
    message = invite("1001").replace("Call-ID", "P-Asserted-Identity: <tel:+6281234567890>\r\nCall-ID")
    assert read_invitation(message).caller == "+6281234567890"


@pytest.mark.parametrize("trick", ["+62%0D%0AX-Evil:%20yes", "+62%00", "+62\udcff", "+62%1B%5B2J"])
def test_line_breaks_nuls_and_broken_utf8_stay_outside(trick: str) -> None:
    caller = read_invitation(invite(trick)).caller
    assert caller.isprintable() and caller.startswith("+62")


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_whatever_is_sent_is_read_without_a_fault_and_can_be_stored(message: str) -> None:
    read = read_invitation(message)
    for text in (read.caller, read.called, read.sip_call_id):
        text.encode()
        assert text.isprintable()
