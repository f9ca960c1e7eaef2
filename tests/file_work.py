"""Which files are made and removed in the loop's own thread, where everybody would wait for a slow disk."""

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

WATCHED = ("mkdir", "rmdir", "unlink")


def on_the_loop(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what this thread, in which a test's loop runs, does to files from now on."""
    done: list[str] = []
    for name in WATCHED:
        monkeypatch.setattr(os, name, _told(getattr(os, name), name, threading.get_ident(), done))
    return done


def _told(does: Callable[..., Any], name: str, loop: int, done: list[str]) -> Callable[..., Any]:
    def call(*arguments: Any, **more: Any) -> Any:
        if threading.get_ident() == loop:
            done.append(name)
        return does(*arguments, **more)

    return call
