"""docs/security.md: every requirement of ASVS 5.0.0, levels 1 and 2, once, with a state; what it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.*?) \|$", PAGE, re.MULTILINE)

# How many requirements of each section are of level 1 or 2: in version 5.0.0 those are the first ones of each section.
SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2  2.1:3 2.2:3 2.3:4 2.4:1  3.2:2 3.3:4 3.4:6 3.5:5 3.7:2  4.1:3 4.2:1 4.3:2 4.4:4
5.1:1 5.2:3 5.3:2 5.4:3  6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4  7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2
8.1:2 8.2:3 8.3:1 8.4:1  9.1:3 9.2:4  10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3
11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1  12.1:3 12.2:2 12.3:4  13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3  15.1:3 15.2:3 15.3:7  16.1:1 16.2:5 16.3:4 16.4:3 16.5:3  17.1:1 17.2:4 17.3:2
"""


def test_every_requirement_of_levels_1_and_2_is_there_once_and_in_order() -> None:
    counts = dict(each.split(":") for each in SECTIONS.split())
    wanted = [f"{section}.{number}" for section, count in counts.items() for number in range(1, int(count) + 1)]
    assert len(wanted) == 253
    assert [number for number, *_ in ROWS] == wanted


@pytest.mark.parametrize(("number", "asks", "state", "where"), ROWS, ids=[row[0] for row in ROWS])
def test_a_requirement_is_met_somewhere_or_has_a_reason(number: str, asks: str, state: str, where: str) -> None:
    assert state in {"met", "n/a", "open"}
    assert len(where) >= 3, "where is it met, or why not?"
    assert state != "open" or "isk" in where or "network" in where, "an open one tells its risk"


def named() -> list[str]:
    """Files and folders that the page names: in backquotes with a slash, and as targets of links."""
    quoted = [path for path in re.findall(r"`([\w./-]+/[\w./-]*)`", PAGE) if not path.startswith("/")]
    links = [target for target in re.findall(r"\]\(([^)#]+)", PAGE) if "://" not in target]
    return sorted({*quoted, *(str((ROOT / "docs" / link).resolve().relative_to(ROOT)) for link in links)})


@pytest.mark.parametrize("path", named())
def test_what_the_page_names_is_there(path: str) -> None:
    made = ("desk/static/",)  # built, not kept
    assert path in made or (ROOT / path).exists()
