"""Reads the data files, the environment over the settings, and checks all of it at once."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from config.articles import StarterArticle
from config.base import Model
from config.checks import run_all
from config.dialling import Dialling
from config.document import Document, read
from config.environment import giver, settings_from, variable, wrong_variables
from config.escalation import EscalationRules
from config.flow import Flow
from config.hours import Hours
from config.installation import Installation
from config.open311 import Open311
from config.outcomes import Outcome
from config.paper import Paper
from config.problems import ConfigError, Problem
from config.prompts import Prompts
from config.queues import QueueRules
from config.retention import Retention
from config.schema import Finding, build, did_you_mean
from config.settings import Settings
from config.sop import AreaLetters, Matrix, Office, PauseReason, Sop
from config.units import Unit
from config.vehicles import VehicleSource

DEFAULTS = Path(__file__).parent / "defaults"
"""The data files of an untouched installation."""


class _Queues(Model):
    queues: tuple[QueueRules, ...] = Field(min_length=1)


class _Offices(Model):
    areas: Mapping[AreaLetters, str] = Field(min_length=1)
    offices: tuple[Office, ...] = Field(min_length=1)


class _Units(Model):
    units: tuple[Unit, ...]


class _Pauses(Model):
    pauses: tuple[PauseReason, ...] = Field(min_length=1)


class _Outcomes(Model):
    outcomes: tuple[Outcome, ...] = Field(min_length=1)


class _Articles(Model):
    articles: tuple[StarterArticle, ...]


_WHOLE: Mapping[str, tuple[str, type[BaseModel]]] = {
    "settings.yaml": ("settings", Settings),
    "hours.yaml": ("hours", Hours),
    "flow.yaml": ("flow", Flow),
    "prompts.yaml": ("prompts", Prompts),
    "matrix.yaml": ("matrix", Matrix),
    "sop.yaml": ("sop", Sop),
    "dialling.yaml": ("dialling", Dialling),
    "retention.yaml": ("retention", Retention),
    "vehicles.yaml": ("vehicles", VehicleSource),
    "paper.yaml": ("paper", Paper),
    "open311.yaml": ("open311", Open311),
    "escalation.yaml": ("escalation", EscalationRules),
}
"""Files that are one field of `Installation`."""

_SPLIT: Mapping[str, type[BaseModel]] = {
    "queues.yaml": _Queues,
    "offices.yaml": _Offices,
    "units.yaml": _Units,
    "pauses.yaml": _Pauses,
    "outcomes.yaml": _Outcomes,
    "articles.yaml": _Articles,
}
"""Files whose top keys are fields of `Installation`."""

_MODELS: Mapping[str, type[BaseModel]] = {**{file: model for file, (_, model) in _WHOLE.items()}, **_SPLIT}

FILES: tuple[str, ...] = tuple(_MODELS)


def load(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> Installation:
    """The configuration from `folder` (else `SAMBUT_CONFIG`, else the defaults) and the environment.

    A file in the folder replaces the default of the same name. Nothing is kept between two calls,
    so a running service may load again and swap. Raises ConfigError with every problem found.
    """
    reading = _Reading(folder or settings_folder(environ), environ)
    reading.run()
    if reading.problems:
        raise ConfigError(reading.problems)
    return Installation(**{part.name: reading.parts[part.name] for part in fields(Installation)})


def check(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> list[Problem]:
    """What is wrong with the configuration; empty when it can be loaded."""
    try:
        load(folder, environ)
    except ConfigError as error:
        return list(error.problems)
    return []


def hidden(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> list[Problem]:
    """What `settings.yaml` says in vain, because a variable says otherwise, each with its line: no mistake."""
    folder = folder or settings_folder(environ)
    try:
        document = read(folder / "settings.yaml") if folder else None
    except (ConfigError, OSError):
        return []  # `check` says so, or there is none
    given = settings_from(environ)
    return (
        []
        if document is None
        else [
            Problem(
                document.file, document.line((field,)), f"`{field}` does not count: the variable {name} goes before it"
            )
            for field, value in document.plain().items()
            if field in given and not _same(value, given[field]) and (name := giver(field, environ))
        ]
    )


def _same(value: object, text: str) -> bool:
    """Whether a value of the file is what the variable says."""
    parts = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    return [part.casefold() for part in parts] == [part.strip().casefold() for part in text.split(",")]


def settings_folder(environ: Mapping[str, str]) -> Path | None:
    """The folder that `SAMBUT_CONFIG` names."""
    named = environ.get(variable("config"), "")
    return Path(named) if named else None


@dataclass(slots=True)
class _Reading:
    """One pass over all files: what could be read, and what is wrong."""

    folder: Path | None
    environ: Mapping[str, str]
    parts: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def run(self) -> None:
        self._look_at_folder()
        self.problems.extend(wrong_variables(self.environ))
        for file in FILES:
            self._read(file)
        for file, finding in run_all(self.parts):
            self._report(file, [finding])

    def _look_at_folder(self) -> None:
        if self.folder is None:
            return
        try:
            paths = sorted(self.folder.iterdir())
            (self.folder / FILES[0]).exists()  # listing a folder and opening what lies in it are two rights
        except FileNotFoundError:
            self.problems.append(Problem(str(self.folder), 0, "there is no such folder"))
        except OSError as error:
            reason = f"cannot be read by this account ({os.geteuid()}): {error.strerror}"
            self.problems.append(Problem(str(self.folder), 0, reason))
            self.folder = None
        else:
            for path in paths:
                if path.match("*.y*ml") and path.name not in FILES:
                    self.problems.append(Problem(str(path), 0, f"unknown file{did_you_mean(path.name, FILES)}"))

    def _path(self, file: str) -> Path:
        own = self.folder / file if self.folder else None
        return own if own and own.exists() else DEFAULTS / file

    def _read(self, file: str) -> None:
        try:
            document = read(self._path(file))
        except ConfigError as error:
            self.problems.extend(error.problems)
            return
        self.documents[file] = document
        built, findings = build(_MODELS[file], self._data(file))
        self._report(file, findings)
        if built is not None:
            self._keep(file, built)

    def _keep(self, file: str, built: BaseModel) -> None:
        if file in _WHOLE:
            self.parts[_WHOLE[file][0]] = built
        else:
            self.parts.update((name, getattr(built, name)) for name in type(built).model_fields)

    def _data(self, file: str) -> dict[Any, Any]:
        data = self.documents[file].plain()
        if file != "settings.yaml":
            return data
        folder = {"config": self.folder} if self.folder else {}
        return {**data, **settings_from(self.environ), **folder}

    def _report(self, file: str, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.problems.append(self._problem(file, finding))

    def _problem(self, file: str, finding: Finding) -> Problem:
        top = str(finding.where[0]) if finding.where else ""
        if file == "settings.yaml" and (name := giver(top, self.environ)):
            return Problem(f"{name} (environment)", 0, finding.reason)
        document = self.documents[file]
        return Problem(document.file, document.line(finding.where), finding.reason)
