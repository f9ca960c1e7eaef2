"""The press: `python -m paper` prints the job on its standard input. Calls have the machine's cores before it."""

import os
import sys

from paper.jobs import run

NICE = 10


def main() -> None:
    os.nice(NICE)
    run(sys.stdin.buffer)


if __name__ == "__main__":
    main()
