"""Settings from the environment: `SAMBUT_HTTP_PORT=8080` is `http_port: 8080`.

A secret may stand in a file of its own, as Docker and systemd hand it over: `SAMBUT_SMTP_PASSWORD_FILE=/run/secrets/x`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from config.problems import Problem
from config.schema import did_you_mean
from config.settings import Settings

PREFIX = "SAMBUT_"

_NESTED = frozenset({"trunks", "ice_servers", "roles", "openid", "ldap"})
"""Fields that have no form of one line and so come from the file only."""

SECRETS = frozenset(name for name, field in Settings.model_fields.items() if not field.repr)
"""Fields whose value is never shown; each may come from a file of its own."""


def variable(field: str) -> str:
    """The name of a setting's variable."""
    return PREFIX + field.upper()


def file_variable(field: str) -> str:
    """The name of the variable that says in which file a secret stands."""
    return f"{variable(field)}_FILE"


def settings_from(environ: Mapping[str, str]) -> dict[str, str]:
    """Settings that the environment gives. An empty variable counts as not given."""
    fields = Settings.model_fields.keys() - _NESTED
    plain = {field: environ[variable(field)] for field in sorted(fields) if environ.get(variable(field))}
    return {**_from_files(environ), **plain}


def giver(field: str, environ: Mapping[str, str]) -> str | None:
    """The variable that gives this setting, if one does."""
    names = [variable(field), *([file_variable(field)] if field in SECRETS else [])]
    return next((name for name in names if field not in _NESTED and environ.get(name)), None)


def wrong_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Variables that look like a setting mistyped, and files of secrets that cannot be used."""
    yield from _unknown_variables(environ)
    for field in sorted(SECRETS):
        if environ.get(file_variable(field)):
            yield from _wrong_file(field, environ)


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Those that are close to one of ours. Others with our prefix may be a script's own."""
    known = {variable(field) for field in Settings.model_fields} | {file_variable(field) for field in SECRETS}
    for name in sorted(environ.keys() - known):
        where = f"{name} (environment)"
        if name.removesuffix("_FILE") in known:
            yield Problem(where, 0, f"only a secret may stand in a file of its own; say {name.removesuffix('_FILE')}")
            continue
        hint = did_you_mean(name.removeprefix(PREFIX), (word.removeprefix(PREFIX) for word in known), cutoff=0.85)
        if name.startswith(PREFIX) and hint:
            yield Problem(where, 0, f"unknown setting{hint}")


def _from_files(environ: Mapping[str, str]) -> dict[str, str]:
    """What the files of secrets hold; those that cannot be used are `wrong_variables`."""
    found = {}
    for field in sorted(SECRETS):
        path = environ.get(file_variable(field))
        if path and not list(_wrong_file(field, environ)):
            found[field] = _content(path)
    return found


def _wrong_file(field: str, environ: Mapping[str, str]) -> Iterator[Problem]:
    path, where = environ[file_variable(field)], f"{file_variable(field)} (environment)"
    if environ.get(variable(field)):
        yield Problem(where, 0, f"{variable(field)} is given, too: leave one of them away")
        return
    try:
        if not _content(path):
            yield Problem(where, 0, f"{path} is empty")
    except OSError as error:
        yield Problem(where, 0, f"{path} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        yield Problem(where, 0, f"{path} is not UTF-8 text")


def _content(path: str) -> str:
    """Without the line's end that editors and `echo` leave."""
    return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
