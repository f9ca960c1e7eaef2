"""Range requests: every range that a player can ask for, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.ranges import NotThere, Span, asked

SIZES = st.integers(0, 300)
PLACES = st.integers(0, 400)


def _of(plain: bytes, header: str) -> bytes | None:
    """What comes for a header; None for a 416."""
    try:
        span = asked(header, len(plain)) or Span(0, len(plain))
    except NotThere:
        return None
    assert span.length == span.stop - span.start
    return plain[span.start : span.stop]


@given(SIZES, PLACES, PLACES)
def test_first_and_last_byte(size: int, first: int, length: int) -> None:
    plain = bytes(n % 251 for n in range(size))
    expected = plain[first : first + length + 1]
    assert _of(plain, f"bytes={first}-{first + length}") == (expected or None)


@given(SIZES, PLACES)
def test_from_a_byte_to_the_end_and_the_last_bytes(size: int, count: int) -> None:
    plain = bytes(n % 251 for n in range(size))
    assert _of(plain, f"bytes={count}-") == (plain[count:] or None)
    assert _of(plain, f"bytes=-{count}") == (plain[-count:] if count and plain else None)


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes", "bytes=", "bytes=-", "bytes=5-3", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=-1-2",
     "bytes=١-٢", "bytes=" + "9" * 19 + "-"],
)  # fmt: skip
def test_what_is_no_range_of_bytes_is_passed_over(header: str | None) -> None:
    assert asked(header, 100) is None


def test_the_standards_own_examples() -> None:
    assert asked("bytes=0-499", 10_000) == Span(0, 500)
    assert asked("bytes=-500", 10_000) == asked("bytes=9500-", 10_000) == Span(9500, 10_000)
    assert asked("BYTES=0-0", 10_000) == Span(0, 1)
    assert asked("bytes=0-999999", 10_000) == Span(0, 10_000)
    with pytest.raises(NotThere):
        asked("bytes=10000-", 10_000)
