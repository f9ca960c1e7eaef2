"""The table of methods, and the rules that the door is told."""

import pytest

from sip.door import Admission, rule_lines
from sip.methods import ALLOW, METHODS, PASS, PLACES, SOURCES, cells


def test_every_cell_has_an_answer() -> None:
    told = list(cells())
    assert len(told) == len({(name, place, source) for name, place, source, _ in told})
    assert len(told) == len(METHODS) * len(PLACES) * len(SOURCES)
    assert all(status == PASS or 400 <= status <= 699 for _, _, _, status in told)


def test_what_passes_is_what_allow_names() -> None:
    assert {name for name, _, _, status in cells() if status == PASS} == set(ALLOW)


def test_only_trunks_bring_calls() -> None:
    assert {
        source for name, place, source, status in cells() if (name, place, status) == ("INVITE", "outside", PASS)
    } == {"trunk"}


@pytest.mark.parametrize("name", ["REFER", "SUBSCRIBE", "MESSAGE", "NOTIFY", "REGISTER", "PUBLISH"])
def test_what_is_not_ours_passes_from_nobody(name: str) -> None:
    assert all(status != PASS for method, _, _, status in cells() if method == name)


def test_the_rules_name_everybody_who_is_known() -> None:
    admission = Admission(trunks=("192.0.2.0/24", "2001:db8::1/128"), phones=("10.0.0.0/8",), strangers="drop")
    lines = list(rule_lines(admission, ["127.0.0.1:5081"]))
    assert {"strangers drop", "admit trunk 192.0.2.0/24", "admit trunk 2001:db8::1/128"} <= set(lines)
    assert {"admit phone 10.0.0.0/8", "admit line 127.0.0.1:5081", "answer REFER inside phone 603"} <= set(lines)
    assert all("\n" not in line and len(line) < 500 for line in lines)
