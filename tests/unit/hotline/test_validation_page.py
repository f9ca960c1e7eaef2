"""docs/validation.md shows the table as it is."""

from pathlib import Path

from hotline.escalation import LOOP

PAGE = Path(__file__).parents[3] / "docs" / "validation.md"


def test_the_page_has_every_row_of_the_loop_and_no_other() -> None:
    shown = [line for line in PAGE.read_text().splitlines() if line.count("|") == 6 and "`" in line.split("|")[2]]
    rows = [
        f"| {state or '–'} | `{action}` | {', '.join(row.by)}{' who has it' if row.own else ''} |"
        f" {', '.join(row.needs) or '–'} | {row.to} |"
        for (state, action), row in LOOP.items()
    ]
    assert shown == rows
