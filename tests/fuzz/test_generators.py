"""What the generators promise: a seed makes the same again, and enough of it is sound enough to be let in."""

import re
from collections.abc import Callable
from random import Random

import pytest

from sip.line_sdp import SdpError, answer_from_page
from tests.fuzz import browser
from tests.fuzz.line_port import Line, check, handshake
from tests.fuzz.messages import sip
from tests.fuzz.sound import media
from tests.fuzz.streams import stream

LINE = Line(1, 46000, "ours", "o" * 24, "0 120", "a=rtpmap:0 PCMU/8000\na=rtpmap:120 telephone-event/8000")
GENERATORS: tuple[Callable[[Random], object], ...] = (
    sip,
    media,
    stream,
    browser.offer,
    lambda random: browser.answer(random, LINE.types, LINE.maps),
    lambda random: check(random, LINE),
    lambda random: handshake(random, b"certificate"),
)


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_seed_makes_the_same_again(generator: Callable[[Random], object]) -> None:
    first, second, other = ([generator(random) for _ in range(200)] for random in (Random(1), Random(1), Random(2)))
    assert first == second
    assert first != other


def test_a_good_part_of_the_pages_answers_can_be_used_and_a_good_part_cannot() -> None:
    random = Random(1)
    used = sum(_can_be_used(browser.answer(random, LINE.types, LINE.maps)) for _ in range(1000))
    assert 300 <= used <= 800


def _can_be_used(sdp: str) -> bool:
    try:
        answer_from_page(re.sub("PORT", "40000", sdp), "127.0.0.1")
    except SdpError:
        return False
    return True
