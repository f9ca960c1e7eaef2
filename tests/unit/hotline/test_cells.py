"""Texts that go into a spreadsheet."""

import pytest

from hotline.cells import harmless


@pytest.mark.parametrize("text", ["=1+1", "-2", "@sum", "\tx", "\rx", "+1+1", "+62x"])
def test_what_a_spreadsheet_would_run_is_shown_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Bandung", "+6281234567890", "D 1234 ABC", "1=1"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
