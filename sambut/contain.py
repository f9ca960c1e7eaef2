"""Where a fault stops: it is logged with its traceback, and whatever does not depend on it goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from storage.errors import StoreUnavailable

log = structlog.get_logger(__name__)


@contextmanager
def contained(what: str, *, way_out: Callable[[], object] | None = None, **ids: object) -> Iterator[None]:
    """A piece of work that may fail without taking its neighbours along.

    `what` and `ids` (never numbers or digits) name it in the log. `way_out` is called after a fault: what a caller or
    an operator needs so as not to be left waiting. That the database is away, it tells once itself (`storage.outage`).
    """
    try:
        yield
    except StoreUnavailable as error:
        log.debug(what, reason=str(error), **ids)
        if way_out is not None:
            way_out()
    except Exception:
        log.exception(what, **ids)
        if way_out is not None:
            way_out()
