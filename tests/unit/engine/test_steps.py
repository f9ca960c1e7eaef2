"""All steps fit the source that they were written for, as far as a build has left it in the cache."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENGINE = ROOT / "scripts" / "engine"
CACHE = Path(os.environ.get("SAMBUT_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "sambut")
KNOWN = next(
    line.partition("=")[2].strip()
    for line in (ROOT / "scripts" / "build-engine.sh").read_text().splitlines()
    if line.startswith("known_source=")
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = CACHE.expanduser() / "engine" / "sources" / f"pjproject-{KNOWN}.tar.xz"
    if not kept.exists():
        pytest.skip("no source of pjproject in the cache: scripts/build-engine.sh leaves it there")
    folder = tmp_path_factory.mktemp("pjproject")
    with tarfile.open(kept) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.iterdir())


def apply(source: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ENGINE / "apply.py"), str(source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_steps_fit_the_known_source_and_are_not_taken_twice(source: Path) -> None:
    done = apply(source)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "SAMBUT_LEFT_OUT = ()" in (source / "pjsip-apps/src/swig/pjsua2.i").read_text()
    again = apply(source)
    assert again.returncode == 1
    assert "was taken already" in again.stderr


def test_a_source_in_which_a_needed_place_is_gone_is_refused(tmp_path: Path) -> None:
    done = apply(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("step devices-when-asked: pjmedia/src/pjmedia-audiodev/alsa_dev.c: No such file")


def test_every_file_of_the_recipe_says_its_licence() -> None:
    files = [file for file in ENGINE.rglob("*") if file.is_file() and file.suffix in {".py", ".c", ".h", ".hpp", ".i"}]
    assert len(files) > 5
    silent = [file.name for file in files if "SPDX-License-Identifier: GPL-3.0-or-later" not in file.read_text()[:200]]
    assert silent == []
