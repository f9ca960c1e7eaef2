"""Words that the Indonesian voice gets wrong are given to it as phonemes."""

import pytest

from voice.pronunciation import pronounced


@pytest.mark.parametrize(
    ("word", "phonemes"), [("empat", "[[@mp'at]]"), ("Senin", "[[s@n'in]]"), ("TEKAN", "[[t@k'an]]")]
)
def test_a_word_with_the_wrong_vowel_becomes_phonemes_whatever_its_case(word: str, phonemes: str) -> None:
    assert pronounced(f"{word}, dua.", "id") == f"{phonemes}, dua."


def test_a_part_of_a_word_is_left_alone() -> None:
    assert pronounced("empati", "id") == "empati"


def test_a_variant_of_a_voice_is_corrected_like_the_voice() -> None:
    assert pronounced("enam", "id+f3") == "[[@n'am]]"


def test_another_language_is_not_touched() -> None:
    assert pronounced("empat menit", "en-us") == "empat menit"


def test_brackets_in_a_value_are_not_taken_for_phonemes() -> None:
    assert pronounced("[[s'atu]]", "id") == "((s'atu))"
