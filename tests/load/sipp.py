"""Real callers and real operators' phones, many in one process: sipp."""

import csv
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load.processes import Running, running

HOST = "127.0.0.1"
SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Callers:
    """`total` callers, `rate` a second; each presses a key after `key_after_s` and hangs up `hold_s` later.

    A caller who speaks sends back what it hears, packet for packet; otherwise it sends no packet at all.
    """

    rate: float
    total: int
    key_after_s: float
    hold_s: float
    speaks: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How the calls went."""

    placed: int
    succeeded: int
    failed: int


class Sipp:
    """A running sipp and its statistics."""

    def __init__(self, process: Running, statistics: Path) -> None:
        self.process = process
        self._statistics = statistics

    def tally(self) -> Tally:
        """As of sipp's last line of statistics, at most a second old."""
        try:
            with self._statistics.open(newline="") as file:
                rows = list(csv.DictReader(file, delimiter=";"))
        except FileNotFoundError:
            rows = []
        if not rows:
            return Tally(0, 0, 0)
        last = rows[-1]
        return Tally(int(last["TotalCallCreated"]), int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]))

    async def finish(self, within_s: float) -> Tally:
        """Wait for the last call's end. Raises `TimeoutError`."""
        await self.process.wait(within_s)
        return self.tally()


@asynccontextmanager
async def callers(plan: Callers, target: str, folder: Path, name: str = "callers") -> AsyncIterator[Sipp]:
    """Callers towards `target` (host:port)."""
    times = {"key_after_ms": plan.key_after_s, "hold_ms": plan.hold_s}
    arguments = [target, "-r", f"{plan.rate:g}", "-m", str(plan.total), "-l", "5000"]
    arguments += ["-rtp_echo"] if plan.speaks else []
    async with _sipp("caller", times, arguments, folder, name) as made:
        yield made


@asynccontextmanager
async def phones(folder: Path, answer_after_s: float = 0.2) -> AsyncIterator[str]:
    """Every operator's phone at one address (host:port); each answers by itself and sends back what it hears."""
    port = free_port()
    arguments = ["-p", str(port), "-rtp_echo", "-aa"]
    async with _sipp("operator", {"answer_ms": answer_after_s}, arguments, folder, "phones"):
        yield f"{HOST}:{port}"


@asynccontextmanager
async def _sipp(
    scenario: str, times_s: dict[str, float], arguments: list[str], folder: Path, name: str
) -> AsyncIterator[Sipp]:
    statistics = folder / f"{name}.csv"
    statistics.unlink(missing_ok=True)
    command: list[str | Path] = ["sipp", *arguments, "-sf", _written(scenario, times_s, folder / f"{name}.xml")]
    command += ["-i", HOST, "-mi", HOST, "-mp", str(free_port()), "-nostdin"]
    command += ["-trace_stat", "-stf", statistics, "-fd", "1", "-trace_err", "-error_file", folder / f"{name}.errors"]
    async with running(command, folder / f"{name}.log", environment={"TERM": "dumb"}, cwd=folder) as process:
        yield Sipp(process, statistics)


def _written(scenario: str, times_s: dict[str, float], file: Path) -> Path:
    """The scenario with its times filled in: sipp knows no variable for the length of a pause."""
    text = (SCENARIOS / f"{scenario}.xml").read_text()
    for key, seconds in times_s.items():
        text = text.replace(f"@{key}@", str(round(seconds * 1000)))
    file.write_text(text)
    return file


def free_port() -> int:
    """An even UDP port that is free now."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, 0))
            port = int(probe.getsockname()[1])
        if port % 2 == 0:
            return port
