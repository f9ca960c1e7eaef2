"""Settings from the environment: `SAMBUT_HTTP_PORT=8080` is `http_port: 8080`."""

from collections.abc import Iterator, Mapping

from config.problems import Problem
from config.schema import did_you_mean
from config.settings import Settings

PREFIX = "SAMBUT_"

_NESTED = frozenset({"trunks", "ice_servers"})
"""Fields that have no form of one line and so come from the file only."""


def variable(field: str) -> str:
    """The name of a setting's variable."""
    return PREFIX + field.upper()


def settings_from(environ: Mapping[str, str]) -> dict[str, str]:
    """Settings that the environment gives. An empty variable counts as not given."""
    fields = Settings.model_fields.keys() - _NESTED
    return {field: environ[variable(field)] for field in sorted(fields) if environ.get(variable(field))}


def unknown_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Variables that look like a setting mistyped. Others with our prefix may be a script's own."""
    known = {variable(field) for field in Settings.model_fields}
    for name in sorted(environ.keys() - known):
        hint = did_you_mean(name.removeprefix(PREFIX), (word.removeprefix(PREFIX) for word in known), cutoff=0.85)
        if name.startswith(PREFIX) and hint:
            yield Problem(f"{name} (environment)", 0, f"unknown setting{hint}")
