"""`make bench`: every figure that issues 2 and 3 set a target for, beside the bare engine in the same run.

    python -m tests.load [--quick] [NAME …]

JSON lines on standard output, a table on standard error. Exit status 0 also when a target is missed: a shared machine
is noisy, and the figures are there to be read.
"""

import argparse
import asyncio
import gc
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from tests.load import (
    bench_answer,
    bench_bridged,
    bench_churn,
    bench_floods,
    bench_handover,
    bench_headsets,
    bench_invite,
    bench_pop,
    bench_save,
    bench_search,
    bench_transfer,
    bench_vehicles,
    micro,
    mouth_to_ear,
)
from tests.load.figures import Machine, Report, yardstick

Benchmark = Callable[["Report", Path, bool], Awaitable[None]]

BENCHMARKS: dict[str, Benchmark] = {
    "queue": micro.queue,
    "storage": micro.storage,
    "vehicles": bench_vehicles.run,
    "suggestions": micro.suggestions,
    "invite": bench_invite.run,
    "pop": bench_pop.run,
    "answer": bench_answer.run,
    "transfer": bench_transfer.run,
    "handover": bench_handover.run,
    "save": bench_save.run,
    "search": bench_search.run,
    "ear": mouth_to_ear.run,
    "bridged": bench_bridged.run,
    "headsets": bench_headsets.run,
    "churn": bench_churn.run,
    "floods": bench_floods.run,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    names: list[str]
    quick: bool


async def measure(wanted: Wanted) -> Report:
    """Run the benchmarks one after the other, each in a folder of its own. Who is told to end (SIGTERM) tidies up."""
    if (me := asyncio.current_task()) is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    report = Report(Machine.here())
    for name in wanted.names:
        print(f"[{name}]", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix=f"sambut-bench-{name}-") as folder:
            report.add(yardstick(name, "before"))
            await BENCHMARKS[name](report, Path(folder), wanted.quick)
            report.add(yardstick(name, "after"))
    return report


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all of them")
    parser.add_argument("--quick", action="store_true", help="a fraction of the time; figures are rougher")
    given = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # standard output is for figures alone
    gc.freeze()  # the pages' clocks are in this process: a long collection would be measured as the hotline's
    report = asyncio.run(measure(Wanted(given.names or list(BENCHMARKS), given.quick)))
    print(f"\n{report.table()}", file=sys.stderr)
    for figure in report.missed:
        print(f"missed: {figure.benchmark} {figure.figure}", file=sys.stderr)


if __name__ == "__main__":
    main()
