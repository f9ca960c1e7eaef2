"""Every code that can stand on a ticket has words on paper, in both languages."""

from typing import get_args

import pytest

from config.base import KINDS, LANGUAGES, Language
from hotline.ticket import CallbackReason, ClosedAs, Step, Ticket
from paper.ticket_sheet import status
from paper.words import CALLBACK_REASONS, STEPS, WORDS, word_or_code


def test_nothing_that_a_ticket_can_be_lacks_its_words() -> None:
    assert set(WORDS) >= {*get_args(ClosedAs), *KINDS}
    assert set(CALLBACK_REASONS) == set(get_args(CallbackReason))
    assert set(STEPS) == set(Step)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_of_a_newer_version_is_printed_as_it_is(language: Language) -> None:
    assert word_or_code("paused", language) == "paused"
    ticket = Ticket("HTL-2026-000001", 0.0, step=Step.CLOSED, closed_as="forgiven")  # type: ignore[arg-type]
    assert status(ticket, language) == "forgiven"
