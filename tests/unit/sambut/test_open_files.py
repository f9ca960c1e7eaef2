"""The limit on open files is raised as far as the machine lets us, and told where that is short. In real processes."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
soft, hard = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
from config import Settings
from sambut import open_files
from sambut.open_files import warning
open_files.WANTED = 12_000
from sip.engine import Engine
told = warning(Settings(), Engine(name="pjsua2", version="", legs=500, fallback=False))
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], told)
"""


def limited(soft: int, hard: int) -> tuple[int, str]:
    command = [sys.executable, "-c", PROGRAM, str(soft), str(hard)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    limit, _, told = printed.partition(" ")
    return int(limit), told


@pytest.mark.parametrize(("soft", "hard", "becomes"), [(256, 9000, 9000), (1024, 13_000, 12_000), (9000, 9000, 9000)])
def test_the_soft_limit_is_raised(soft: int, hard: int, becomes: int) -> None:
    assert limited(soft, hard) == (becomes, "")


def test_a_limit_that_is_too_low_is_told() -> None:
    limit, told = limited(256, 1024)
    assert limit == 1024 and "may open 1024 files" in told and "ulimit -n" in told
