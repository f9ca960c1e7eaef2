"""The parts of scripts/ that decide something: which Python, which Node, what is missing."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def shell(script: str, path: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs `script` after scripts/lib.sh, with `path` before everything else on the PATH."""
    search = f"{path}:/usr/bin:/bin" if path else "/usr/bin:/bin"
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; root={ROOT}; . {ROOT}/scripts/lib.sh; {script}"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": search, "HOME": os.environ["HOME"], **variables},
    )


def program(folder: Path, name: str, body: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return file


def python(folder: Path, name: str, version: str, *, usable: bool) -> Path:
    """An interpreter that says it is `version`; its check of itself (`-c`) fails unless `usable`."""
    return program(folder, name, f'[ "$1" = --version ] && echo Python {version} && exit; exit {0 if usable else 1}')


def test_an_old_python_is_refused_by_name(tmp_path: Path) -> None:
    old = python(tmp_path, "python3.9", "3.9.2", usable=False)
    result = shell("find_python", PYTHON=str(old))
    assert result.returncode == 1
    assert f"{old} is Python 3.9.2" in result.stderr
    assert "3.11 or newer" in result.stderr


def test_a_newer_python_is_found_when_python3_is_old(tmp_path: Path) -> None:
    python(tmp_path, "python3", "3.9.2", usable=False)
    newer = python(tmp_path, "python3.13", "3.13.5", usable=True)
    assert shell("find_python", path=tmp_path).stdout.strip() == str(newer)


def test_the_python_that_is_asked_for_goes_first(tmp_path: Path) -> None:
    python(tmp_path, "python3", "3.13.5", usable=True)
    wanted = python(tmp_path, "python3.11", "3.11.2", usable=True)
    assert shell("find_python", path=tmp_path, PYTHON="python3.11").stdout.strip() == str(wanted)


@pytest.mark.parametrize(
    ("version", "enough"), [("18.20.4", False), ("20.9.0", False), ("20.19.0", True), ("24.1.0", True)]
)
def test_node_must_be_able_to_build_the_pages(tmp_path: Path, version: str, enough: bool) -> None:
    program(tmp_path, "npm", "exit 0")
    program(tmp_path, "node", f"echo v{version}")
    assert (shell("node_is_new_enough", path=tmp_path).returncode == 0) is enough


def test_node_without_npm_is_not_enough(tmp_path: Path) -> None:
    program(tmp_path, "node", "echo v24.1.0")
    assert shell(f"PATH={tmp_path}; node_is_new_enough").returncode != 0


def test_a_failing_step_shows_its_output_and_where_the_rest_is(tmp_path: Path) -> None:
    result = shell(f"tools={tmp_path}; quietly sample sh -c 'echo the reason; exit 3'")
    assert result.returncode != 0
    assert "the reason" in result.stderr
    assert str(tmp_path / "logs" / "sample.log") in result.stderr
    assert result.stdout == ""


def test_a_step_is_current_only_for_the_inputs_it_was_done_with(tmp_path: Path) -> None:
    stamp = tmp_path / "folder" / "stamp"
    result = shell(f"stamp {stamp} abc; current {stamp} abc && echo same; current {stamp} abd || echo other")
    assert result.stdout.split() == ["same", "other"]


@pytest.mark.parametrize("argument", ["", "deploy"])
def test_bootstrap_says_how_it_is_used(argument: str) -> None:
    result = subprocess.run([ROOT / "scripts" / "bootstrap.sh", argument], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "bootstrap.sh run|test" in result.stderr


@pytest.mark.parametrize(("name", "value"), [("DEBIAN", "11"), ("COMPOSE", "3")])
def test_the_trial_of_the_image_says_what_it_knows(name: str, value: str) -> None:
    script, environ = ROOT / "scripts" / "image-test.sh", {**os.environ, name: value}
    result = subprocess.run([script], env=environ, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert f"error: {name}={value}: " in result.stderr
