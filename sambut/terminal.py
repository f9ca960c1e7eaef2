"""What the user agents of the command line share: signals and the keyboard."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import suppress


def on_interrupt(action: Callable[[], None]) -> None:
    """Call `action` at Ctrl-C and at SIGTERM instead of dying."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, action)


def on_line(heard: Callable[[str], None]) -> None:
    """Call `heard` with each line that is typed; without a keyboard (a service, a pipe that ends) nothing comes."""

    def read() -> None:
        line = sys.stdin.readline()
        if not line:
            asyncio.get_running_loop().remove_reader(sys.stdin)
            return
        heard(line.strip())

    with suppress(OSError, ValueError):  # standard input is a file, or closed
        asyncio.get_running_loop().add_reader(sys.stdin, read)
