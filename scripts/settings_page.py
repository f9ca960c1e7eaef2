"""Writes docs/settings.md and the remarks in config/defaults/settings.yaml from the types of config/ (`make docs`).

What a setting means stands below its field in config/settings.py (trunks.py, ice.py). `--check` writes nothing and
fails when something would change.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml_lines
from pydantic import BaseModel

from config import Settings
from config.environment import SECRETS, file_variable, settings_from, variable
from config.ice import IceServer
from config.ldap import Ldap
from config.openid import OpenId
from config.sign_in import RoleRules
from config.trunks import Outbound, Registration, Trunk

ROOT = Path(__file__).parents[1]
YAML = ROOT / "config/defaults/settings.yaml"
PAGE = ROOT / "docs/settings.md"

PARTS: tuple[type[BaseModel], ...] = (Trunk, Registration, Outbound, IceServer, RoleRules, OpenId, Ldap)
"""What settings of more than one line are made of; each gets a table of its own."""

UNITS = {
    "_s": "s",
    "_minutes": "min",
    "_hours": "h",
    "_days": "days",
    "_bytes": "bytes",
    "_kb": "kB",
    "_mb": "MB",
    "_rate": "Hz",
}
"""The unit that the end of a setting's name tells."""

WORDS = {"path": "path", "ipv4network": "network", "ipv6network": "network", "boolean": "`true`, `false`"}
"""Formats and types of JSON schema in words; all others are text."""

OTHERS: Mapping[str, str] = {
    "SAMBUT_CACHE": "folder of built SIP engines; by itself `~/.cache/sambut` (scripts/build-engine.sh)",
    "SAMBUT_PJPROJECT": "folder or archive with the source of pjproject, instead of Debian's (scripts/build-engine.sh)",
    "SAMBUT_SANITIZE": "1 builds the SIP engine with sanitizers, for hostile messages (scripts/build-engine.sh)",
    "SAMBUT_BOOTSTRAP_LOCKED": "set by scripts/bootstrap.sh for itself",
    "SAMBUT_IMAGE_TEST_LOCKED": "set by scripts/image-test.sh for itself",
    "SAMBUT_DB_PASSWORD": "PostgreSQL's password under Docker; without it compose does not start (docker-compose.yml)",
    "SAMBUT_DB_PORT": "PostgreSQL's port under Docker; by itself 5432 (docker-compose.yml)",
    "SAMBUT_IMAGE": "name of the image; by itself `sambut` (docker-compose.yml)",
    "SAMBUT_DEV_URL": "the service behind `npm run dev`, for who works on the pages (web/vite.config.ts)",
}
"""Variables that are no settings: what they are for, and where they are read."""

HEAD = """# Settings and variables

<!-- Made by `make docs` from config/settings.py, config/trunks.py and config/ice.py: change it there. -->

Settings stand in `settings.yaml`, in the folder that `SAMBUT_CONFIG` names; what is not there has its default. A
variable of the environment goes before the file; an empty one counts as not given. `sambut check` says what is wrong,
and where. The other data files (hours, menus, queues, categories, …) explain themselves:
[config/defaults/](../config/defaults/).

Lists in a variable are parted by commas, and true and false are written so. A variable that ends in `_FILE` names a
file with the secret in it, as Docker and systemd hand secrets over.
"""


def kind(schema: Mapping[str, Any]) -> str:  # noqa: PLR0911  one line for each form that a type has
    """The type in words, from its JSON schema."""
    match schema:
        case {"$ref": reference}:
            name = str(reference).rpartition("/")[2]
            return "ports `first-last`" if name == "PortRange" else f"[{name}](#{name.lower()})"
        case {"anyOf": choices}:
            return " or ".join(dict.fromkeys(kind(choice) for choice in choices if choice.get("type") != "null"))
        case {"enum": values}:
            return ", ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": items}:
            return f"list of {kind(items)}"
        case {"type": "object", "additionalProperties": dict() as values}:
            return f"for each name {kind(values)}"
        case {"type": "integer" | "number" as number}:
            return ("whole number" if number == "integer" else "number") + _span(schema)
        case _:
            return WORDS.get(schema.get("format") or schema["type"], "text")


def _span(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" {low:g}–{high:g}"
    above = schema.get("exclusiveMinimum")
    return "".join([f" over {above:g}" if above is not None else "", f" up to {high:g}" if high is not None else ""])


def default(model: type[BaseModel], name: str) -> str:
    """The default as the file would have it; a dash where there is none or it is told in words."""
    field = model.model_fields[name]
    if field.is_required():
        return "must be given"
    if field.default_factory is not None or field.default in (None, "", ()):
        return "–"
    value = field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return ", ".join(f"`{getattr(each, 'name', each)}`" for each in value)
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def unit(name: str) -> str:
    """The unit of a number, as the end of its name tells."""
    return next((word for end, word in UNITS.items() if name.endswith(end)), "–")


def own_variable(name: str) -> str:
    """The setting's variable, or a dash if it has no form of one line."""
    named = variable(name)
    told = f"`{named}`" if settings_from({named: "1"}) else "–"
    return f"{told} or `{file_variable(name)}`" if name in SECRETS else told


def meaning(model: type[BaseModel], name: str) -> str:
    """What stands below the field, on one line."""
    said = model.model_fields[name].description
    if not said:
        sys.exit(f'{model.__name__}.{name} has no meaning: write it below the field, as """…"""')
    first, *more = (" ".join(part.split()) for part in said.split("\n\n"))
    return " ".join([first + "." * bool(more), *more]).replace("|", "\\|")


def page() -> str:
    """All of docs/settings.md."""
    return "\n".join([HEAD, *_settings(), *_parts(), *_others()])


def _settings() -> Iterator[str]:
    properties = Settings.model_json_schema()["properties"]
    examples = yaml_lines.examples(YAML.read_text(encoding="utf-8"), Settings.model_fields)
    for group, names in yaml_lines.groups(YAML.read_text(encoding="utf-8"), Settings.model_fields).items():
        yield f"## {group.capitalize()}\n"
        yield "| setting | variable | type | default | unit | in the file | meaning |\n|---|---|---|---|---|---|---|"
        for name in names:
            cells = [f"`{name}`", own_variable(name), kind(properties[name]), default(Settings, name), unit(name)]
            file = f"`{examples[name]}`" if name in examples else "–"
            yield f"| {' | '.join([*cells, file, meaning(Settings, name)])} |"
        yield ""


def _parts() -> Iterator[str]:
    for part in PARTS:
        properties = part.model_json_schema()["properties"]
        yield f"## {part.__name__}\n\n{' '.join((part.__doc__ or '').split())} In the file only.\n"
        yield "| key | type | default | meaning |\n|---|---|---|---|"
        for name in part.model_fields:
            yield f"| `{name}` | {kind(properties[name])} | {default(part, name)} | {meaning(part, name)} |"
        yield ""


def _others() -> Iterator[str]:
    yield "## Variables that are no settings\n\n| variable | meaning |\n|---|---|"
    yield from (f"| `{name}` | {text} |" for name, text in OTHERS.items())
    yield ""


def remarks() -> dict[str, str]:
    """What settings.yaml says behind each setting of one line: the first line of its meaning."""
    described = {name: field.description or "" for name, field in Settings.model_fields.items()}
    return {name: text.split("\n\n")[0] for name, text in described.items() if own_variable(name) != "–"}


def main() -> None:
    wanted = {PAGE: page(), YAML: yaml_lines.with_remarks(YAML.read_text(encoding="utf-8"), remarks())}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        names = " and ".join(str(path.relative_to(ROOT)) for path in stale)
        sys.exit(f"{names} not in step with config/: run `make docs`" if stale else 0)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")


if __name__ == "__main__":
    main()
