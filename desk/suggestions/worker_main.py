"""The worker process: `python -m desk.suggestions.worker_main`. One JSON object a line in, one a line out.

    {"n": 1, "examples": [[text, kind, subject], …]}             ->  {"n": 1, "heard": number of examples so far}
    {"n": 2, "train": true}                                      ->  {"n": 2, "trained": number of examples}
    {"n": 3, "text": …, "among": [[code, kind, subject], …]}     ->  {"n": 3, "items": [[code, score], …]}

It ends when its input does, so it cannot outlive the service, and gives way to whoever wants the processor.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from desk.suggestions.model import CategoryModel, Example

NICENESS = 10
FIRST_TO_GO = "500"
"""For the kernel, when memory runs out: before the service, which has -500 in deploy/systemd."""


def answers(orders: Iterable[str]) -> Iterator[dict[str, Any]]:
    """An answer for each line; suggestions before any training are none."""
    examples: list[Example] = []
    model: CategoryModel | None = None
    for line in orders:
        order = json.loads(line)
        if "examples" in order:
            examples.extend(order["examples"])
            answer: dict[str, Any] = {"heard": len(examples)}
        elif "train" in order:
            model = CategoryModel(examples)
            answer = {"trained": len(examples)}
        else:
            answer = {"items": [] if model is None else model.suggest(order["text"], order["among"])}
        yield {"n": order["n"], **answer}


def main() -> None:
    """Runs until the service closes the pipe."""
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)  # not relative to the service's, which may stand above others
    with suppress(OSError):  # a system without it
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C at a terminal is for the service, which then closes the pipe
    for answer in answers(sys.stdin):
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
