"""A minute of `make fuzz`: half with the door as delivered, half with the parsers behind it open to all."""

import time
from pathlib import Path

import pytest

from tests.fuzz.run import fuzz


@pytest.mark.parametrize("how", ["limits", "open"])
def test_hostile_messages_find_nothing(how: str, tmp_path: Path) -> None:
    seed = int(time.time())  # another one each time; it is told where something is found
    outcome = fuzz(seed, how, messages=10_000_000, seconds=30, folder=tmp_path)
    assert outcome.finding == "", f"seed {seed}; messages and errors are in {tmp_path}"
    assert outcome.sent >= 1000
