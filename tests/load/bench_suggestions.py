"""How good and how quick the suggestions of categories are: `python -m tests.load.bench_suggestions`.

Prints JSON lines. Accuracy: of sentences that nothing has learnt (said.txt), and of the data file's own examples, each
told by a model that learnt the others (eight-fold). Time: until a worker is ready, alone and with as many closed
tickets as are ever learnt from; a suggestion through it; and how long the service's loop stood still meanwhile.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import config
from config.sop import Category
from desk.suggestions.model import CategoryModel, Example
from desk.suggestions.service import MOST_TICKETS
from desk.suggestions.worker import Worker

SAID = Path(__file__).with_name("said.txt")
FOLDS = 8
ASKED = 300
RIGHT_OF_SHOWN = 0.9
"""Share of what is shown that has the right cell among the two, at the least; 1 as exit status below it."""

CELLS = config.load(environ={}).matrix.categories
Sentence = tuple[str, Category]


def said() -> Iterator[Sentence]:
    """The sentences of said.txt, each with the cell whose code stands above them."""
    cells = {cell.code: cell for cell in CELLS}
    code = ""
    for line in SAID.read_text().splitlines():
        if line.startswith("  "):
            yield line.strip(), cells[code]
        elif not line.startswith("#"):
            code = line.strip()


def as_examples(sentences: Sequence[Sentence]) -> list[Example]:
    return [(text, cell.kind, cell.subject) for text, cell in sentences]


class Score:
    """Counts over sentences: whether something was shown, and whether it was right."""

    def __init__(self, *, kind_known: bool) -> None:
        self._kind_known = kind_known
        self.asked = self.shown = self.first = self.either = 0

    def ask(self, model: CategoryModel, text: str, right: Category) -> None:
        among = [each for each in CELLS if not self._kind_known or each.kind == right.kind]
        found = [code for code, _ in model.suggest(text, [(each.code, each.kind, each.subject) for each in among])]
        self.asked += 1
        self.shown += bool(found)
        self.first += found[:1] == [right.code]
        self.either += right.code in found

    def row(self, name: str) -> dict[str, float | str]:
        return {
            "benchmark": f"suggestions.{name}",
            "kind_known": self._kind_known,
            "sentences": self.asked,
            "shown": round(self.shown / self.asked, 3),
            "top1_of_shown": round(self.first / max(1, self.shown), 3),
            "top2_of_shown": round(self.either / max(1, self.shown), 3),
        }


def unheard(examples: Sequence[Sentence], *, kind_known: bool) -> Score:
    """Sentences that nothing has learnt."""
    model, score = CategoryModel(as_examples(examples)), Score(kind_known=kind_known)
    for text, cell in said():
        score.ask(model, text, cell)
    return score


def held_out(examples: Sequence[Sentence], *, kind_known: bool) -> Score:
    """Each example, told by a model of the folds that it is not in."""
    score = Score(kind_known=kind_known)
    for fold in range(FOLDS):
        others = [each for at, each in enumerate(examples) if at % FOLDS != fold]
        model = CategoryModel(as_examples(others))
        for text, cell in examples[fold::FOLDS]:
            score.ask(model, text, cell)
    return score


def as_tickets(examples: Sequence[Sentence], count: int) -> list[Sentence]:
    """Descriptions of a length as operators write them, made of the examples' own words; for time only."""
    chance = random.Random(4)
    words = [word for text, _ in examples for word in text.split()]
    made = []
    for _ in range(count):
        text, cell = chance.choice(examples)
        made.append((" ".join([text, *chance.choices(words, k=12)]), cell))
    return made


class Heartbeat:
    """How long the loop stood still at the most, in milliseconds."""

    def __init__(self) -> None:
        self.longest_ms = 0.0

    async def beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest_ms = max(self.longest_ms, (time.perf_counter() - before - 0.001) * 1000)


async def timed(sentences: Sequence[Sentence]) -> dict[str, float | str]:
    """One worker: what it takes to be ready, and to answer."""
    heart, used_before = Heartbeat(), _children_s()
    beating = asyncio.create_task(heart.beat())
    began = time.perf_counter()
    worker = await Worker.trained(as_examples(sentences))
    ready_s = time.perf_counter() - began
    took_ms = await _asked(worker)
    beating.cancel()
    await worker.close()
    return {
        "benchmark": f"suggestions.time_{len(sentences)}",
        "ready_s": round(ready_s, 2),
        "cpu_s": round(_children_s() - used_before, 2),
        "p50_ms": round(took_ms[len(took_ms) // 2], 2),
        "p99_ms": round(took_ms[int(len(took_ms) * 0.99)], 2),
        "loop_stood_still_ms": round(heart.longest_ms, 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


async def _asked(worker: Worker) -> list[float]:
    texts = [text for text, _ in said()]
    among = [(cell.code, cell.kind, cell.subject) for cell in CELLS]
    took_ms = []
    for n in range(ASKED):
        began = time.perf_counter()
        await worker.suggest(texts[n % len(texts)], among)
        took_ms.append((time.perf_counter() - began) * 1000)
    return sorted(took_ms)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Measure; 1 when too much of what is shown is wrong."""
    examples = [(text, cell) for cell in CELLS for text in cell.examples]
    rows = []
    for kind_known in (True, False):
        rows.append(unheard(examples, kind_known=kind_known).row("unheard"))
        rows.append(held_out(examples, kind_known=kind_known).row("held_out_examples"))
    for row in rows:
        print(json.dumps(row), flush=True)
    for sentences in (examples, examples + as_tickets(examples, MOST_TICKETS)):
        print(json.dumps(asyncio.run(timed(sentences))), flush=True)
    return int(any(float(row["top2_of_shown"]) < RIGHT_OF_SHOWN for row in rows if row["kind_known"]))


if __name__ == "__main__":
    sys.exit(main())
