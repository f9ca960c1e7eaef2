"""The worker process: `python -m desk.suggestions.worker_main`. One JSON object a line in, one a line out.

    {"n": 1, "train": [[text, code], …]}       ->  {"n": 1, "trained": number of examples}
    {"n": 2, "text": …, "among": [code, …]}    ->  {"n": 2, "items": [[code, score], …]}

It ends when its input does, so it cannot outlive the service, and gives way to whoever wants the processor.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from desk.suggestions.model import CategoryModel

NICENESS = 10


def answers(orders: Iterable[str]) -> Iterator[dict[str, Any]]:
    """An answer for each line; suggestions before any training are none."""
    model: CategoryModel | None = None
    for line in orders:
        order = json.loads(line)
        if "train" in order:
            model = CategoryModel(order["train"])
            yield {"n": order["n"], "trained": len(order["train"])}
        else:
            items = [] if model is None else model.suggest(order["text"], order["among"])
            yield {"n": order["n"], "items": items}


def main() -> None:
    """Runs until the service closes the pipe."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C at a terminal is for the service, which then closes the pipe
    for answer in answers(sys.stdin):
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
