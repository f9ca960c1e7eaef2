"""Every rule that holds between parts of the configuration, and which parts it needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config import articles, dialling_checks, flow_checks, paper_checks, prompt_checks, settings_checks, units
from config.outcomes import Outcome
from config.queues import QueueRules
from config.schema import Finding, did_you_mean
from config.sop import STEP_NAMES, Matrix, Office, PauseReason, Sop


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over some of `Installation`'s fields (`needs`); its findings are places in `file`."""

    file: str
    needs: tuple[str, ...]
    run: Callable[..., Iterable[Finding]]


def run_all(parts: Mapping[str, Any]) -> Iterator[tuple[str, Finding]]:
    """Findings of every check whose parts could be read, each with the file it is in."""
    for check in CHECKS:
        if all(need in parts for need in check.needs):
            for finding in check.run(*(parts[need] for need in check.needs)):
                yield check.file, finding


def _twice(names: Iterable[str], heading: str, field: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Finding((heading, index, field), f"{field} `{name}` is given twice")
        seen.add(name)


def _queue_names(queues: tuple[QueueRules, ...]) -> Iterator[Finding]:
    yield from _twice((rules.name for rules in queues), "queues", "name")


def _matrix_codes(matrix: Matrix) -> Iterator[Finding]:
    yield from _twice((category.code for category in matrix.categories), "categories", "code")


def _matrix_cells(matrix: Matrix) -> Iterator[Finding]:
    first: dict[tuple[str, str], str] = {}
    for index, category in enumerate(matrix.categories):
        cell = (category.kind, category.subject)
        if cell in first:
            reason = f"kind `{category.kind}` and subject `{category.subject}` are already `{first[cell]}`"
            yield Finding(("categories", index), reason)
        first.setdefault(cell, category.code)


def _matrix_details(matrix: Matrix) -> Iterator[Finding]:
    for index, category in enumerate(matrix.categories):
        for finding in _twice((detail.code for detail in category.required), "required", "code"):
            yield Finding(("categories", index, *finding.where), finding.reason)


def _steps_timed(sop: Sop) -> Iterator[Finding]:
    for step in STEP_NAMES:
        if step not in sop.standard_s:
            yield Finding(("standard_s",), f"step `{step}` has no standard time")


def _office_codes(offices: tuple[Office, ...]) -> Iterator[Finding]:
    yield from _twice((office.code for office in offices), "offices", "code")


def _office_areas(offices: tuple[Office, ...], areas: Mapping[str, str]) -> Iterator[Finding]:
    for index, office in enumerate(offices):
        if office.plate_area not in areas:
            reason = f"plate area `{office.plate_area}` is not in `areas`{did_you_mean(office.plate_area, areas)}"
            yield Finding(("offices", index, "plate_area"), reason)


def _pause_codes(pauses: tuple[PauseReason, ...]) -> Iterator[Finding]:
    yield from _twice((pause.code for pause in pauses), "pauses", "code")


def _outcome_codes(outcomes: tuple[Outcome, ...]) -> Iterator[Finding]:
    yield from _twice((outcome.code for outcome in outcomes), "outcomes", "code")


CHECKS: tuple[Check, ...] = (
    Check("settings.yaml", ("settings",), settings_checks.tls_is_whole),
    Check("settings.yaml", ("settings",), settings_checks.https_is_whole),
    Check("settings.yaml", ("settings",), settings_checks.clear_text_is_meant),
    Check("settings.yaml", ("settings",), settings_checks.clear_trunks_are_meant),
    Check("settings.yaml", ("settings",), settings_checks.directory_is_whole),
    Check("settings.yaml", ("settings",), settings_checks.proxy_is_named),
    Check("settings.yaml", ("settings",), settings_checks.mail_is_whole),
    Check("settings.yaml", ("settings",), settings_checks.ports_differ),
    Check("settings.yaml", ("settings",), settings_checks.trunk_names_differ),
    Check("flow.yaml", ("flow",), flow_checks.no_dangling_names),
    Check("flow.yaml", ("flow", "queues"), flow_checks.every_node_is_reached),
    Check("flow.yaml", ("flow", "queues"), flow_checks.silence_comes_to_an_end),
    Check("flow.yaml", ("flow", "queues"), flow_checks.queues_exist),
    Check("flow.yaml", ("flow", "prompts"), flow_checks.prompts_exist),
    Check("queues.yaml", ("flow", "queues"), flow_checks.timeouts_lead_somewhere),
    Check("queues.yaml", ("queues",), _queue_names),
    Check("prompts.yaml", ("prompts",), prompt_checks.every_spoken_prompt_has_text),
    Check("prompts.yaml", ("prompts",), prompt_checks.placeholders_are_known),
    Check("matrix.yaml", ("matrix",), _matrix_codes),
    Check("matrix.yaml", ("matrix",), _matrix_cells),
    Check("matrix.yaml", ("matrix",), _matrix_details),
    Check("sop.yaml", ("sop",), _steps_timed),
    Check("offices.yaml", ("offices",), _office_codes),
    Check("offices.yaml", ("offices", "areas"), _office_areas),
    Check("units.yaml", ("units", "offices"), units.codes_differ),
    Check("pauses.yaml", ("pauses",), _pause_codes),
    Check("outcomes.yaml", ("outcomes",), _outcome_codes),
    Check("dialling.yaml", ("dialling", "settings"), dialling_checks.trunks_call_out),
    Check("articles.yaml", ("articles", "matrix"), articles.subjects_exist),
    Check("paper.yaml", ("paper", "settings"), paper_checks.logo_is_a_picture),
    Check("paper.yaml", ("paper", "settings"), paper_checks.fonts_can_be_embedded),
)
