"""What only a sanitizer sees of what `make fuzz` has found: each is shot at the engine as it shoots."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import line_port
from tests.fuzz.engine import SANITIZED, Engine, started
from tests.fuzz.guns import Guns

pytestmark = pytest.mark.skipif(not SANITIZED.exists(), reason="there is no engine with sanitizers")


@pytest.mark.parametrize("code", [0, 298, 499, 650, 799])
def test_an_ice_check_is_answered_with_an_error_that_nobody_knows(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = struct.pack("!HBB", 0, code // 100, code % 100) + b"no"
    monkeypatch.setattr(
        line_port,
        "answered",
        lambda random, asked: line_port.stun(random, 0x0111, asked[8:20], [(line_port.ERROR, error)], "p" * 24),
    )
    with shooting(tmp_path) as (engine, guns):
        until(lambda: engine.trouble() or (guns.answer() and guns.reached["STUN checks of its own"] >= 5), guns)
        assert engine.trouble() == ""


@contextmanager
def shooting(folder: Path) -> Iterator[tuple[Engine, Guns]]:
    with started("open", folder) as engine:
        guns = Guns(Random(1), engine, folder / "certificate.pem", raw=False)
        try:
            yield engine, guns
        finally:
            guns.close()


def until(holds: Callable[[], object], guns: Guns, within_s: float = 20) -> None:
    """Raises `AssertionError`."""
    ends = time.monotonic() + within_s
    while not holds():
        guns.hear()
        time.sleep(0.05)
        assert time.monotonic() < ends, guns.reached
