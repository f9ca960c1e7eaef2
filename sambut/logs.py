"""Structured logs to standard error: readable, or JSON. Moments in UTC. Ids only; never a number, a digit or a word."""

import logging
import sys

import structlog
from aiohttp.http_exceptions import HttpProcessingError

from sip import logs


def configure(form: logs.Form, level: int = logging.INFO) -> None:
    """Set up structlog for the whole process; what libraries log by the standard way goes the same way."""
    logs.configure(form, level)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=logs.rendering(form), foreign_pre_chain=logs.processors())
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
