"""Files and sockets that this process may have open: as many as the machine lets it, and whether that is enough.

Pages, SIP connections and the sound of calls take their sockets from one limit (getrlimit(2)). Where it is short, who
opens pages takes the sockets of calls.
"""

import resource

import structlog

from config import Settings
from sip.engine import Engine

log = structlog.get_logger(__name__)

WANTED = 65536
"""As deploy/systemd/sambut.service has it; many more are of no use."""
OF_SIP = 2000
"""Connections that the door lets in (scripts/engine/door.c)."""
OF_A_LEG = 4
"""RTP and RTCP, and its recording."""
OF_OURS = 500
"""Database, prompts, log, addresses outside."""
ROOM_FOR_KNOWN = 1.25
"""As many pages' connections for each that the settings allow, at the most."""


def raise_limit() -> int:
    """The soft limit becomes the hard one, as far as that is wanted. Returns how many may be open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard > WANTED:
        hard = max(WANTED, soft)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return hard


def needed(settings: Settings, engine: Engine) -> int:
    """How many may be open at once by the limits that we have ourselves."""
    return int(ROOM_FOR_KNOWN * settings.http_connections) + OF_SIP + OF_A_LEG * engine.legs + OF_OURS


def warning(settings: Settings, engine: Engine) -> str:
    """What to mend, for the status page and the log; empty where the limit is enough."""
    may, must = raise_limit(), needed(settings, engine)
    if may >= must:
        return ""
    log.warning("open_files_short", limit=may, needed=must)
    return f"this process may open {may} files and sockets, and needs {must}: raise its limit (ulimit -n, LimitNOFILE=)"
