"""What only a sanitizer sees of what `make fuzz` has found: each is shot at the engine as it shoots."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import line_port
from tests.fuzz.engine import SANITIZED, Engine, started
from tests.fuzz.guns import Guns
from tests.integration.engine.test_found_by_fuzz import SDP
from tests.integration.sip.raw_sip import OFFER, RawSip, call

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


def test_figures_are_asked_for_while_offers_move_the_sound(tmp_path: Path) -> None:
    with started("open", tmp_path) as engine, RawSip(":".join(map(str, engine.address))) as raw:
        dialog, ends = call(raw), time.monotonic() + 8
        for port in cycle(range(40_000, 42_000, 2)):
            for _ in range(100):  # so that it is always asking
                engine.say(count=True)
            raw.send(raw.request("INVITE", dialog, headers=SDP, body=OFFER.replace("40000", str(port))))
            answer = raw.final()
            assert answer is not None and answer.status == 200, engine.trouble()
            raw.send(raw.request("ACK", dialog, cseq=dialog.cseq))
            if time.monotonic() > ends:
                break
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
