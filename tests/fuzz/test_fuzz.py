"""A minute of `make fuzz`: half with the door as delivered, half with the parsers behind it open to all."""

import time
import warnings
from pathlib import Path

import pytest

from tests.fuzz.engine import SANITIZED
from tests.fuzz.run import fuzz

ARRIVES = (
    *(f"SIP answers ({transport})" for transport in ("UDP", "TCP", "TLS")),
    *("TLS handshakes", "calls", "calls acknowledged", "sound heard", "lines answered", "lines refused"),
    *("STUN answers", "STUN checks of its own", "DTLS handshakes"),
)
"""By which each generator shows that its parser has met it."""


@pytest.mark.parametrize("how", ["limits", "open"])
def test_hostile_messages_find_nothing(how: str, tmp_path: Path) -> None:
    if not SANITIZED.exists():
        warnings.warn("no engine with sanitizers here: what it would have found is not seen", stacklevel=1)
    seed = int(time.time())  # another one each time; it is told where something is found
    outcome = fuzz(seed, how, messages=10_000_000, seconds=30, folder=tmp_path)
    assert outcome.finding == "", f"seed {seed}; messages and errors are in {tmp_path}"
    assert outcome.sent.total() >= 1000
    if SANITIZED.exists():  # PyPI's engine knows no lines
        assert [name for name in ARRIVES if not outcome.reached[name]] == [], outcome.reached
