"""The spool: lines come out in the order in which they went in, also after a restart."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import spool as module
from storage.spool import Spool


def _drain(spool: Spool) -> list[str]:
    lines: list[str] = []
    while not spool.empty:
        lines += spool.first()
        spool.drop_first()
    return lines


@settings(max_examples=30)
@given(st.lists(st.lists(st.text("abc ", min_size=1, max_size=3), min_size=1, max_size=6), max_size=8), st.data())
def test_lines_come_out_in_the_order_in_which_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, appended: list[list[str]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = Spool(folder)
    for lines in appended:
        spool.append(lines)
        if data.draw(st.booleans()):
            spool = Spool(folder)  # the process died and came back

    assert _drain(spool) == [line for lines in appended for line in lines]
    assert list(folder.iterdir()) == []


def test_a_file_holds_a_bounded_number_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEGMENT_LINES", 3)
    spool = Spool(tmp_path)
    for number in range(7):
        spool.append([str(number)])

    assert spool.segments == 3
    assert spool.first() == ["0", "1", "2"]


def test_nothing_is_appended_behind_a_torn_line(tmp_path: Path) -> None:
    (tmp_path / "0000000003.jsonl").write_text("whole\nto")
    spool = Spool(tmp_path)
    spool.append(["next"])

    assert _drain(spool) == ["whole", "next"]
    assert '"line": "to"' in (tmp_path / "records.refused").read_text()


def test_a_failed_append_does_not_spoil_what_comes_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    spool.append(["one"])
    with monkeypatch.context() as patched:
        patched.setattr(module, "_append_durably", _half)
        with pytest.raises(OSError, match="full"):
            spool.append(["two"])
    spool.append(["two"])

    assert _drain(spool) == ["one", "two"]


def test_only_the_owner_can_read_what_waits(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(["private"])
    spool.refuse("private", "test")

    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def _half(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text[:1])
    raise OSError(28, "disk full")
