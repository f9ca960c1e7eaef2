"""The press: `python -m paper` prints the job on its standard input. Calls have the machine's cores before it."""

import os
import sys

from paper.fonts import FontError
from paper.jobs import run

NICE = 10
PRIVATE = 0o077
"""Nobody but the service's own account reads what is printed."""


def main() -> None:
    """Exit status 1 with a reason on standard error when a file cannot be written or a font cannot be used."""
    os.nice(NICE)
    os.umask(PRIVATE)
    try:
        run(sys.stdin.buffer)
    except (OSError, FontError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
