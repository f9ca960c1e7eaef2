# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes all steps of steps/*.py on pjproject's source: `apply.py SOURCE`. Run by scripts/build-engine.sh.

What goes wrong is told on standard error, and the engine tells afterwards which steps it has: `pjsua2.SAMBUT_STEPS`,
and `pjsua2.SAMBUT_LEFT_OUT` of those left out; `pjsua2.SAMBUT_OPENSSL` is the version that it was built with.
"""

import importlib
import pkgutil
import re
import sys
from pathlib import Path

import steps
from editing import AppendInterface, CannotEdit, Kind, Step, Taken, take

HEADER = Path("/usr/include/openssl/opensslv.h")


def all_steps() -> tuple[Step, ...]:
    modules = sorted(module.name for module in pkgutil.iter_modules(steps.__path__))
    return tuple(step for name in modules for step in importlib.import_module(f"steps.{name}").STEPS)


def openssl() -> str:
    """The version of the headers that the engine is compiled with; "" where they say nothing."""
    found = re.search(r'OPENSSL_VERSION_STR\s+"([^"]+)"', HEADER.read_text()) if HEADER.exists() else None
    return found[1] if found else ""


def telling(done: Taken) -> Step:
    """The step that lets the engine tell what it is."""
    lines = {"STEPS": done.taken, "LEFT_OUT": tuple(done.left_out), "OPENSSL": openssl()}
    text = "\n".join(f"SAMBUT_{name} = {value!r}" for name, value in lines.items())
    return Step(
        "telling", "The engine tells its steps.", Kind.NEEDED, (AppendInterface(f"%pythoncode %{{\n{text}\n%}}"),)
    )


def main(source: Path) -> int:
    try:
        done = take(all_steps(), source)
        take((telling(done),), source)
    except CannotEdit as error:
        print(error, file=sys.stderr)
        return 1
    for name, reason in done.left_out.items():
        print(f"warning: left out {name}, which only makes it faster: {reason}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
