"""Writes NOTICE.md: the parts of others that Sambut ships or is built on, with their licences (`make docs`).

Names come from the lock files (requirements/run.txt, web/package-lock.json), licences from what each package says of
itself. `--check` writes nothing and fails when something would change, or when a licence does not go with ours.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "NOTICE.md"
PIN = re.compile(r"^([a-z0-9-]+)==(?!.*sys_platform == 'emscripten')", re.MULTILINE)

ENGINE: Mapping[str, str] = {
    "pjproject": "GPL-2.0-or-later",
    "pjsua2": "GPL-3.0-or-later",
    "libasound2": "LGPL-2.1-or-later",
    "libgsm1": "TU-Berlin-2.0",
    "libopus0": "BSD-3-Clause",
    "libspeex1": "BSD-3-Clause",
    "libspeexdsp1": "BSD-3-Clause",
    "libsrtp2": "BSD-3-Clause",
    "libssl3": "Apache-2.0",
    "libuuid1": "BSD-3-Clause",
}
"""What the engine's wheel is made of (scripts/build-engine.sh), by Debian's names of the libraries that it carries.

The wheel itself (pjsua2) is under our licence, for our edits are in it and OpenSSL is linked with it."""

SPOKEN: Mapping[str, str] = {
    "Apache 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD 3-Clause License": "BSD-3-Clause",
}
"""Licences that packages write otherwise than SPDX."""

OWN: Mapping[str, str] = {
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "pyasn1-modules": "BSD-2-Clause",
    "python-dateutil": "BSD-3-Clause AND Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
}
"""Read in the package's licence file, since it says no SPDX expression, or another one for another Python."""

FITTING = frozenset(
    {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "GPL-2.0-or-later", "GPL-3.0-or-later"}
    | {"ISC", "LGPL-2.1-or-later", "LGPL-3.0-or-later", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0"}
    | {"OFL-1.1", "PSF-2.0", "TU-Berlin-2.0", "Unlicense", "Zlib"}
)
"""Licences whose works may be part of one under GPL-3.0-or-later (gnu.org/licenses/license-list)."""

HEAD = """# Parts of others

<!-- Made by `make docs` from the lock files and what the packages say of themselves (scripts/notice.py). -->

Sambut as a whole is under GPL-3.0-or-later ([LICENSE.md](LICENSE.md)). These are its parts that others wrote, with
their licences as SPDX expressions; nothing of them is kept in this repository. Exact versions and hashes stand in the
lock files and in the SBOM (`make sbom`). Each licence's text comes with its part: in `site-packages/NAME-….dist-info/`,
in `web/node_modules/NAME/` and with the built pages (`licenses.md`), in `/usr/share/doc/NAME/copyright`. Wheels of
Python packages may carry further libraries, which are told there too.
"""


def python_packages() -> dict[str, str]:
    """What requirements/run.txt locks."""
    names = sorted(set(PIN.findall((ROOT / "requirements/run.txt").read_text(encoding="utf-8"))))
    return {name: OWN.get(name) or said_by(name) for name in names}


def said_by(name: str) -> str:
    """The licence that an installed package says it has; what is missing, if none."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here (scripts/bootstrap.sh test)"
    said = told.get("License-Expression") or told.get("License") or ""
    return SPOKEN.get(said, said)


def page_packages() -> dict[str, str]:
    """What the pages are made of; tools that only build them are left out."""
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    shipped = {path: about for path, about in lock["packages"].items() if path and not about.get("dev")}
    return {path.removeprefix("node_modules/"): about["license"].strip("()") for path, about in shipped.items()}


def debian_packages() -> list[str]:
    """What the service asks of Debian."""
    lines = (ROOT / "requirements/debian/service.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unfit(licence: str) -> bool:
    """Whether a licence is unknown here, or does not go with GPL-3.0-or-later. Of `A OR B` one has to fit."""
    choices = licence.replace("(", "").replace(")", "").split(" OR ")
    return not any(set(choice.split(" AND ")) <= FITTING for choice in choices)


def page() -> str:
    """All of NOTICE.md."""
    tables = [
        _table("The SIP engine", "Compiled by scripts/build-engine.sh, with our own edits in scripts/engine/.", ENGINE),
        _table("Python packages", "Locked in requirements/run.txt.", python_packages()),
        _table("The pages", "Locked in web/package-lock.json.", page_packages()),
    ]
    return "\n".join([HEAD, *(line for table in tables for line in table), *_programs()])


def _table(title: str, where: str, parts: Mapping[str, str]) -> Iterator[str]:
    yield f"## {title}\n\n{where}\n\n| part | licence |\n|---|---|"
    yield from (f"| {name} | {licence} |" for name, licence in parts.items())
    yield ""


def _programs() -> Iterator[str]:
    yield "## Debian packages\n\nCalled as programs or read as files, and installed from Debian, not shipped by us:"
    yield ", ".join(debian_packages()) + ".\n"


def main() -> None:
    parts = {**ENGINE, **python_packages(), **page_packages()}
    if bad := [f"{name}: {licence or 'says none'}" for name, licence in parts.items() if unfit(licence)]:
        sys.exit(f"licences to look at, then SPOKEN, OWN or FITTING in scripts/notice.py: {'; '.join(bad)}")
    wanted = page()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return
    if "--check" in sys.argv[1:]:
        sys.exit("NOTICE.md is not in step with the lock files: run `make docs`")
    PAGE.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
