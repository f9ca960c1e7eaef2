"""What people complain of elsewhere (docs/peers.md), where no other test's name says it."""

import re
from pathlib import Path

from sambut.housekeeping import ACKNOWLEDGED_WITHIN_S, LONGEST_CALL_S, LOOK_EVERY_S
from tests.unit.sambut.a_house import a_house, installation
from tests.unit.sambut.test_stopping import ends, talking
from tests.unit.sambut.virtual_time import run

ROOT = Path(__file__).parents[3]
LISTED = re.compile(r"`(?P<file>[\w/]+\.(?:py|test\.ts))::(?P<name>[^`]+)`")


def test_peers_1_nobody_is_stuck_in_a_call_whose_end_got_lost(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            caller, phone = await talking(house)
            await house.settle(LONGEST_CALL_S + LOOK_EVERY_S)
            assert caller.gone and phone.gone and house.state("ayu") != "talking"
            assert ends(house) == [("system", "too_long")]

    run(scenario())


def test_peers_1_an_answer_that_is_never_acknowledged_leaves_nobody_stuck(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            leg = house.agent.known[house.agent.invite()]
            leg.answered = True  # our 200 is out; the ACK, and so `LegAnswered`, never comes
            await house.settle(ACKNOWLEDGED_WITHIN_S + 2 * LOOK_EVERY_S)
            assert leg.gone and ends(house) == [("system", "not_acknowledged")]

    run(scenario())


def test_peers_2_no_operator_is_rung_after_the_caller_has_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            await house.ready("ayu", "bima")
            caller = await house.caller()
            house.agent.far_end(caller.number, 487)
            await house.settle(30)
            assert house.agent.phones == [] and [what for what, _ in house.trace].count("ring") == 1

    run(scenario())


def test_peers_7_a_pause_is_counted_once_with_its_reason_and_shown_with_its_timer(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with a_house(installation(tmp_path)) as house:
            desk = house.switchboard.desk_side
            await house.ready("ayu")
            await desk.set_presence("ayu", "paused", "istirahat")
            since = desk.presence("ayu")["since"]
            await house.settle(60)
            await desk.set_presence("ayu", "paused", "istirahat")  # pressed again
            shown = desk.presence("ayu")
            assert (shown["state"], shown["reason"], shown["since"]) == ("paused", "istirahat", since)
            pauses = [fact for fact in house.journal.facts if fact.name.value == "PAUSE"]
            assert [fact.data["reason"] for fact in pauses] == ["istirahat"]

    run(scenario())


def test_every_test_that_the_list_names_exists() -> None:
    listed = [(match["file"], match["name"]) for match in LISTED.finditer((ROOT / "docs" / "peers.md").read_text())]
    missing = [f"{file}::{name}" for file, name in listed if name not in _text(file)]
    assert len(listed) > 30 and missing == []


def _text(file: str) -> str:
    path = ROOT / ("web" if file.endswith(".ts") else "tests") / file
    return path.read_text() if path.exists() else ""
