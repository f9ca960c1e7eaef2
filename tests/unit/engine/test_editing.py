"""Steps find their place, change it once, and say what was wrong (scripts/engine/editing.py)."""

from pathlib import Path

import editing
import pytest
from editing import AddFile, AddSource, AppendInterface, CannotEdit, Kind, Step, above, after, before, instead, take

SOURCE = """\
/* Two doors: open(door) opens one. */
static int opened(struct door *door);

static int opened(struct door *door)
{
    /* if (door->locked) is not asked here */
    const char *text = "if (door->locked) return 0; }";
#if ALARMED
    if (door->alarm) {
#else
    if (1) {
#endif
        return open(door);
    }
    return 0;
}

PJ_DEF(int) closed(struct door *door,
                   int hard)
{
    if (door->locked)
        return 1;
    return close( door , hard );
}
"""


def tree(folder: Path, text: str = SOURCE, name: str = "door.c") -> Path:
    (folder / name).write_bytes(text.encode())
    return folder / name


def step(*parts: editing.Part, kind: Kind = Kind.NEEDED, name: str = "lock-first") -> Step:
    return Step(name, "A door must be locked.", kind, parts)


def test_a_place_is_found_by_its_structure_and_marked(tmp_path: Path) -> None:
    file = tree(tmp_path)
    edit = before("door.c", r"return close \( (?P<it>\w+) ,", "bolt($it); ", within="closed")
    assert take((step(edit),), tmp_path).taken == ("lock-first",)
    assert "    /* sambut: lock-first */ bolt(door); return close( door , hard );" in file.read_text()


def test_a_function_ends_where_it_ends_whatever_its_conditions_and_texts_open(tmp_path: Path) -> None:
    file = tree(tmp_path)
    take((step(instead("door.c", r"return 0 ;\s*\}$", "return 2;\n}", within="opened", then="return 2")),), tmp_path)
    assert "return 2;\n}\n\nPJ_DEF(int) closed" in file.read_text()


def test_neither_comments_nor_declarations_nor_calls_count(tmp_path: Path) -> None:
    tree(tmp_path)
    with pytest.raises(CannotEdit, match=r"'not is asked' is there 0 times and not 1"):
        take((step(instead("door.c", "not is asked", "", within="opened")),), tmp_path)
    with pytest.raises(CannotEdit, match="function open is defined 0 times"):
        take((step(after("door.c", r"\{", "", within="open")),), tmp_path)


@pytest.mark.parametrize(("find", "count"), [("no_such_thing", 0), (r"\breturn\b", 2)])
def test_a_place_found_not_once_is_refused_with_its_name_and_nothing_is_written(
    tmp_path: Path, find: str, count: int
) -> None:
    file = tree(tmp_path)
    good = step(before("door.c", r"return 1 ;", "ring(); ", within="closed"), name="ring")
    with pytest.raises(CannotEdit, match=rf"step lock-first: door.c, closed: .* is there {count} times and not 1"):
        take((good, step(instead("door.c", find, "x", within="closed"))), tmp_path)
    assert file.read_text() == SOURCE


def test_a_place_may_be_wanted_as_often_as_it_is_there(tmp_path: Path) -> None:
    file = tree(tmp_path)
    take((step(before("door.c", r"\breturn\b", "ring(); ", within="closed", times=2)),), tmp_path)
    assert file.read_text().count("/* sambut: lock-first */ ring(); return") == 2


def test_a_change_that_did_not_take_is_refused(tmp_path: Path) -> None:
    tree(tmp_path)
    with pytest.raises(CannotEdit, match="'bolt' is not there afterwards"):
        take((step(before("door.c", "return 1 ;", "ring(); ", within="closed", then="bolt")),), tmp_path)
    with pytest.raises(CannotEdit, match="'locked' is still there afterwards"):
        take((step(instead("door.c", "locked", "locked2", within="closed")),), tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotEdit, match=r"step lock-first: gate.c: No such file"):
        take((step(before("gate.c", "x", "y")),), tmp_path)


def test_a_faster_step_that_fails_is_left_out_whole_and_the_others_are_taken(tmp_path: Path) -> None:
    file = tree(tmp_path)
    half = step(
        before("door.c", "return 1 ;", "half(); ", within="closed"),
        before("door.c", "no_such_thing", "", within="closed"),
        kind=Kind.FASTER,
        name="half",
    )
    done = take((half, step(before("door.c", "return 1 ;", "ring(); ", within="closed"))), tmp_path)
    assert done.taken == ("lock-first",)
    assert "no_such_thing" in done.left_out["half"]
    assert "half" not in file.read_text()
    assert "ring" in file.read_text()


def test_a_step_is_not_taken_twice(tmp_path: Path) -> None:
    file = tree(tmp_path)
    once = step(before("door.c", "return 1 ;", "ring(); ", within="closed"))
    take((once,), tmp_path)
    text = file.read_text()
    with pytest.raises(CannotEdit, match="was taken already"):
        take((once,), tmp_path)
    assert file.read_text() == text


def test_ends_of_lines_stay_as_they_were(tmp_path: Path) -> None:
    file = tree(tmp_path, SOURCE.replace("\n", "\r\n"))
    take((step(before("door.c", r"if \( door -> locked \) return 1", "ring();\n    ", within="closed")),), tmp_path)
    raw = file.read_bytes()
    assert b"ring();\r\n    if (door->locked)\r\n" in raw
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_bytes_that_are_no_utf_8_stay(tmp_path: Path) -> None:
    file = tree(tmp_path)
    file.write_bytes(b"/* \xe9 */\n" + SOURCE.encode())
    take((step(before("door.c", "return 1 ;", "ring(); ", within="closed")),), tmp_path)
    assert file.read_bytes().startswith(b"/* \xe9 */\n")


def test_text_goes_above_a_function_with_its_head_in_two_lines(tmp_path: Path) -> None:
    file = tree(tmp_path, SOURCE.replace("PJ_DEF(int) closed", "PJ_DEF(int)\nclosed"))
    take((step(above("door.c", "closed", "static int bolts;")),), tmp_path)
    assert "}\n\n/* sambut: lock-first */ \nstatic int bolts;\n\nPJ_DEF(int)\nclosed(" in file.read_text()


def test_a_method_of_a_class_is_found_and_others_of_its_name_are_not(tmp_path: Path) -> None:
    text = "int Gate::shut() const\n{\n    return 1;\n}\n\nint Door::shut()\n{\n    return 1;\n}\n"
    file = tree(tmp_path, text)
    take((step(instead("door.c", "return 1", "return 2", within="Door::shut")),), tmp_path)
    assert file.read_text().index("return 1") < file.read_text().index("return 2")


def test_a_source_of_ours_joins_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "door.c").write_text("int door;\n")
    monkeypatch.setattr(editing, "OURS", ours)
    makefile = tmp_path / "pjsip/build/Makefile"
    makefile.parent.mkdir(parents=True)
    makefile.write_text("export PJSIP_OBJS += a.o\nexport PJSIP_UA_OBJS += $(X) \\\n\t\tb.o\n")
    joined = step(AddSource("pjsip-ua", "door.c"), AddFile("door.c", to="pjsip/include/door.h"))
    take((joined,), tmp_path)
    assert "# sambut: lock-first.\nexport PJSIP_UA_OBJS += door.o\nexport PJSIP_UA_OBJS += $(X)" in makefile.read_text()
    assert (tmp_path / "pjsip/src/pjsip-ua/door.c").read_text().endswith("int door;\n")
    assert (tmp_path / "pjsip/include/door.h").exists()
    with pytest.raises(CannotEdit):
        take((joined,), tmp_path)


def test_a_file_takes_the_place_of_another_only_where_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(CannotEdit, match=r"speex.c is not there"):
        take((step(AddFile("", to="speex.c", replaces=True, text="int x;")),), tmp_path)
    tree(tmp_path, name="speex.c")
    with pytest.raises(CannotEdit, match=r"speex.c is there already"):
        take((step(AddFile("", to="speex.c", text="int x;")),), tmp_path)
    take((step(AddFile("", to="speex.c", replaces=True, text="int x;")),), tmp_path)
    assert (tmp_path / "speex.c").read_text() == "/* sambut: lock-first */ \nint x;"


def test_the_interface_for_python_is_appended_to(tmp_path: Path) -> None:
    interface = tmp_path / editing.INTERFACE
    interface.parent.mkdir(parents=True)
    interface.write_text('%include "pjsua2/endpoint.hpp"')
    take((step(AppendInterface("int door_open(void);")),), tmp_path)
    assert interface.read_text().splitlines()[-2:] == ["/* sambut: lock-first */ ", "int door_open(void);"]
