"""Memory that goes back to the system."""

import subprocess
import sys

PROGRAM = """
from pathlib import Path
from sambut.memory import give_back_what_is_large
{}
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
bytearray(16 << 20)  # freed: glibc takes its size for the usual one from now on
before = resident()
pieces = [bytearray(256 << 10) for _ in range(400)]
small = [b"x" * 100 for _ in range(1000)]
last = bytes(1000)
del pieces
print((resident() - before) >> 20)
"""


def left(begins: str) -> int:
    """Megabytes that stay when 400 pieces of 256 KiB are freed."""
    said = subprocess.run([sys.executable, "-c", PROGRAM.format(begins)], check=True, capture_output=True, text=True)
    return int(said.stdout)


def test_what_is_large_goes_back() -> None:
    assert left("give_back_what_is_large()") <= 2
