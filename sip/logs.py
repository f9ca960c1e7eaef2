"""Structured logs to standard error, readable or JSON; moments in UTC. Ids only: never a number, a digit or a word."""

import logging
import sys
from typing import Literal

import structlog

Form = Literal["console", "json"]


def processors() -> list[structlog.typing.Processor]:
    """What is added to every line."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def rendering(form: Form) -> list[structlog.typing.Processor]:
    """How a line becomes text."""
    if form == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # The plain traceback: the pretty one prints local variables, and callers' numbers with them.
    colors = sys.stderr.isatty()
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]


def configure(form: Form, level: int = logging.INFO) -> None:
    """Set up structlog for the whole process."""
    structlog.configure(
        processors=[*processors(), *rendering(form)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
