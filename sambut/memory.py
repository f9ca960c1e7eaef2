"""What the allocator does with memory that is not needed any more."""

import ctypes

M_MMAP_THRESHOLD = -3  # of mallopt(3)
LARGE = 128 * 1024  # bytes; glibc's own limit to begin with


def give_back_what_is_large() -> None:
    """Pieces of `LARGE` and more go back to the system as soon as they are freed.

    glibc raises that limit by itself when a larger piece is freed, so that the next ones stay with the process: a TLS
    connection has one of 256 KiB (asyncio), and a flood of them left hundreds of megabytes behind.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
