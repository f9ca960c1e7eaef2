"""How far a long run is: one line that is written over at a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable

import click

TERMINAL_S, ELSEWHERE_S = 0.2, 30.0


class Progress:
    """Tells on standard error; keeps quiet about what is done at once."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = TERMINAL_S if self._terminal else ELSEWHERE_S
        self._told_at = time.monotonic()
        self._shown = False

    def step(self, what: str) -> Callable[[int, int], None]:
        """What is to be called with how much is done and how much there is (0 if unknown)."""

        def told(done: int, of: int) -> None:
            now = time.monotonic()
            if now - self._told_at < self._every:
                return
            self._told_at = now
            self._show(f"{what}: {done * 100 // of} %" if of else f"{what}: {done:,}")

        return told

    def end(self) -> None:
        """Takes the line away."""
        if self._shown and self._terminal:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._shown = False

    def _show(self, text: str) -> None:
        click.echo(f"\r\x1b[K{text}" if self._terminal else text, nl=not self._terminal, err=True)
        self._shown = True
