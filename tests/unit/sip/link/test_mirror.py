"""What the service remembers of the engine's legs, and what it is told when the engine dies."""

from pathlib import Path

from sip.dialogs import Dialog
from sip.events import IncomingCall, LegEnded, MediaActive, PlaybackFinished, RecordingClosed
from sip.link.mirror import Mirror

FILE = Path("/spool/a.wav")


def three_legs() -> Mirror:
    mirror = Mirror()
    mirror.begins(1)
    assert mirror.note(IncomingCall(2, "10.0.0.1", "hotline", "id"))
    mirror.begins(3)
    return mirror


def test_all_legs_end_with_the_engine_callers_first() -> None:
    mirror = three_legs()
    mirror.note(IncomingCall(4, "10.0.0.1", "hotline", "id"))
    lost = list(mirror.lose())
    assert [each.leg for each in lost if isinstance(each, LegEnded)] == [2, 4, 1, 3]
    assert {(each.status, each.by_us) for each in lost if isinstance(each, LegEnded)} == {(503, True)}
    assert list(mirror.lose()) == [] and not mirror.legs


def test_a_leg_that_ended_as_one_of_them_did_is_not_told_again() -> None:
    mirror = three_legs()
    told = mirror.lose()
    first = next(told)
    assert isinstance(first, LegEnded) and first.leg == 2
    mirror.legs.pop(3)  # by what the first end has led to
    assert [each.leg for each in told if isinstance(each, LegEnded)] == [1]


def test_recordings_are_closed_before_the_legs_end_each_once() -> None:
    mirror = three_legs()
    mirror.records(2, FILE)
    mirror.records(2, FILE)
    assert mirror.note(RecordingClosed(2, FILE, 1.0))
    lost = list(mirror.lose())
    assert lost[0] == RecordingClosed(2, FILE, 0.0) and isinstance(lost[1], LegEnded)
    assert not mirror.note(RecordingClosed(2, FILE, 1.0))


def test_the_end_of_a_playback_that_was_stopped_or_replaced_is_not_told() -> None:
    mirror = three_legs()
    mirror.legs[2].playing = 7
    assert not mirror.note(PlaybackFinished(2, 6))
    assert mirror.note(PlaybackFinished(2, 7))
    assert not mirror.note(PlaybackFinished(2, 7))
    assert not mirror.note(PlaybackFinished(99, 7))


def test_what_a_leg_speaks_is_what_was_told_last() -> None:
    mirror = three_legs()
    mirror.note(MediaActive(2, wide=True))
    assert mirror.legs[2].wide
    mirror.note(MediaActive(2, wide=False))
    assert not mirror.legs[2].wide


def test_only_legs_that_are_answered_are_owed_a_farewell() -> None:
    mirror = three_legs()
    dialog = Dialog("id", "a;tag=1", "b;tag=2", "sip:b@10.0.0.2")
    mirror.legs[2].dialog = dialog
    assert mirror.dialogs() == (dialog,)
    mirror.note(LegEnded(2, 200, "", by_us=False))
    assert mirror.dialogs() == ()
