"""Files of data that mean to fill the memory, or nest without end, are told as what they are, at once."""

import time

import pytest

import config
from tests.unit.config.conftest import Office

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LAUGHS, "aliases (*name) repeat too much"),
        ("a: " + "[" * 3000 + "]" * 3000 + "\n", "nested too deeply"),
        ("# " + "x" * 9 * 1024**2 + "\n", "longer than 8 MB"),
    ],
    ids=["laughs", "deep", "long"],
)
def test_a_bomb_is_refused_within_a_moment(office: Office, text: str, reason: str) -> None:
    office.write("hours.yaml", text)
    started = time.monotonic()
    problems = config.check(office.folder, {})
    assert time.monotonic() - started < 10
    assert any("hours.yaml" in problem.file and reason in problem.reason for problem in problems), problems


def test_aliases_that_repeat_a_little_are_fine(office: Office) -> None:
    office.write("pauses.yaml", "pauses:\n- &a {code: doa, label: {id: Doa, en: Prayer}}\n- {<<: *a, code: makan}\n")
    assert not config.check(office.folder, {})
