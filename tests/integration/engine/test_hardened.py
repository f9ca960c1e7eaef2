"""The engine is compiled so that a step past the end of something ends the process, and is no way in."""

import subprocess
from importlib.util import find_spec

import pjsua2 as pj
import pytest

pytestmark = pytest.mark.skipif(not hasattr(pj, "SAMBUT_STEPS"), reason="an engine that is not of our making")


def readelf(*options: str) -> str:
    native = find_spec("_pjsua2")
    assert native is not None and native.origin is not None
    command = ["readelf", "-W", *options, native.origin]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_stack_is_watched_and_copies_are_checked() -> None:
    symbols = readelf("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert "__memcpy_chk" in symbols or "__snprintf_chk" in symbols


def test_tables_of_addresses_are_read_only_from_the_start() -> None:
    assert "BIND_NOW" in readelf("-d") or "Flags: NOW" in readelf("-d")
    assert "GNU_RELRO" in readelf("-l")
