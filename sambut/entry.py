"""The `sambut` command: the engine's process is told from all others before anything else is loaded."""

import sys


def main() -> None:
    if sys.argv[1:2] == ["engine"]:
        from sip.link.engine import main as engine

        engine(sys.argv[2:])
    else:
        from sambut.cli import main as command

        command()
