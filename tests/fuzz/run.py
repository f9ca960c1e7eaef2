"""`make fuzz [ARGS="--messages=N --seconds=S --seed=X --how=open|limits"]`: shoots until a finding, or all was sent.

A finding is an engine that is gone, tells a sanitizer's report, does not answer within `HANGS_AFTER_S`, grows, or does
not end well. The last messages before it are kept under var/fuzz/, and the seed makes them again.
"""

import argparse
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.engine import ROOT, SANITIZED, Engine, started
from tests.fuzz.guns import Guns

LOOK_EVERY = 500  # messages
WAIT_EVERY = 50  # messages; what comes faster than it is read is lost in the sockets, and tries nothing
MAY_GROW_KB = 60_000  # transactions live for 32 s, and the pools of the library are kept
SHOTS = ("datagram", "sound", "answer", "line", "tcp", "tls")
WEIGHTS = (112, 40, 3, 32, 10, 1)


@dataclass(slots=True)
class Outcome:
    """How it went: how many were sent by which gun, what was found (empty: nothing), what reached the engine.

    `memory_mb` is taken ten times, from the first tenth on.
    """

    sent: Counter[str] = field(default_factory=Counter)
    finding: str = ""
    reached: Counter[str] = field(default_factory=Counter)
    memory_mb: list[int] = field(default_factory=list)
    last: deque[bytes] = field(default_factory=lambda: deque(maxlen=2 * LOOK_EVERY))


def fuzz(seed: int, how: str, *, messages: int, seconds: float, folder: Path) -> Outcome:
    """Send so many messages, or for so long, whichever comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    outcome, until = Outcome(), time.monotonic() + seconds
    with started(how, folder) as engine:
        guns = Guns(Random(seed), engine, folder / "certificate.pem", raw=how == "open")
        try:
            _shoot(Random(seed + 1), engine, guns, outcome, messages, until)
        finally:
            guns.close()
        _sum_up(engine, guns, outcome)
    if outcome.finding:
        (folder / "last.bin").write_bytes(b"\n-----\n".join(outcome.last))
    return outcome


def _shoot(random: Random, engine: Engine, guns: Guns, outcome: Outcome, messages: int, until: float) -> None:
    looked = waited = sent = 0
    while not outcome.finding and sent < messages and time.monotonic() < until:
        kind = random.choices(SHOTS, WEIGHTS)[0]
        number, packets = getattr(guns, kind)()
        outcome.last.extend(packets)
        outcome.sent[kind] += number
        sent += number
        if sent - waited >= WAIT_EVERY:
            waited = sent
            engine.answers()
        if sent - looked >= LOOK_EVERY:
            looked = sent
            guns.ports = engine.sound_ports()
            outcome.finding = engine.trouble()
            if not outcome.finding and sent >= messages // 10 * (len(outcome.memory_mb) + 1):
                outcome.memory_mb.append(engine.memory_kb() // 1024)


def _sum_up(engine: Engine, guns: Guns, outcome: Outcome) -> None:
    outcome.finding = outcome.finding or engine.trouble()
    outcome.reached = guns.reached
    if outcome.finding:
        return
    outcome.reached += engine.counts()
    if outcome.sent.total() >= 100_000 and len(outcome.memory_mb) > 1:
        grown = engine.memory_kb() - outcome.memory_mb[1] * 1024  # the pools have grown by then
        outcome.finding = f"memory grew by {grown} kB" if grown > MAY_GROW_KB else ""
    outcome.finding = outcome.finding or engine.end()


def main() -> int:
    asked = argparse.ArgumentParser(prog="make fuzz")
    asked.add_argument("--messages", type=int, default=1_000_000)
    asked.add_argument("--seconds", type=float, default=float("inf"))
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--how", choices=("open", "limits"), default="open")
    wish = asked.parse_args()
    print(f"seed {wish.seed}, {wish.how}, {'with' if SANITIZED.exists() else 'WITHOUT'} sanitizers", flush=True)
    folder, began = ROOT / "var" / "fuzz", time.monotonic()
    outcome = fuzz(wish.seed, wish.how, messages=wish.messages, seconds=wish.seconds, folder=folder)
    print(f"{outcome.sent.total()} messages in {time.monotonic() - began:.0f} s: {outcome.finding or 'no finding'}")
    print(f"sent: {_told(outcome.sent)}\nreached: {_told(outcome.reached)}\nMB at each tenth: {outcome.memory_mb}")
    if outcome.finding:
        print(f"the last messages and what the engine said are in {folder}")
    return bool(outcome.finding)


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
