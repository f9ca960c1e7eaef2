"""Single functions of the engine's library that wrote or read where they must not."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any


def asked(name: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.engine.internals", name],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"died: {done.returncode}, {done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])


def test_a_map_that_is_not_there_is_one_of_no_name() -> None:
    assert asked("rtpmap_of_nothing") == {"failed": True, "empty": True}


def test_stun_requests_cannot_be_guessed() -> None:
    ids = asked("stun_ids")
    for part in (slice(0, 8), slice(8, 16), slice(16, 24)):
        assert len({one[part] for one in ids}) == len(ids)
    counters = [int(one[16:24], 16) for one in ids]
    assert len({b - a for a, b in pairwise(counters)}) > 1


def test_elements_inside_elements_end_somewhere() -> None:
    assert asked("xml_depth") == {"20": True, "200000": False}


def test_an_array_header_stays_in_its_buffer() -> None:
    found = asked("array_header")
    assert found["written"] == -1
    assert set(found["behind"]) == {"#"}
    assert found["whole"] == len("Allow: ")


def test_a_body_without_parts_has_no_length() -> None:
    assert asked("multipart") == -1


def test_rows_of_a_table_cannot_be_chosen() -> None:
    found, again = asked("hashes"), asked("hashes")
    assert found["different"] == 256
    assert found["any_case"] and found["text"]
    assert found["one"] != again["one"], "another key in each process"
