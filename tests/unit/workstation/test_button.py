"""The headset's button: what the kernel's records say, what a press means, and whose button it is."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambut.workstation.button import EVENT, KEYS, inputs_of, meaning, presses
from sambut.workstation.cards import card_of, sound_card

words16 = st.integers(0, 0xFFFF)
records = st.tuples(st.integers(0, 2**40), st.integers(0, 999_999), words16, words16, st.integers(-(2**31), 2**31 - 1))


def test_a_record_is_as_long_as_the_kernels_on_this_machine() -> None:
    assert EVENT.size == 8 + 2 * struct.calcsize("l")


@pytest.mark.parametrize(("code", "what"), KEYS.items())
def test_only_the_press_counts_not_its_release_or_repetition(code: int, what: str) -> None:
    story = [(1, code, 1), (1, code, 2), (1, code, 0)]
    assert list(presses(b"".join(EVENT.pack(0, 0, *each) for each in story))) == [what]


@given(st.lists(records))
def test_of_any_stream_only_known_keys_are_presses(stream: list[tuple[int, int, int, int, int]]) -> None:
    told = list(presses(b"".join(EVENT.pack(*each) for each in stream)))
    assert told == [KEYS[code] for _, _, kind, code, value in stream if kind == 1 and value == 1 and code in KEYS]


def test_one_button_answers_and_hangs_up_and_means_nothing_between_calls() -> None:
    assert meaning("phone", "ringing") == "answer"
    assert meaning("phone", "talking") == "hangup"
    assert meaning("phone", "idle") is None


def test_hanging_up_refuses_a_ringing_call_and_mute_needs_a_talk() -> None:
    assert meaning("hangup", "ringing") == "hangup"
    assert meaning("mute", "ringing") is None
    assert meaning("mute", "talking") == "mute"


@pytest.mark.parametrize(
    ("device", "card"),
    [
        ("plughw:CARD=Headset,DEV=0", "Headset"),
        ("sysdefault:CARD=Evolve2", "Evolve2"),
        ("hw:1,0", "1"),
        ("plughw:Headset", "Headset"),
        ("pulse", None),
        ("default", None),
    ],
)
def test_the_card_is_read_from_an_alsa_name(device: str, card: str | None) -> None:
    assert card_of(device) == card


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """/sys of a machine with a headset at port 1-2 and a keyboard at port 1-3, as the kernel lays it out."""
    usb = tmp_path / "devices" / "usb1"
    for name, interface, event in (("1-2", "1-2:1.3", "event5"), ("1-3", "1-3:1.0", "event6")):
        (usb / name / interface / "input" / event).mkdir(parents=True)
        link(tmp_path / "class" / "input" / event / "device", usb / name / interface / "input" / event)
    (usb / "1-2" / "1-2:1.0").mkdir()
    link(tmp_path / "class" / "sound" / "card1" / "device", usb / "1-2" / "1-2:1.0")
    (tmp_path / "class" / "sound" / "card1" / "id").write_text("Headset\n")
    return tmp_path


def link(at: Path, to: Path) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(to)


@pytest.mark.parametrize("card", ["Headset", "1"])
def test_the_headsets_buttons_are_those_of_its_usb_device_and_not_the_keyboards(system: Path, card: str) -> None:
    assert inputs_of(card, system) == [Path("/dev/input/event5")]


def test_a_headset_that_is_pulled_has_no_buttons(system: Path) -> None:
    assert sound_card("Headset", system) is not None
    assert sound_card("Jabra", system) is None
    assert inputs_of("Jabra", system) == []
