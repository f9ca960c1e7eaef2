"""One message each that ended the process, wrote past an array, or stood still: now it is answered (docs/engine.md)."""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.integration.engine.raw import HOST, Caller, VictimProcess, drained, offer, speaks, victim


@pytest.fixture(scope="module")
def engine() -> Iterator[VictimProcess]:
    with victim() as process:
        yield process


KEY = "AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
OFFERS = {
    "DTLS without a fingerprint": (offer(40000, media="UDP/TLS/RTP/SAVP 8 101"), 488),
    "DTLS with feedback without a fingerprint": (offer(40000, media="UDP/TLS/RTP/SAVPF 8"), 488),
    "DTLS with a fingerprint that is none": (offer(40000, "a=fingerprint:x", media="UDP/TLS/RTP/SAVP 8"), 488),
    "a suite that nobody knows": (offer(40000, "a=crypto:1 X inline:WVNf", media="RTP/SAVP 8"), 488),
    "a key too short": (offer(40000, f"a=crypto:1 {KEY[:40]}", media="RTP/SAVP 8"), 488),
    "keys left out": (offer(40000, media="RTP/SAVP 8"), 488),
    "66 keys": (offer(40000, *(f"a=crypto:{i} {KEY}" for i in range(1, 67)), media="RTP/SAVP 8"), 488),
    "66 keys beside plain sound": (offer(40000, *(f"a=crypto:{i} {KEY}" for i in range(1, 67))), 488),
    "12 media lines": (offer(40000, *("m=audio 40002 RTP/AVP 8",) * 11), 488),
    "16 media lines": (offer(40000, *("m=text 0 RTP/AVP 98",) * 15), 488),
    "a name for an address": (offer(40000, connection="name.of.a.host.example"), 488),
    "a name for an address, at the line": (offer(40000, "c=IN IP4 name.of.a.host.example"), 488),
    "a name for RTCP's address": (offer(40000, "a=rtcp:40001 IN IP4 name.of.a.host.example"), 488),
    "RTCP's port out of range": (offer(40000, "a=rtcp:4294967297"), 488),
    "a map that is none": (offer(40000, "a=rtpmap:96 ;;;", media="RTP/AVP 8 96"), 488),
    "a clock rate out of range": (offer(40000, "a=rtpmap:96 opus/4294967295", media="RTP/AVP 8 96"), 488),
    "a clock rate of nought": (offer(40000, "a=rtpmap:96 telephone-event/0", media="RTP/AVP 8 96"), 488),
    "a type without map": (offer(40000, media="RTP/AVP 8 96"), 400),
    "a type out of range": (offer(40000, media="RTP/AVP 8 300"), 400),
    "redundancy of nothing": (offer(40000, "a=rtpmap:97 red/8000", "a=fmtp:97 96/96", media="RTP/AVP 97 8"), 200),
    "redundant text": (
        offer(
            40000,
            "m=text 40002 RTP/AVP 98 99",
            "a=rtpmap:98 red/1000",
            "a=rtpmap:99 t140/1000",
            "a=fmtp:98 99/99/99/99/99/99/99/99",
        ),
        200,
    ),
    "a frame of no length": (offer(40000, "a=ptime:0", "a=maxptime:0"), 200),
    "a frame of weeks": (offer(40000, "a=ptime:4294967295", "a=maxptime:4294967295"), 200),
    "a frame of minus one": (offer(40000, "a=ptime:-1", "a=maxptime:-1"), 200),
    "candidates with names": (
        offer(40000, "a=candidate:1 1 udp 2122260223 aaaa.local 50000 typ host", "a=candidate:1 1 udp"),
        200,
    ),
    "nine keys and no more": (offer(40000, *(f"a=crypto:{i} {KEY}" for i in range(1, 10)), media="RTP/SAVP 8"), 200),
}


@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_gets_its_answer_at_once_and_the_engine_lives(engine: VictimProcess, name: str) -> None:
    body, status = OFFERS[name]
    with Caller(engine) as caller:
        since = time.monotonic()
        assert caller.invites(body) == status
        assert time.monotonic() - since < 1.0
        if status == 200:
            caller.hangs_up()
    time.sleep(0.2)
    assert engine.answers_options()


@pytest.mark.parametrize("name", [name for name, (_, status) in OFFERS.items() if status == 488])
def test_the_same_in_mid_call_is_refused_and_the_call_goes_on(engine: VictimProcess, name: str) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        far = caller.far
        assert caller.invites(OFFERS[name][0]) == 488
        drained(caller.rtp)
        speaks((caller, caller.rtp, 500), seconds=0.3, to=far)
        assert len(drained(caller.rtp)) > 5, "the call goes on"
        caller.hangs_up()
    assert engine.answers_options()


@pytest.mark.parametrize("route", ["<Expiressip:127.0.0.1:9;lr>", "<tel:+62215551234>", "<x:y>", "<mailto:a@b>"])
def test_a_record_route_that_is_no_sip_address_is_a_bad_request(engine: VictimProcess, route: str) -> None:
    with Caller(engine) as caller:
        headers = ["Supported: timer,100rel,replaces", "Session-Expires: 1800;refresher=uac", "X-Long: " + 2000 * "x"]
        assert caller.invites(offer(40000), f"Record-Route: {route}", *headers) == 400
    assert engine.answers_options()


def test_a_body_of_several_parts_without_any_is_refused(engine: VictimProcess) -> None:
    with Caller(engine) as caller:
        caller.send(caller.request("INVITE", "--x--\r\n", kind="multipart/mixed;boundary=x"))
        assert (caller.status() or 0) // 100 == 4
    assert engine.answers_options()


@pytest.mark.parametrize("milliseconds", [10, 20, 30, 60, 120, 200, 1000])
def test_a_frame_of_any_length_is_never_silence(engine: VictimProcess, milliseconds: int) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port, f"a=ptime:{milliseconds}")) == 200
        speaks((caller, caller.rtp, 500), seconds=1.2)
        packets = drained(caller.rtp)
        lengths = {len(packet) - 12 for packet in packets if packet[1] & 127 == 8}
        assert lengths == {min(milliseconds, 160) * 8}
        caller.hangs_up()


@pytest.mark.parametrize("milliseconds", [1, 10, 20, 50, 4000])
def test_a_greatest_length_of_a_frame_is_never_silence(engine: VictimProcess, milliseconds: int) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port, f"a=maxptime:{milliseconds}", "a=ptime:60")) == 200
        speaks((caller, caller.rtp, 500), seconds=1.0)
        packets = [packet for packet in drained(caller.rtp) if packet[1] & 127 == 8]
        assert len(packets) > 8
        assert {len(packet) - 12 for packet in packets} == {max(20, min(milliseconds, 60)) // 10 * 80}
        caller.hangs_up()


@pytest.mark.parametrize("line", ["", "a=sendrecv"])
def test_hold_as_rfc_2543_had_it_is_answered_as_hold(engine: VictimProcess, line: str) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        assert "a=sendrecv" in caller.answer
        more = [line] if line else []
        assert caller.invites(offer(caller.port, *more, connection="0.0.0.0")) == 200
        assert "a=recvonly" in caller.answer
        assert caller.invites(offer(caller.port)) == 200
        assert "a=sendrecv" in caller.answer
        speaks((caller, caller.rtp, 500), seconds=0.3)
        assert len(drained(caller.rtp)) > 5
        caller.hangs_up()


def test_two_ends_of_lines_on_a_connection_are_answered_by_one(engine: VictimProcess) -> None:
    with socket.create_connection((HOST, engine.port), timeout=2) as connection:
        for _ in range(2):
            connection.sendall(b"\r\n\r\n")
            assert connection.recv(100) == b"\r\n"
        connection.sendall(b"\r\n")  # somebody's answer
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(100)
    with Caller(engine) as caller:
        caller.send(b"\r\n\r\n")
        caller.sip.settimeout(0.3)
        with pytest.raises(TimeoutError):
            caller.sip.recv(100)
