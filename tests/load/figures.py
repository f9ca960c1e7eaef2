"""Figures, and how they are told: JSON lines for machines on standard output, a table for people on standard error."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal, Self


@dataclass(frozen=True, slots=True)
class Target:
    """What an issue asks for."""

    how: Literal["<=", ">="]
    value: float

    def met(self, value: float) -> bool:
        return value <= self.value if self.how == "<=" else value >= self.value

    def __str__(self) -> str:
        return f"{self.how} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `peer` is the bare engine's in the same run, where it does the same thing."""

    benchmark: str
    figure: str
    value: float | None
    unit: str
    target: Target | None = None
    peer: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a target. A figure that could not be measured is not met."""
        if self.target is None:
            return None
        return self.value is not None and self.target.met(self.value)


def at_most(value: float) -> Target:
    return Target("<=", value)


def at_least(value: float) -> Target:
    return Target(">=", value)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and on what a figure was measured."""

    cpu: str
    cores: int
    kernel: str
    python: str
    engine: str
    commit: str

    @classmethod
    def here(cls) -> Self:
        return cls(
            cpu=_cpu_model(),
            cores=os.cpu_count() or 0,
            kernel=platform.release(),
            python=platform.python_version(),
            engine=_engine(),
            commit=_commit(),
        )

    def __str__(self) -> str:
        return (
            f"{self.cpu}, {self.cores} cores, Linux {self.kernel}, Python {self.python}, {self.engine}, "
            f"commit {self.commit}"
        )


def yardstick(benchmark: str, when: str) -> Figure:
    """What a fixed piece of work costs just now: a core of a shared machine may be half as fast a minute later."""
    spent = []
    for _ in range(3):
        began = time.process_time()
        sum(number * number for number in range(1_000_000))
        spent.append(time.process_time() - began)
    note = "CPU of a fixed piece of work: how fast the machine is just now"
    return Figure(benchmark, f"yardstick, {when}", 1000 * statistics.median(spent), "ms", note=note)


class Report:
    """Collects figures; each is printed as a JSON line the moment it is known."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.figures: list[Figure] = []

    def add(self, *figures: Figure) -> None:
        for figure in figures:
            self.figures.append(figure)
            print(json.dumps(self._row(figure), ensure_ascii=False), flush=True)

    def say(self, text: str) -> None:
        """Progress, for the person who waits."""
        print(f"      {text}", file=sys.stderr, flush=True)

    def table(self) -> str:
        rows = [_cells(figure) for figure in self.figures]
        head = ("benchmark", "figure", "value", "unit", "target", "met", "bare engine", "note")
        return f"{self._machine}\n\n{_aligned([head, *rows])}"

    @property
    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.met is False]

    def _row(self, figure: Figure) -> dict[str, Any]:
        return {
            "benchmark": figure.benchmark,
            "figure": figure.figure,
            "value": _rounded(figure.value),
            "unit": figure.unit,
            "target": None if figure.target is None else str(figure.target),
            "met": figure.met,
            "peer": _rounded(figure.peer),
            "note": figure.note,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "load": round(os.getloadavg()[0], 2),
            "machine": str(self._machine),
        }


def _cells(figure: Figure) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "NO"}[figure.met]
    target = "" if figure.target is None else str(figure.target)
    return (
        figure.benchmark,
        figure.figure,
        _text(figure.value),
        figure.unit,
        target,
        met,
        "" if figure.peer is None else _text(figure.peer),
        figure.note,
    )


def _aligned(rows: Iterable[tuple[str, ...]]) -> str:
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}") if abs(value) < 1000 else round(value, 1)


def _text(value: float | None) -> str:
    return "not measured" if value is None else f"{_rounded(value):g}"


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _engine() -> str:
    for name in ("pjsua2", "pjsua2-python"):
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            continue
    return "no engine"


def _commit() -> str:
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent,
        check=False,
    )
    return found.stdout.strip() or "unknown"
