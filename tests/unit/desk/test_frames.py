"""Frames written together are read apart again, whatever is in them."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from desk.frames import MOST_BYTES, blocks
from tests.unit.desk.wire import read

messages = st.dictionaries(st.text(min_size=1), st.text() | st.integers(), min_size=1)
LENGTHS = (0, 1, 99, 100, 101, 102, 65_507, 65_508, 65_509, 70_000)  # around where a header changes its form


def body_of(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


@given(st.lists(messages), st.integers(0, 10**9))
def test_every_message_comes_out_whole_in_order_and_numbered_without_a_gap(
    sent: list[dict[str, Any]], after: int
) -> None:
    stream, last = b"", after
    for block in blocks(map(body_of, sent)):
        stream += block.numbered(last)
        last += block.count
    assert read(stream) == [{"seq": after + n, **message} for n, message in enumerate(sent, start=1)]


def test_frames_of_every_length_have_the_header_of_that_length() -> None:
    sent = [{"x": "%" * length} for length in LENGTHS]
    stream = b"".join(block.numbered(0) for block in blocks(map(body_of, sent)))
    assert [message["x"] for message in read(stream)] == [message["x"] for message in sent]


def test_a_block_is_not_much_longer_than_it_may_be() -> None:
    made = list(blocks(body_of({"x": "y" * 1000}) for _ in range(200)))
    assert len(made) > 1
    assert all(len(block.template) < MOST_BYTES + 1100 for block in made)
    assert sum(block.count for block in made) == 200
