"""Prompts with their values: what is filled in, what is left unsaid, what is rendered ahead."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from config import SPOKEN, Bilingual, parts
from ivr.effects import Phrase
from ivr.phrases import Phrasebook, dialled, foreseeable, minutes
from tests.unit.ivr.caller import DEFAULT
from voice.speech import spoken

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.mark.parametrize(("seconds", "said"), [(0, "1"), (1, "1"), (60, "1"), (61, "2"), (599, "10")])
def test_an_estimate_is_rounded_up_to_whole_minutes(seconds: float, said: str) -> None:
    assert minutes(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"), [("+6281234", "081234"), ("081234", "081234"), ("+4930123", "+4930123"), ("1500", "1500")]
)
def test_numbers_are_read_as_people_here_dial_them(number: str, said: str) -> None:
    assert dialled(number) == said


def test_a_prompt_is_left_unsaid_while_its_value_is_not_to_be_had() -> None:
    book = Phrasebook(DEFAULT)
    assert book.flow(["opens_again", "holiday", "goodbye"], MONDAY, "id") == (Phrase("goodbye"),)
    assert [phrase.name for phrase in book.flow(["opens_again", "holiday"], SUNDAY, "id")] == ["opens_again"]


def test_only_values_that_the_text_uses_are_in_a_phrase() -> None:
    texts = {**DEFAULT.prompts.texts, "queue_position": Bilingual(id="Mohon tunggu.", en="{position:number}")}
    book = Phrasebook(replace(DEFAULT, prompts=DEFAULT.prompts.model_copy(update={"texts": texts})))
    assert book.phrase("queue_position", "id", position="3") == Phrase("queue_position")
    assert book.phrase("queue_position", "en", position="3") == Phrase("queue_position", (("position", "3"),))


def test_phrases_to_render_ahead_have_values_and_come_once() -> None:
    ahead = list(foreseeable(DEFAULT, SUNDAY))
    assert len(set(ahead)) == len(ahead)
    assert all(phrase.values for phrase, _ in ahead)
    assert (Phrase("queue_position", (("position", "1"),)), "id") in ahead
    assert {phrase.name for phrase, _ in ahead} >= {"our_hours", "opens_again", "queue_callback", "callback_keys"}


def test_every_phrase_rendered_ahead_can_be_spoken() -> None:
    for phrase, language in foreseeable(DEFAULT, SUNDAY):
        values = dict(phrase.values)
        text = DEFAULT.prompts.texts[phrase.name].in_language(language)
        said = [
            part if isinstance(part, str) else spoken(part.kind, values[part.name], language) for part in parts(text)
        ]
        assert "{" not in "".join(said)


def test_every_prompt_the_program_says_has_a_default_text() -> None:
    assert SPOKEN.keys() <= DEFAULT.prompts.texts.keys()
