"""`make fuzz [ARGS="--messages=N --seconds=S --seed=X --how=open|limits"]`: shoots until a finding, or all was sent.

A finding is an engine that is gone, tells a sanitizer's report, does not answer within `HANGS_AFTER_S`, or grows. The
last messages before it are kept under var/fuzz/, and the seed makes them again.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.generators import media, sip

ROOT = Path(__file__).parents[2]
SANITIZED = ROOT / ".tools" / "fuzz-engine"
LOOK_EVERY = 500  # messages
HANGS_AFTER_S = 5.0
MAY_GROW_KB = 60_000  # transactions live for 32 s, and the pools of the library are kept
LIBRARIES = ("libasan.so.8", "libubsan.so.1", "libstdc++.so.6")


@dataclass(slots=True)
class Outcome:
    """How it went: how many were sent, and what was found (empty: nothing)."""

    sent: int = 0
    finding: str = ""
    last: deque[bytes] = field(default_factory=lambda: deque(maxlen=2 * LOOK_EVERY))


class Target:
    """The running engine, and the sockets that shoot at it."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process = process
        self._errors = errors
        assert process.stdout is not None
        self.address = process.stdout.readline().strip()
        host, port = self.address.rsplit(":", 1)
        self._sockets = [self._socket((host, int(port))) for _ in range(8)]
        self._media = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._asked = 0

    @staticmethod
    def _socket(address: tuple[str, int]) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.connect(address)
        made.setblocking(False)
        return made

    def shoot(self, random: Random, message: bytes) -> None:
        gun = random.choice(self._sockets)
        host, port = gun.getsockname()
        self._send(gun, message.replace(b"VIA", f"{host}:{port}".encode()))
        self._drain(gun)

    def shoot_at_sound(self, message: bytes, port: int) -> None:
        try:
            self._media.sendto(message[:9000], ("127.0.0.1", port))
        except OSError:
            return  # nobody there

    @staticmethod
    def _send(gun: socket.socket, message: bytes) -> None:
        try:
            gun.send(message)
        except OSError:
            return

    @staticmethod
    def _drain(gun: socket.socket) -> None:
        try:
            while True:
                gun.recv(65536)
        except OSError:
            return

    def trouble(self) -> str:
        """What is wrong with it now; "" where it is alive and well."""
        report = re.search(
            r"(ERROR: AddressSanitizer.*|.*runtime error:(?! null pointer passed).*)",
            self._errors.read_text(errors="replace"),
        )
        if report is not None:
            return report[0]
        if self._process.poll() is not None:
            return f"the engine is gone: {self._process.returncode}"
        return "" if self._answers() else f"no answer within {HANGS_AFTER_S} s"

    def _answers(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            host, port = self.address.rsplit(":", 1)
            asking.bind(("127.0.0.2", 0))
            asking.connect((host, int(port)))
            asking.settimeout(0.5)
            until = time.monotonic() + HANGS_AFTER_S
            while time.monotonic() < until:
                self._asked += 1
                try:
                    asking.send(_options(asking.getsockname(), self._asked))
                    if asking.recv(65536).startswith(b"SIP/2.0 200"):
                        return True
                except OSError:
                    continue
        return False

    def memory_kb(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)

    def sound_ports(self) -> list[int]:
        """UDP ports on which it listens for sound."""
        told = subprocess.run(["ss", "-Hlunp"], capture_output=True, text=True, check=False).stdout
        ours = [line for line in told.splitlines() if f"pid={self._process.pid}," in line]
        ports = [int(line.split()[3].rsplit(":", 1)[1]) for line in ours]
        return [port for port in ports if 46000 <= port <= 48999]


def _options(sender: tuple[str, int], number: int) -> bytes:
    host, port = sender
    return (
        f"OPTIONS sip:hotline@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bKprobe{number}\r\n"
        f"From: <sip:p@127.0.0.1>;tag=p\r\nTo: <sip:hotline@127.0.0.1>\r\nCall-ID: probe{number}\r\nCSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ).encode()


@contextmanager
def target(how: str, errors: Path) -> Iterator[Target]:
    """With the engine that was built with sanitizers, where there is one."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if SANITIZED.exists():
        environment["PYTHONPATH"] = f"{SANITIZED}:{ROOT}"
        environment["LD_PRELOAD"] = " ".join(LIBRARIES)
        environment["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=0:handle_segv=1:allocator_may_return_null=1"
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=0"
    with errors.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.target", how],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, env=environment, cwd=ROOT,
        )  # fmt: skip
    try:
        yield Target(process, errors)
    finally:
        process.kill()
        process.wait()


def fuzz(seed: int, how: str, *, messages: int, seconds: float, folder: Path) -> Outcome:
    """Send so many messages, or for so long, whichever comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    random, outcome, started, at_first = Random(seed), Outcome(), time.monotonic(), 0
    with target(how, folder / "errors.txt") as engine:
        ports: list[int] = []
        while not outcome.finding and outcome.sent < messages and time.monotonic() - started < seconds:
            if random.random() < 0.75 or not ports:
                message = sip(random)
                engine.shoot(random, message)
            else:
                message = media(random)
                engine.shoot_at_sound(message, random.choice(ports))
            outcome.last.append(message)
            outcome.sent += 1
            if outcome.sent % LOOK_EVERY == 0:
                ports = engine.sound_ports()
                outcome.finding = engine.trouble()
                if outcome.sent == max(LOOK_EVERY, messages // 5 // LOOK_EVERY * LOOK_EVERY):
                    at_first = engine.memory_kb()  # the pools have grown by then
        outcome.finding = outcome.finding or engine.trouble()
        if not outcome.finding and at_first and outcome.sent >= 100_000:
            grown = engine.memory_kb() - at_first
            outcome.finding = f"memory grew by {grown} kB" if grown > MAY_GROW_KB else ""
    if outcome.finding:
        (folder / "last.bin").write_bytes(b"\n-----\n".join(outcome.last))
    return outcome


def main() -> int:
    asked = argparse.ArgumentParser(prog="make fuzz")
    asked.add_argument("--messages", type=int, default=1_000_000)
    asked.add_argument("--seconds", type=float, default=float("inf"))
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--how", choices=("open", "limits"), default="open")
    wish = asked.parse_args()
    print(f"seed {wish.seed}, {wish.how}, {'with' if SANITIZED.exists() else 'WITHOUT'} sanitizers", flush=True)
    folder = ROOT / "var" / "fuzz"
    outcome = fuzz(wish.seed, wish.how, messages=wish.messages, seconds=wish.seconds, folder=folder)
    print(f"{outcome.sent} messages: {outcome.finding or 'no finding'}")
    if outcome.finding:
        print(f"the last messages and what the engine said are in {folder}")
    return bool(outcome.finding)


if __name__ == "__main__":
    sys.exit(main())
