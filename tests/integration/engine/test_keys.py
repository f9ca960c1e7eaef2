"""Keys as phones send them by INFO, and in the sound."""

import struct
import time
from collections.abc import Iterator

import pytest

from tests.integration.engine.raw import Caller, VictimProcess, offer, victim


@pytest.fixture(scope="module")
def engine() -> Iterator[VictimProcess]:
    with victim() as process:
        yield process


@pytest.fixture
def caller(engine: VictimProcess) -> Iterator[Caller]:
    with Caller(engine) as made:
        assert made.invites(offer(made.port)) == 200
        yield made
        made.hangs_up()


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("dtmf", "5", "5"),
        ("dtmf", "#\r\n", "#"),
        ("dtmf", "10", "*"),
        ("dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5"),
        ("dtmf-relay", "Signal=10\r\nDuration=160\r\n", "*"),
        ("dtmf-relay", "Signal=11", "#"),
        ("dtmf-relay", "Signal= 13\r\n", "B"),
        ("dtmf-relay", "signal=3\r\n", "3"),
        ("dtmf-relay", "SIGNAL = *\r\nDURATION = 100", "*"),
        ("dtmf-relay", "Duration=100\r\nSignal=7\r\n", "7"),
    ],
)
def test_a_key_by_info_is_that_key(engine: VictimProcess, caller: Caller, kind: str, body: str, key: str) -> None:
    caller.send(caller.request("INFO", body, kind=f"application/{kind}"))
    assert caller.status() == 200
    assert engine.tells("digit") == f"digit {key}"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("dtmf", "x"),
        ("dtmf", "123"),
        ("dtmf-relay", "Duration=100"),
        ("dtmf-relay", "Signal="),
        ("dtmf-relay", "Signal=99"),
    ],
)
def test_what_is_no_key_is_a_bad_request(engine: VictimProcess, caller: Caller, kind: str, body: str) -> None:
    caller.send(caller.request("INFO", body, kind=f"application/{kind}"))
    assert caller.status() == 400
    assert engine.all_told("digit") == []


def test_a_key_by_info_and_in_the_sound_counts_once(engine: VictimProcess, caller: Caller) -> None:
    far = caller.far
    for number in (1, 2):
        for i in range(3):
            start = 4000 * number
            head = struct.pack("!BBHII", 0x80, 101 | (0x80 if i == 0 else 0), 10 * number + i, start, 1)
            caller.rtp.sendto(head + struct.pack("!BBH", 5, 0x8A, 800), far)
        time.sleep(0.05)
        caller.send(caller.request("INFO", "Signal=5", kind="application/dtmf-relay"))
        assert caller.status() == 200
        time.sleep(0.3)
    assert engine.all_told("digit") == ["digit 5", "digit 5"]
