"""The service's end of the worker process."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Self

Example = tuple[str, str, str]
Cell = tuple[str, str, str]
Scored = tuple[str, float]
"""As in `desk.suggestions.model`, which this process must not import."""

CHUNK = 200
"""Examples in one line: packing thousands at once would hold the loop up."""

COMMAND = (sys.executable, "-P", "-m", "desk.suggestions.worker_main")
TRAIN_WITHIN_S = 300.0
ANSWER_WITHIN_S = 1.0  # an operator types on; what comes later than this is about another text
END_WITHIN_S = 2.0


class WorkerGone(Exception):
    """The worker process has ended or does not answer; it is of no use any more."""


class Worker:
    """One process with one trained model."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()
        self._asked = 0

    @classmethod
    async def trained(cls, examples: Sequence[Example]) -> Self:
        """A new process that has learnt the examples. Raises `WorkerGone` when it cannot."""
        try:
            process = await asyncio.create_subprocess_exec(
                *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        except OSError as error:
            raise WorkerGone(f"cannot start: {error.strerror}") from error
        worker = cls(process)
        try:
            await worker._learn(examples)
        except TimeoutError as error:
            await worker.close()
            raise WorkerGone("training took too long") from error
        except (WorkerGone, asyncio.CancelledError):  # no process is left behind, also when told to stop meanwhile
            await worker.close()
            raise
        return worker

    async def suggest(self, text: str, among: Sequence[Cell]) -> list[Scored]:
        """See `CategoryModel.suggest`; nothing when the machine is too busy to say it in time. Raises `WorkerGone`."""
        try:
            answer = await self._ask({"text": text, "among": among}, ANSWER_WITHIN_S)
        except TimeoutError:
            return []
        return [(code, score) for code, score in answer["items"]]

    async def close(self) -> None:
        """Ends the process; it is waited for."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), END_WITHIN_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _learn(self, examples: Sequence[Example]) -> None:
        for start in range(0, len(examples), CHUNK):
            await self._ask({"examples": examples[start : start + CHUNK]}, TRAIN_WITHIN_S)
        await self._ask({"train": True}, TRAIN_WITHIN_S)

    async def _ask(self, order: Mapping[str, Any], within_s: float) -> dict[str, Any]:
        async with asyncio.timeout(within_s), self._turn:
            self._asked += 1
            try:
                return await self._exchange({"n": self._asked, **order})
            except OSError as error:
                raise WorkerGone(f"it has ended: {error.strerror}") from error

    async def _exchange(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        while (line := await self._process.stdout.readline()).endswith(b"\n"):  # half a line is its last
            answer: dict[str, Any] = json.loads(line)
            if answer["n"] == order["n"]:  # else it is for one who did not wait for it
                return answer
        raise WorkerGone("it has ended")
