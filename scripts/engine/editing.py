# SPDX-License-Identifier: GPL-3.0-or-later
"""Named changes to somebody else's C source, which keep none of its lines (docs/engine.md).

A `Step` has a name, says why it is there, and holds parts, each of which changes one file:

- `before`, `after`, `instead`: put our text before, after or in place of what a pattern finds in a file, or in one
  function of it; `above`: put our text above a function;
- `AddSource("pjsip-ua", "door.c")`: one more file of ours in a library's sources (the makefile's list of objects);
- `AddFile("door.h", to="pjsip/include/pjsip-ua/door.h")`: a file of ours anywhere, such as a header;
- `AppendInterface(text)`: append text to pjsua2.i, the interface that SWIG makes Python's `pjsua2` of. To export a C
  function: `%{ extern "C" { #include <…/door.h> } %}` and its declaration.

A part finds its place by itself: it must find exactly as many places as it says (one unless told otherwise), and looks
afterwards whether the change is there. A `needed` step that cannot be taken fails the build; a `faster` one is left out
whole, with a warning. A step taken twice is refused: each place is marked with the step's name.

`steps/*.py` hold the steps, each file a tuple STEPS; `apply.py` takes them, in order of the files' names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from string import Template

OURS = Path(__file__).parent
INTERFACE = "pjsip-apps/src/swig/pjsua2.i"


class Kind(StrEnum):
    NEEDED = "needed"  # without it the engine must not be used
    FASTER = "faster"  # without it the engine is right, and slower


class CannotEdit(Exception):
    """A part's place is not as it expects, or the change did not take."""


class Tree:
    """The source as it would be: files are read once, changed in memory, and written by `save`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._texts: dict[str, str] = {}

    def read(self, path: str) -> str:
        """The file with \\n as the end of lines. Raises `CannotEdit` when there is none."""
        if path not in self._texts:
            try:
                raw = (self.root / path).read_bytes().decode("utf-8", "surrogateescape")
            except OSError as error:
                raise CannotEdit(f"{path}: {error.strerror}") from None
            self._texts[path] = raw.replace("\r\n", "\n")
        return self._texts[path]

    def write(self, path: str, text: str) -> None:
        self._texts[path] = text

    def exists(self, path: str) -> bool:
        return path in self._texts or (self.root / path).exists()

    def fork(self) -> "Tree":
        """A copy to try changes on."""
        copy = Tree(self.root)
        copy._texts = dict(self._texts)
        return copy

    def save(self) -> None:
        """Write what was changed, with the ends of lines that each file had."""
        for path, text in self._texts.items():
            file = self.root / path
            old = file.read_bytes() if file.exists() else b""
            if 2 * old.count(b"\r\n") > old.count(b"\n"):
                new = text.replace("\n", "\r\n").encode("utf-8", "surrogateescape")
            else:
                new = text.encode("utf-8", "surrogateescape")
            if new != old:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(new)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a text file.

    `find` is a regular expression in which a blank stands for any white space or none; comments count as white space.
    `put` is the new text: `$found` is what was found, `$name` a named group of it. `within` is the function to look in.
    `then` is a pattern that must be found there afterwards; without one, `find` must be gone unless `put` keeps it.
    """

    path: str
    find: str
    put: str
    within: str | None = None
    times: int = 1
    then: str | None = None

    def apply(self, tree: Tree, step: str) -> None:
        text = tree.read(self.path)
        start, end = self._scope(text)
        scope = text[start:end]
        found = list(_pattern(self.find).finditer(without_comments(text)[start:end]))
        if len(found) != self.times:
            raise CannotEdit(f"{self._where()}: {self.find!r} is there {len(found)} times and not {self.times}")
        for match in reversed(found):
            new = Template(self.put).substitute(_groups(match, scope), found=scope[match.start() : match.end()])
            scope = scope[: match.start()] + mark(self.path, step) + new + scope[match.end() :]
        tree.write(self.path, text[:start] + scope + text[end:])
        self._check(tree)

    def _check(self, tree: Tree) -> None:
        text = tree.read(self.path)
        start, end = self._scope(text)
        scope = without_comments(text)[start:end]
        if self.then is not None:
            if not _pattern(self.then).search(scope):
                raise CannotEdit(f"{self._where()}: {self.then!r} is not there afterwards")
        elif "$found" not in self.put and _pattern(self.find).search(scope):
            raise CannotEdit(f"{self._where()}: {self.find!r} is still there afterwards")

    def _scope(self, text: str) -> tuple[int, int]:
        if self.within is None:
            return 0, len(text)
        try:
            return function_body(text, self.within)
        except CannotEdit as error:
            raise CannotEdit(f"{self.path}: {error}") from None

    def _where(self) -> str:
        return self.path if self.within is None else f"{self.path}, {self.within}"


def _groups(match: re.Match[str], scope: str) -> dict[str, str]:
    """Named groups as the source has them, comments and all."""
    return {name: scope[slice(*match.span(name))] if match[name] else "" for name in match.groupdict()}


def instead(path: str, find: str, put: str, **more: object) -> Edit:
    """`put` in place of what is found."""
    return Edit(path, find, put, **more)  # type: ignore[arg-type]


def before(path: str, find: str, put: str, **more: object) -> Edit:
    """`put`, then what was found."""
    return Edit(path, find, f"{put}$found", **more)  # type: ignore[arg-type]


def after(path: str, find: str, put: str, **more: object) -> Edit:
    """What was found, then `put`."""
    return Edit(path, find, f"$found{put}", **more)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Above:
    """Text of ours (declarations, helpers) above the definition of a function."""

    path: str
    function: str
    put: str

    def apply(self, tree: Tree, step: str) -> None:
        text = tree.read(self.path)
        try:
            at = function_head(text, self.function)
        except CannotEdit as error:
            raise CannotEdit(f"{self.path}: {error}") from None
        tree.write(self.path, f"{text[:at]}{mark(self.path, step)}\n{self.put.strip()}\n\n{text[at:]}")


def above(path: str, function: str, put: str) -> Above:
    return Above(path, function, put)


@dataclass(frozen=True, slots=True)
class AddFile:
    """A file of ours (beside this module, or `text`), put at `to`. `replaces`: whether there must be one already."""

    name: str
    to: str
    replaces: bool = False
    text: str | None = None

    @property
    def path(self) -> str:
        return self.to

    def apply(self, tree: Tree, step: str) -> None:
        if tree.exists(self.to) != self.replaces:
            raise CannotEdit(f"{self.to} {'is not there' if self.replaces else 'is there already'}")
        if self.replaces:
            tree.read(self.to)
        tree.write(self.to, f"{mark(self.to, step)}\n{self.text if self.text is not None else _ours(self.name)}")


@dataclass(frozen=True, slots=True)
class Library:
    """Where a library's sources are, and its makefile with the variable that lists its objects."""

    sources: str
    makefile: str
    objects: str


LIBRARIES = {
    "pj": Library("pjlib/src/pj", "pjlib/build/Makefile", "PJLIB_OBJS"),
    "pjlib-util": Library("pjlib-util/src/pjlib-util", "pjlib-util/build/Makefile", "PJLIB_UTIL_OBJS"),
    "pjnath": Library("pjnath/src/pjnath", "pjnath/build/Makefile", "PJNATH_OBJS"),
    "pjmedia": Library("pjmedia/src/pjmedia", "pjmedia/build/Makefile", "PJMEDIA_OBJS"),
    "pjsip": Library("pjsip/src/pjsip", "pjsip/build/Makefile", "PJSIP_OBJS"),
    "pjsip-ua": Library("pjsip/src/pjsip-ua", "pjsip/build/Makefile", "PJSIP_UA_OBJS"),
    "pjsua-lib": Library("pjsip/src/pjsua-lib", "pjsip/build/Makefile", "PJSUA_LIB_OBJS"),
    "pjsua2": Library("pjsip/src/pjsua2", "pjsip/build/Makefile", "PJSUA2_LIB_OBJS"),
}


@dataclass(frozen=True, slots=True)
class AddSource:
    """A .c or .cpp file of ours (beside this module), compiled into a library of LIBRARIES."""

    library: str
    name: str

    @property
    def path(self) -> str:
        return LIBRARIES[self.library].makefile

    def apply(self, tree: Tree, step: str) -> None:
        library = LIBRARIES[self.library]
        AddFile(self.name, to=f"{library.sources}/{self.name}").apply(tree, step)
        thing = Path(self.name).stem + ".o"
        put = f"\nexport {library.objects} += {thing}\n"
        then = rf"^export {library.objects} \+= {re.escape(thing)}$"
        before(library.makefile, rf"^export {library.objects} \+=(?!\s*\w+\.o$)", put, then=then).apply(tree, step)


@dataclass(frozen=True, slots=True)
class AppendInterface:
    """Text at the end of pjsua2.i."""

    text: str

    @property
    def path(self) -> str:
        return INTERFACE

    def apply(self, tree: Tree, step: str) -> None:
        tree.write(INTERFACE, f"{tree.read(INTERFACE).rstrip()}\n\n{mark(INTERFACE, step)}\n{self.text.strip()}\n")


Part = Edit | Above | AddFile | AddSource | AppendInterface


@dataclass(frozen=True, slots=True)
class Step:
    """One change with a name, for one reason. `why` is for who reads the list in docs/engine.md and the build's log."""

    name: str
    why: str
    kind: Kind
    parts: tuple[Part, ...] = field(repr=False)

    def apply(self, tree: Tree) -> None:
        """All parts, or none. Raises `CannotEdit`."""
        for part in self.parts:
            if tree.exists(part.path) and mark(part.path, self.name) in tree.read(part.path):
                raise CannotEdit(f"{part.path}: the step was taken already")
        trial = tree.fork()
        for part in self.parts:
            part.apply(trial, self.name)
        tree._texts = trial._texts


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the steps: the names of those taken, and of those left out the reason."""

    taken: tuple[str, ...]
    left_out: dict[str, str]


def take(steps: tuple[Step, ...], root: Path) -> Taken:
    """Take all steps on the source in `root`. Raises `CannotEdit` for a needed one; then nothing was written."""
    tree, taken, left_out = Tree(root), [], {}
    for step in steps:
        try:
            step.apply(tree)
            taken.append(step.name)
        except CannotEdit as error:
            if step.kind is Kind.NEEDED:
                raise CannotEdit(f"step {step.name}: {error}") from None
            left_out[step.name] = str(error)
    tree.save()
    return Taken(tuple(taken), left_out)


def mark(path: str, step: str) -> str:
    """What stands at each place that a step changed (and tells, as the licence wants, that it was changed)."""
    return f"# sambut: {step}." if Path(path).name == "Makefile" else f"/* sambut: {step} */ "


def _ours(name: str) -> str:
    try:
        return (OURS / name).read_text(encoding="utf-8")
    except OSError as error:
        raise CannotEdit(f"{name}: {error.strerror}") from None


def _pattern(find: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\s+", lambda _: r"\s*", find), re.MULTILINE)


_TOKEN = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def without_comments(text: str) -> str:
    """The same length, comments blank."""
    return _TOKEN.sub(lambda token: _blank(token[0]) if token[0][0] == "/" else token[0], text)


def _code(text: str) -> str:
    """The same length, comments and what is in quotes blank."""
    return _TOKEN.sub(lambda token: _blank(token[0]), text)


def _definitions(code: str, function: str) -> Iterator[tuple[int, int, int]]:
    """Of each definition: where its name stands, its body's brace and its end (the first brace in column 0, since
    conditional compilation may open more braces than it closes)."""
    for name in re.finditer(rf"(?<![\w.>]){re.escape(function)}\s*\(", code):
        closed = _closing(code, name.end() - 1)
        opened = re.compile(r"\s*(?:const\s*)?\{").match(code, closed)
        if opened is None or (end := re.compile(r"^\}", re.MULTILINE).search(code, opened.end())) is None:
            continue
        yield name.start(), opened.end() - 1, end.end()


def _closing(code: str, at: int) -> int:
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    for place in re.compile(r"[()]").finditer(code, at):
        depth += 1 if place[0] == "(" else -1
        if depth == 0:
            return place.end()
    return len(code)


def _definition(text: str, function: str) -> tuple[int, int, int]:
    found = list(_definitions(_code(text), function))
    if len(found) != 1:
        raise CannotEdit(f"function {function} is defined {len(found)} times and not once")
    return found[0]


def function_body(text: str, function: str) -> tuple[int, int]:
    """From its opening brace to behind its closing one. `Class::method` names one of C++."""
    _, start, end = _definition(text, function)
    return start, end


def function_head(text: str, function: str) -> int:
    """Where its definition's first line begins."""
    name, _, _ = _definition(text, function)
    code = _code(text)
    start = code.rfind("\n", 0, name) + 1
    while start > 0:
        above_it = code[code.rfind("\n", 0, start - 1) + 1 : start].strip()
        if not above_it or above_it[-1] in ";}" or above_it.startswith("#"):
            break
        start = code.rfind("\n", 0, start - 1) + 1
    return start
