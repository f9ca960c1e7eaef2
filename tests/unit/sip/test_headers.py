"""What a stranger may put into an INVITE, and what of it comes into the house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.trunks import LOOPBACK, IdentityHeader
from hotline.numbers import normalise
from sip.addresses import addresses
from sip.events import IncomingCall
from sip.headers import q850_cause, read_invitation
from tests.spellings import HEADERS

REMOTE_FIRST: tuple[IdentityHeader, ...] = ("remote-party-id", "from")
RPID = "Remote-Party-ID: <sip:+6281234567890@pbx>"


def invite(*lines: str, uri: str = "sip:hotline@127.0.0.1", call_id: str = "1@trunk") -> str:
    head = [f"INVITE {uri} SIP/2.0", *lines, "To: <sip:hotline@127.0.0.1>", f"Call-ID: {call_id}"]
    return "\r\n".join(head) + "\r\n\r\nv=0\r\nFrom: <sip:+6281100000000@body>\r\n"


def from_user(user: str) -> str:
    return f'From: "Siti" <sip:{user}@trunk.example>;tag=1'


def caller_of(message: str, order: tuple[IdentityHeader, ...] = LOOPBACK.identity) -> str:
    read = read_invitation(message)
    return IncomingCall(1, "127.0.0.1", read.called, read.sip_call_id, read.identities).caller(order)


@pytest.mark.parametrize(("lines", "number"), HEADERS)
def test_the_caller_is_read_as_the_networks_of_the_field_say_it(lines: list[str], number: str) -> None:
    assert normalise(caller_of(invite(*lines))) == number


@pytest.mark.parametrize(
    ("parameters", "order", "caller"),
    [
        (";party=calling;privacy=off", REMOTE_FIRST, "+6281234567890"),
        (";Party=Calling;screen=yes", REMOTE_FIRST, "+6281234567890"),
        ("", REMOTE_FIRST, "+6281234567890"),
        (";party=called", REMOTE_FIRST, "1500"),
        (";privacy=off", ("from", "remote-party-id"), "1500"),
        (";privacy=off", ("p-asserted-identity",), ""),
    ],
)
def test_remote_party_id_counts_where_the_trunk_says_so(
    parameters: str, order: tuple[IdentityHeader, ...], caller: str
) -> None:
    assert caller_of(invite("From: <sip:1500@pbx>", RPID + parameters), order) == caller


@pytest.mark.parametrize("privacy", ["full", "FULL", "uri"])
def test_a_private_remote_party_stays_private(privacy: str) -> None:
    lines = ("From: <sip:anonymous@pbx>", f'{RPID};party=calling;privacy="{privacy}"')
    assert caller_of(invite(*lines), REMOTE_FIRST) == ""


@pytest.mark.parametrize(
    ("lines", "diverted_from"),
    [
        (['Diversion: "Loket" <sip:+62215551234@t>;reason=unconditional;counter=1'], "+62215551234"),
        (["Diversion: <sip:1001@pbx>;reason=no-answer, <sip:1002@pbx>;reason=user-busy"], "1001"),
        (["Diversion: <tel:+62215551234>", "Diversion: <sip:1002@pbx>"], "+62215551234"),
        (["Diversion: <sip:+62215551234@t>;privacy=full"], ""),
        (["Diversion: <sip:anonymous@anonymous.invalid>;reason=deflection"], ""),
        (["Diversion: nonsense"], ""),
        ([], ""),
    ],
)
def test_whose_phone_sent_the_call_on_is_kept(lines: list[str], diverted_from: str) -> None:
    assert read_invitation(invite(from_user("0812"), *lines)).diverted_from == diverted_from


@pytest.mark.parametrize(
    ("uri", "called"),
    [
        ("sip:+62221500@sambut:5060;user=phone", "+62221500"),
        ("tel:+62221500;phone-context=x", "+62221500"),
        ("sip:127.0.0.1:5060", "hotline"),
    ],
)
def test_whom_the_call_is_for_stands_in_the_request_or_in_to(uri: str, called: str) -> None:
    assert read_invitation(invite(uri=uri)).called == called


@pytest.mark.parametrize("trick", ["+62%0D%0AX-Evil:%20yes", "+62%00", "+62\udcff", "+62%1B%5B2J"])
def test_line_breaks_nuls_and_broken_utf8_stay_outside(trick: str) -> None:
    caller = caller_of(invite(from_user(trick)))
    assert caller.isprintable() and caller.startswith("+62")


def test_an_address_has_its_user_host_and_parameters() -> None:
    (first, second) = addresses('"a;b, <c>" <sip:1@H;x=y>;tag="Q;1";Flag, <sips:2@[2001:db8::1]:5061>')
    assert (first.user, first.host, dict(first.parameters)) == ("1", "h", {"tag": "q;1", "flag": ""})
    assert (second.user, second.host) == ("2", "[2001:db8::1]:5061")


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        (['Reason: Q.850;cause=17;text="User busy, sorry"'], 17),
        (["reason : q.850 ;Cause=1"], 1),
        (['Reason: SIP ;cause=600 ;text="Busy, \\" everywhere", Q.850;cause=19'], 19),
        (["Reason: SIP;cause=487", "Reason:", " Q.850;cause=16"], 16),
        (["Reason: SIP;cause=487"], 0),
        (["Reason: Q.850"], 0),
        (["Reason: Q.850;cause=-1"], 0),
        (["Reason: Q.850;cause=99999999999"], 0),
        (["Subject: Q.850;cause=17"], 0),
        ([], 0),
    ],
)
def test_why_a_call_ended_is_what_the_telephone_network_says(lines: list[str], cause: int) -> None:
    head = ["BYE sip:hotline@127.0.0.1 SIP/2.0", *lines, "Call-ID: 1"]
    assert q850_cause("\r\n".join(head) + "\r\n\r\nReason: Q.850;cause=3\r\n") == cause


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_whatever_is_sent_is_read_without_a_fault_and_can_be_stored(message: str) -> None:
    check(message)


@given(
    st.lists(st.sampled_from([*'"<>\\;,@:% \r\n', "sip:", "tel:", "+62812", "a", "%00", "%22", "\udcff"])).map("".join)
)
def test_no_arrangement_of_what_addresses_are_made_of_is_a_fault(value: str) -> None:
    check(invite(f"From: {value}", f"Diversion: {value}", f"P-Asserted-Identity: {value}", uri=f"sip:{value}"))


@given(st.text(alphabet=st.characters(exclude_categories=["C"])))
def test_no_display_name_says_who_calls(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    assert caller_of(invite(f'From: "{quoted}" <sip:+6281234567890@t>;tag=1')) == "+6281234567890"


def check(message: str) -> None:
    assert 0 <= q850_cause(message) <= 999
    read = read_invitation(message)
    for text in (read.called, read.sip_call_id, read.diverted_from, *read.identities.values()):
        text.encode()
        assert text.isprintable()
