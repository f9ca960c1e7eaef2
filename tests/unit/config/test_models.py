"""Models that other rooms and tests build by hand."""

import pytest
from pydantic import ValidationError

from config import Hours, Placeholder, QueueRules, Span, parts, placeholders


def test_queue_rules_need_no_more_than_a_name() -> None:
    rules = QueueRules(name="utama")
    assert (rules.label.id, rules.strategy, rules.members) == ("utama", "longest_idle", None)


def test_hours_may_be_always_open() -> None:
    hours = Hours.always()
    assert all(hours.week[day] == (Span(open="00:00", close="24:00"),) for day in hours.week)
    assert len(hours.week) == 7
    assert not hours.holidays


def test_a_week_without_an_open_day_is_refused() -> None:
    with pytest.raises(ValidationError, match="no day of the week"):
        Hours(timezone="Asia/Jakarta", week={"mon": ()})


def test_a_span_is_read_from_text_and_from_a_pair() -> None:
    assert Span.model_validate("08:00 - 15:00") == Span.model_validate(["08:00", "15:00"])


def test_a_text_is_split_into_words_and_placeholders() -> None:
    assert parts("Anda urutan ke {position:number}.") == (
        "Anda urutan ke ",
        Placeholder("position", "number"),
        ".",
    )
    assert parts("{a:text}{b:money}") == (Placeholder("a", "text"), Placeholder("b", "money"))
    assert parts("") == ()


def test_the_names_of_a_texts_values_are_known() -> None:
    assert placeholders("{open:time} sampai {close:time}, {open:time}") == {"open", "close"}


@pytest.mark.parametrize("text", ["{", "}", "{}", "{a}", "{a:}", "{A:text}", "{a:nothing}", "{a:text}}", "{{a:text}}"])
def test_a_malformed_placeholder_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|bracket"):
        parts(text)
