"""Floods, in short, beside running calls: `make bench ARGS=floods` measures them all."""

import asyncio
import itertools
import json
import socket
import struct
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.integration.hotline import STRAIGHT_FLOW, Hotline, Person, hotline
from tests.integration.sip.raw_sip import OFFER, RawSip, call
from tests.load.flooder import SOUND
from tests.load.probes import wait_for_answer

TRUNK, OTHER_TRUNK = "127.0.0.1", "127.0.0.2"
STRANGERS = [f"127.0.2.{n}" for n in range(1, 201)]
SETTINGS = f"""
trunks:
  - {{name: provider, peers: ["{TRUNK}/32"]}}
  - {{name: other, peers: ["{OTHER_TRUNK}/32"]}}
phone_networks: ["{TRUNK}/32"]
"""
ROOT = Path(__file__).resolve().parents[3]
CALLS, SECONDS = 3, 2.0
SO_TIMESTAMPNS = 35
GAP_MS = 250.0  # beside other tests; alone 30
ANSWERED_WITHIN_S = 2.0

# What is sent, at which of the service's ports, how often a second, from where.
FLOODS = [
    ("invite", "sip", 1000, STRANGERS),
    ("options", "sip", 5000, [TRUNK]),
    ("large", "sip", 1000, STRANGERS),
    ("rtp", "rtp", 20_000, STRANGERS[:1]),
    ("slow-sip", "sip", 1000, STRANGERS),
    ("slow-http", "http", 1000, STRANGERS),
]
NOT_ACKNOWLEDGED = 120  # twice `calls_per_source_s`


class Ear:
    """Where a call's sound arrives, at the times of the kernel."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self.socket.bind((TRUNK, 0))
        self.socket.setblocking(False)

    @property
    def offer(self) -> str:
        return OFFER.replace("m=audio 40000", f"m=audio {self.socket.getsockname()[1]}")

    def speak(self) -> str:
        """One packet: who has said nothing yet could be anywhere (RFC 7362). Returns the hotline's end, host:port."""
        there = self.socket.recvfrom(2048, socket.MSG_PEEK)[1]
        self.socket.sendto(SOUND, there)
        return f"{there[0]}:{there[1]}"

    def longest_gap_ms(self) -> float:
        """Between two packets of all that came since the last time."""
        at = self._came()
        assert len(at) > 25, "no sound"
        return 1000 * max(after - before for before, after in itertools.pairwise(at))

    def forget(self) -> None:
        """What came until now does not count."""
        self._came()

    def _came(self) -> list[float]:
        at: list[float] = []
        while True:
            try:
                _, extra, _, _ = self.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return at
            seconds, nanoseconds = struct.unpack("qq", extra[0][2])
            at.append(seconds + nanoseconds / 1e9)


async def flood(kind: str, target: str, rate: float, sources: Sequence[str]) -> dict[str, float]:
    """Returns what was reached."""
    command = [sys.executable, "-m", "tests.load.flooder", kind, target, "--rate", f"{rate}", "--seconds", f"{SECONDS}"]
    process = await asyncio.create_subprocess_exec(
        *command, "--count", "1000", "--sources", *sources, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    reached: dict[str, float] = json.loads(said.splitlines()[-1])
    return reached


async def legs(person: Person) -> int:
    async with person.http.get(f"{person.base}/metrics") as answer:
        text = await answer.text()
    return next(round(float(line.split()[1])) for line in text.splitlines() if line.startswith("sambut_legs "))


def files(house: Hotline) -> int:
    assert house.process is not None
    return len(list(Path(f"/proc/{house.process.pid}/fd").iterdir()))


async def test_calls_go_on_and_come_in_and_pages_answer(tmp_path: Path, spoken_prompts: Path) -> None:
    files_ = {"settings.yaml": SETTINGS, "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files_) as house:
        operator = await house.sign_in("operator1")
        with ExitStack() as stack:
            ears = [Ear() for _ in range(CALLS)]
            for ear in ears:
                stack.enter_context(ear.socket)
                await asyncio.to_thread(call, stack.enter_context(RawSip(house.sip, TRUNK)), ear.offer)
            await asyncio.sleep(1)
            ends = [ear.speak() for ear in ears]
            targets = {"sip": house.sip, "http": house.http, "rtp": ends[0]}
            held, open_files = await legs(operator), files(house)
            assert held == CALLS
            for kind, port, rate, sources in FLOODS:
                await flooded(house, operator, ears, (kind, targets[port], rate, sources))
            await back(house, operator, open_files)
            await flooded(house, operator, ears, ("invite", house.sip, 1000, [OTHER_TRUNK]))
            assert await legs(operator) <= CALLS + NOT_ACKNOWLEDGED


async def flooded(
    house: Hotline, person: Person, ears: Sequence[Ear], wanted: tuple[str, str, float, Sequence[str]]
) -> None:
    for ear in ears:
        ear.forget()
    flooding = asyncio.create_task(flood(*wanted))
    waits, answers = [], []
    while not flooding.done():
        waits.append(await asyncio.to_thread(wait_for_answer, house.sip, TRUNK))
        answers.append((await person.send("GET", "/tickets"))[0])
        await asyncio.sleep(0.1)
    reached = await flooding
    where = f"{wanted[0]}, {reached}"
    assert all(wait is not None and wait <= ANSWERED_WITHIN_S for wait in waits), f"{where}: {waits}"
    assert set(answers) == {200}, where
    assert max(ear.longest_gap_ms() for ear in ears) <= GAP_MS, where


async def back(house: Hotline, person: Person, open_files: int) -> None:
    """Connections go after their time-outs, all else at once."""
    async with asyncio.timeout(40):
        while await legs(person) > CALLS or files(house) > open_files + 10:
            await asyncio.sleep(0.5)
