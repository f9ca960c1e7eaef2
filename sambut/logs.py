"""Structured logs to standard error: readable, or JSON. Moments in UTC. Ids only; never a number, a digit or a word."""

import logging
import sys
from typing import Literal

import structlog
from aiohttp.http_exceptions import HttpProcessingError


def configure(form: Literal["console", "json"], level: int = logging.INFO) -> None:
    """Set up structlog for the whole process; what libraries log by the standard way goes the same way."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        # The plain traceback: the pretty one prints local variables, and callers' numbers with them.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    exceptions: list[structlog.typing.Processor] = [structlog.processors.format_exc_info] if form == "json" else []
    structlog.configure(
        processors=[*shared, *exceptions, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=[*exceptions, renderer], foreign_pre_chain=shared)
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    server = logging.getLogger("aiohttp.server")
    for earlier in [each for each in server.filters if isinstance(each, _NoHttp)]:
        server.removeFilter(earlier)
    server.addFilter(_NoHttp())


class _NoHttp(logging.Filter):
    """Bytes that are no HTTP are told in a line with the sender's address: aiohttp would log them, and a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        address = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
        structlog.get_logger(__name__).info("http_malformed", source=address, kind=type(error).__name__)
        return False
