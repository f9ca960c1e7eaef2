"""Silence and quality as they follow from a stream's counters, without a telephone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip.events import LegHeard, LegSilent, Quality
from sip.reception import Codec, Listening, Reading, Silence

PCMA = Codec("PCMA", 8000, frame_ms=10)
START = Reading(at=100.0, packets=10, lost=0, missing=3, jitter_ms=1.0, round_trip_ms=None, buffer_ms=20.0)


def after(seconds: float, *, packets: int, lost: int = 0, missing: int = 3, jitter_ms: float = 1.0) -> Reading:
    return replace(START, at=START.at + seconds, packets=packets, lost=lost, missing=missing, jitter_ms=jitter_ms)


def silence_after(*looks: float) -> Silence:
    """A leg whose packets came at each of these looks."""
    made = Silence(7, 2.5)
    for count, at in enumerate(looks, 1):
        made.look(count, at)
    return made


def told(silence: Silence, looks: list[tuple[float, int]]) -> list[tuple[float, LegSilent | LegHeard]]:
    return [(at, event) for at, packets in looks if (event := silence.look(packets, at)) is not None]


def test_a_silence_is_told_once_and_its_end_once() -> None:
    looks = [(0.0, 5), (0.5, 30), (1.0, 50), (2.0, 50), (3.0, 50), (3.25, 50), (9.0, 50), (9.5, 51), (10.0, 60)]
    assert told(Silence(7, 2.5), looks) == [(3.25, LegSilent(7, 2.5)), (9.5, LegHeard(7))]


def test_the_last_packet_is_taken_to_have_come_half_way_between_two_looks() -> None:
    assert told(silence_after(10.0, 10.5), [(12.7, 2), (12.75, 2)]) == [(12.75, LegSilent(7, 2.5))]


def test_it_is_worth_looking_more_often_when_a_look_found_nothing_new() -> None:
    silence = silence_after(10.0, 10.5)
    assert not silence.begins
    silence.look(2, 11.0)
    assert silence.begins
    silence.look(3, 11.05)
    assert not silence.begins
    assert told(silence, [(20.0, 3)]) and not silence.begins  # it has been told: no hurry any more


def test_nothing_is_told_before_the_first_packet() -> None:
    assert told(Silence(7, 2.5), [(float(at), 0) for at in range(20)]) == []


def test_nought_switches_it_off() -> None:
    assert told(Silence(7, 0), [(0.0, 5), (100.0, 5)]) == []


def test_a_hold_is_no_silence_and_time_begins_anew_after_it() -> None:
    silence = Silence(7, 2.5)
    assert told(silence, [(0.0, 5)]) == []
    silence.restart(new_stream=False)
    assert told(silence, [(20.0, 5), (22.0, 5), (22.5, 5)]) == [(22.5, LegSilent(7, 2.5))]


def test_the_counters_of_a_new_stream_begin_at_nought() -> None:
    silence = Silence(7, 2.5)
    silence.look(500, 0.0)
    silence.restart(new_stream=True)
    assert told(silence, [(1.0, 3), (3.0, 3), (3.5, 3), (4.0, 4)]) == [(3.5, LegSilent(7, 2.5)), (4.0, LegHeard(7))]


def test_a_new_stream_that_stays_silent_after_one_that_was_heard_is_told() -> None:
    silence = Silence(7, 2.5)
    silence.look(500, 0.0)
    silence.restart(new_stream=True)
    assert told(silence, [(1.0, 0), (3.5, 0)]) == [(3.5, LegSilent(7, 2.5))]


@given(st.lists(st.tuples(st.floats(0.01, 3), st.integers(0, 60))))
def test_silent_and_heard_take_turns_and_no_silence_is_shorter_than_asked_for(steps: list[tuple[float, int]]) -> None:
    silence, at, packets, last_heard, was_silent = Silence(1, 2.5), 0.0, 0, 0.0, False
    for seconds, more in steps:
        at, packets = at + seconds, packets + more
        event = silence.look(packets, at)
        if more:
            last_heard = at - seconds / 2
        match event:
            case LegSilent():
                assert not was_silent and at - last_heard >= 2.4999
                was_silent = True
            case LegHeard():
                assert was_silent and more
                was_silent = False


def listening() -> Listening:
    made = Listening(7, every_s=5.0)
    assert made.look(START, PCMA) is None
    return made


def told_after(seconds: float, reading: Reading) -> Quality:
    quality = listening().look(reading, PCMA)
    assert quality is not None
    return quality


def test_a_clean_stretch_is_very_good() -> None:
    quality = told_after(5, after(5, packets=260))
    assert (quality.loss_percent, quality.jitter_ms, quality.final) == (0.0, 1.0, False)
    assert quality.mos == pytest.approx(4.39, abs=0.02)
    assert (quality.codec, quality.clock_rate, quality.round_trip_ms) == ("PCMA", 8000, None)


def test_lost_packets_count() -> None:
    quality = told_after(5, after(5, packets=235, lost=25, missing=53))
    assert quality.loss_percent == pytest.approx(10)
    assert quality.mos < 3.6


def test_packets_that_come_too_late_to_be_played_count_as_lost() -> None:
    quality = told_after(5, after(5, packets=260, missing=53))  # 50 frames of 10 ms in 5 s
    assert quality.loss_percent == pytest.approx(10)


def test_a_stretch_without_a_packet_is_as_bad_as_can_be() -> None:
    quality = told_after(5, after(5, packets=10, missing=503))
    assert quality.loss_percent == 100
    assert quality.mos < 1.3


def test_it_is_due_at_the_beginning_and_every_so_often() -> None:
    made = Listening(7, every_s=5.0)
    assert made.is_due(100.0)
    made.look(START, PCMA)
    assert not made.is_due(104.9)
    assert made.is_due(105.0)


def test_what_was_missing_before_the_first_packet_is_nobodys_fault() -> None:
    made = Listening(7, every_s=5.0)
    assert made.look(replace(START, packets=0, missing=700), PCMA) is None
    made.look(replace(START, missing=750), PCMA)
    quality = made.look(after(5, packets=260, missing=750), PCMA)
    assert quality is not None and quality.loss_percent == 0


def test_the_final_quality_is_of_the_whole_life_across_streams() -> None:
    made = listening()
    made.look(after(5, packets=260), PCMA)
    made.close(after(8, packets=410))
    made.look(replace(START, at=110.0, packets=1, missing=0), PCMA)
    made.close(replace(START, at=112.0, packets=51, lost=50, missing=100))
    final = made.final()
    assert final is not None and final.final
    assert final.loss_percent == pytest.approx(10)  # 50 of 500 packets, 1 of 10 seconds


def test_time_on_hold_counts_for_nothing() -> None:
    made = listening()
    made.close(after(5, packets=260))
    made.look(after(65, packets=260, missing=6000), PCMA)
    made.close(after(70, packets=510, missing=6000))
    final = made.final()
    assert final is not None and final.loss_percent == 0


def test_a_leg_that_was_never_heard_has_no_quality() -> None:
    assert Listening(7, 5.0).final() is None
    assert listening().final() is None
