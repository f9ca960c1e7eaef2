"""Whose sound is heard, and who hears ours. The victim sends back what it hears: tones tell whose it was."""

import random
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.integration.engine.raw import Caller, VictimProcess, drained, level, offer, speaks, victim
from tests.integration.engine.raw import _bound as a_socket

MINE, THEIRS = 500.0, 1300.0
LOUD, FAINT = 3000, 300


@pytest.fixture(scope="module")
def engine() -> Iterator[VictimProcess]:
    with victim() as process:
        yield process


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    with a_socket() as made:
        yield made


def voice(caller: Caller) -> Caller:
    """Another's packets in the same call: a numbering of their own."""
    other = Caller.__new__(Caller)
    other.__dict__.update(caller.__dict__, _rtp_sequence=30000, _time=900000)
    return other


def test_the_caller_is_heard_and_answered(engine: VictimProcess) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=1)
        assert level(drained(caller.rtp), MINE) > LOUD
        caller.hangs_up()


def test_a_stranger_beside_the_caller_is_neither_heard_nor_answered_but_counted(
    engine: VictimProcess, stranger: socket.socket
) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        before = engine.asked("strangers")
        speaks((caller, caller.rtp, MINE), seconds=0.3)
        drained(caller.rtp)
        speaks(*[(caller, caller.rtp, MINE)], *[(voice(caller), stranger, THEIRS)] * 3, seconds=1.2)
        heard = drained(caller.rtp)
        assert level(heard, MINE) > LOUD
        assert level(heard, THEIRS) < FAINT
        assert drained(stranger) == []
        assert engine.asked("strangers") - before >= 100
        caller.hangs_up()


def test_a_stranger_after_the_caller_fell_silent_gets_nothing(engine: VictimProcess, stranger: socket.socket) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=0.6)
        speaks((voice(caller), stranger, THEIRS), seconds=2.0)
        assert drained(stranger) == []
        drained(caller.rtp)
        speaks((caller, caller.rtp, MINE), seconds=0.6)
        heard = drained(caller.rtp)
        assert level(heard, MINE) > LOUD
        assert level(heard, THEIRS) < FAINT
        caller.hangs_up()


def test_keys_of_a_stranger_are_not_pressed(engine: VictimProcess, stranger: socket.socket) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=0.3)
        for i in range(3):
            event = struct.pack("!BBHII", 0x80, 101 | 0x80, 7 + i, 160 * i, 9) + struct.pack("!BBH", 1, 0x8A, 800)
            stranger.sendto(event, caller.far)
        event = struct.pack("!BBHII", 0x80, 101 | 0x80, 400, 160 * 400, 1) + struct.pack("!BBH", 7, 0x8A, 800)
        caller.rtp.sendto(event, caller.far)
        assert engine.tells("digit") == "digit 7"
        time.sleep(0.3)
        assert engine.all_told("digit") == []
        caller.hangs_up()


def test_a_caller_behind_nat_is_learnt_from_the_first_packet(engine: VictimProcess, stranger: socket.socket) -> None:
    with Caller(engine) as caller, a_socket() as outside:
        assert caller.invites(offer(40000, address="10.11.12.13")) == 200
        speaks((caller, outside, MINE), seconds=1)
        assert level(drained(outside), MINE) > LOUD
        speaks((caller, outside, MINE), *[(voice(caller), stranger, THEIRS)] * 3, seconds=1)
        assert level(drained(outside), THEIRS) < FAINT
        assert drained(stranger) == []
        caller.hangs_up()


def test_what_the_sdp_says_wins_over_who_came_first(engine: VictimProcess, stranger: socket.socket) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((voice(caller), stranger, THEIRS), seconds=0.5)
        drained(stranger)
        speaks((caller, caller.rtp, MINE), *[(voice(caller), stranger, THEIRS)] * 3, seconds=1)
        heard = drained(caller.rtp)
        assert level(heard, MINE) > LOUD
        assert level(heard, THEIRS) < FAINT
        assert len(drained(stranger)) <= 3
        caller.hangs_up()


def test_a_new_offer_moves_the_caller(engine: VictimProcess, stranger: socket.socket) -> None:
    with Caller(engine) as caller, a_socket() as elsewhere:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=0.4)
        assert caller.invites(offer(elsewhere.getsockname()[1])) == 200
        speaks((caller, elsewhere, MINE), *[(voice(caller), stranger, THEIRS)] * 2, seconds=1)
        heard = drained(elsewhere)
        assert level(heard, MINE) > LOUD
        assert level(heard, THEIRS) < FAINT
        assert drained(stranger) == []
        caller.hangs_up()


def test_behind_nat_a_new_offer_lets_a_silent_caller_come_from_elsewhere(engine: VictimProcess) -> None:
    body = offer(40000, address="10.11.12.13")
    with Caller(engine) as caller, a_socket() as first, a_socket() as second:
        assert caller.invites(body) == 200
        speaks((caller, first, MINE), seconds=0.4)
        speaks((caller, second, MINE), seconds=1.3)
        assert drained(second) == []
        assert caller.invites(body) == 200
        speaks((caller, second, MINE), seconds=0.8)
        assert level(drained(second), MINE) > LOUD
        caller.hangs_up()


def test_a_new_offer_does_not_let_a_stranger_in_beside_a_caller_who_speaks(
    engine: VictimProcess, stranger: socket.socket
) -> None:
    body = offer(40000, address="10.11.12.13")
    with Caller(engine) as caller, a_socket() as outside:
        assert caller.invites(body) == 200
        speaks((caller, outside, MINE), seconds=0.4)
        assert caller.invites(body) == 200
        speaks(*[(voice(caller), stranger, THEIRS)] * 3, (caller, outside, MINE), seconds=1)
        assert drained(stranger) == []
        assert level(drained(outside), THEIRS) < FAINT
        caller.hangs_up()


def test_another_source_within_the_same_address_goes_on(engine: VictimProcess) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=0.5)
        drained(caller.rtp)
        for i in range(60):
            caller.rtp.sendto(caller.packet(MINE, ssrc=77), caller.far)
            time.sleep(0.02 if i else 0.05)
        assert level(drained(caller.rtp), MINE) > LOUD
        caller.hangs_up()


def test_a_flood_of_strangers_does_not_silence_the_caller(engine: VictimProcess) -> None:
    with Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=0.3)
        far, over = caller.far, threading.Event()
        flood = threading.Thread(target=_flood, args=(far, over))
        flood.start()
        try:
            drained(caller.rtp)
            speaks((caller, caller.rtp, MINE), seconds=3)
        finally:
            over.set()
            flood.join()
        heard = drained(caller.rtp)
        assert len(heard) > 120
        assert level(heard, MINE) > LOUD
        caller.hangs_up()


def _flood(far: tuple[str, int], over: threading.Event) -> None:
    """Some 20,000 packets a second, a third of them malformed."""
    with a_socket() as out:
        chosen = random.Random(1)
        while not over.is_set():
            for i in range(100):
                size = chosen.randrange(200)
                out.sendto(chosen.randbytes(size) if i % 3 else b"\x80\x08" + bytes(170), far)
            time.sleep(0.005)


def test_control_packets_of_a_stranger_are_not_answered(engine: VictimProcess) -> None:
    with Caller(engine) as caller, a_socket() as stranger:
        assert caller.invites(offer(caller.port)) == 200
        speaks((caller, caller.rtp, MINE), seconds=0.4)
        host, port = caller.far
        report = struct.pack("!BBHI", 0x80, 201, 1, 1)
        caller.rtcp.sendto(report, (host, port + 1))
        time.sleep(0.1)
        before = engine.asked("strangers")
        for _ in range(20):
            stranger.sendto(report, (host, port + 1))
            time.sleep(0.02)
        assert engine.asked("strangers") - before == 20
        speaks((caller, caller.rtp, MINE), seconds=1)
        assert drained(stranger) == []
        caller.hangs_up()


def test_a_strict_trunk_is_heard_from_the_sdps_address_only(stranger: socket.socket) -> None:
    with victim(strict=True) as engine, Caller(engine) as caller:
        assert caller.invites(offer(caller.port)) == 200
        speaks((voice(caller), stranger, THEIRS), seconds=0.5)
        assert drained(stranger) == []
        drained(caller.rtp)
        speaks((caller, caller.rtp, MINE), seconds=1)
        assert level(drained(caller.rtp), MINE) > LOUD
        caller.hangs_up()
        with Caller(engine) as behind_nat:
            assert behind_nat.invites(offer(40000, address="10.11.12.13")) == 200
            speaks((behind_nat, stranger, MINE), seconds=0.5)
            assert drained(stranger) == []


def test_ports_are_drawn_by_lot_in_pairs_within_the_range() -> None:
    with victim(rtp_ports=(36201, 36400)) as engine:
        seen = []
        for _ in range(30):
            with Caller(engine) as caller:
                assert caller.invites(offer(caller.port)) == 200
                seen.append(caller.far[1])
                assert re.search(rf"a=rtcp:{seen[-1] + 1} ", caller.answer)
                caller.hangs_up()
        assert all(port % 2 == 0 and port >= 36201 and port + 1 <= 36400 for port in seen)
        steps = {b - a for a, b in pairwise(seen)}
        assert len(steps) > 15, "no step from one to the next that could be told"
        assert len(set(seen)) > 15


def test_a_range_of_few_ports_is_used_to_its_last() -> None:
    with victim(rtp_ports=(36500, 36507)) as engine:
        callers = [Caller(engine) for _ in range(4)]
        try:
            for caller in callers:
                assert caller.invites(offer(caller.port)) == 200
            assert {caller.far[1] for caller in callers} == {36500, 36502, 36504, 36506}
        finally:
            for caller in callers:
                caller.hangs_up()
                caller.__exit__()
