"""The lines of config/defaults/settings.yaml as people write them: groups, examples, and remarks behind the values."""

import re
from collections.abc import Collection, Iterator, Mapping

LINE = re.compile(r"^(?:# )?(?P<setting>(?P<name>[a-z][a-z0-9_]*): *(?P<value>.*?))(?P<remark> +# .*)?$")
GROUP = re.compile(r"^# --- (?P<group>.+?) -+$")
ELSEWHERE = "variables only"
COLUMN = 37
"""Where remarks begin, unless the value is longer."""


def _lines(text: str, names: Collection[str]) -> Iterator[tuple[str, re.Match[str]]]:
    """Each line at the top level that is a setting, commented out or not, with its group."""
    group = ""
    for line in text.splitlines():
        if heading := GROUP.match(line):
            group = heading["group"]
        elif (match := LINE.match(line)) and match["name"] in names:
            yield group, match


def groups(text: str, names: Collection[str]) -> dict[str, list[str]]:
    """Group -> settings in the order of the file; those that the file does not have come last."""
    group_of = dict.fromkeys(names, ELSEWHERE)
    for group, match in _lines(text, names):
        group_of[match["name"]] = group
    in_order = dict.fromkeys([match["name"] for _, match in _lines(text, names)] + list(names))
    found: dict[str, list[str]] = {}
    for name in in_order:
        found.setdefault(group_of[name], []).append(name)
    return found


def examples(text: str, names: Collection[str]) -> dict[str, str]:
    """How each setting is written: its last line in the file, without the remark."""
    return {match["name"]: match["setting"].strip() for _, match in _lines(text, names) if match["value"]}


def with_remarks(text: str, remarks: Mapping[str, str]) -> str:
    """The file with each setting's remark behind its first line that has a value. Others stay as they are."""
    seen: set[str] = set()
    return "".join(f"{_remarked(line, remarks, seen)}\n" for line in text.splitlines())


def _remarked(line: str, remarks: Mapping[str, str], seen: set[str]) -> str:
    match = LINE.match(line)
    if not match or not match["value"] or match["name"] not in remarks or match["name"] in seen:
        return line
    seen.add(match["name"])
    start = line[: match.end("setting")].rstrip()
    return f"{f'{start}  '.ljust(COLUMN)}# {remarks[match['name']]}"
