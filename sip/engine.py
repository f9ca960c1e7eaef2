"""Which pjsua2 this process runs on, and what it can carry."""

import importlib
import re
import ssl
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

OWN_BUILD = "pjsua2"
FALLBACK = "pjsua2-python"
OWN_BUILD_LEGS = 1024  # PJSUA_MAX_CALLS in scripts/build-engine.sh
FALLBACK_LEGS = 4  # compiled into PyPI's wheel (shared/ENGINE.md)


@dataclass(frozen=True, slots=True)
class Engine:
    """The installed SIP engine. `legs` is how many call legs one process may have at once; a conversation needs two.

    `openssl` is the version that it carries, `left_out` names the steps of its build that only make it faster and could
    not be taken (docs/engine.md); both empty where it does not say.
    """

    name: str
    version: str
    legs: int
    fallback: bool
    openssl: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def warning(self) -> str | None:
        """What whoever looks after the machine should know of it; None when it is as it should be."""
        if self.fallback:
            return self._fallback_warning()
        told = [self._openssl_warning(), self._left_out_warning()]
        return " ".join(text for text in told if text) or None

    def _openssl_warning(self) -> str | None:
        ours, machines = _numbers(self.openssl), _numbers(ssl.OPENSSL_VERSION)
        if not ours or ours[:2] != machines[:2] or ours >= machines:
            return None
        return f"SIP engine carries OpenSSL {self.openssl}, this machine has {ssl.OPENSSL_VERSION}: run make engine."

    def _left_out_warning(self) -> str | None:
        if not self.left_out:
            return None
        return f"SIP engine was built without {', '.join(self.left_out)}: it is right, and slower."

    def _fallback_warning(self) -> str:
        return (
            f"SIP engine is PyPI's {self.name} {self.version}: at most {self.legs} legs "
            f"({self.legs // 2} conversations), "
            "no Opus, no sound devices, an old OpenSSL. Run scripts/build-engine.sh for the real one."
        )


def _numbers(version: str) -> tuple[int, ...]:
    """(3, 0, 19) of `3.0.19` or `OpenSSL 3.0.19 27 Jan 2026`; empty of anything else."""
    found = re.search(r"(?:^|OpenSSL )(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in found.groups()) if found else ()


def _own_build(number: str) -> Engine:
    library = importlib.import_module("pjsua2")
    openssl: str = getattr(library, "SAMBUT_OPENSSL", "")
    left_out: tuple[str, ...] = getattr(library, "SAMBUT_LEFT_OUT", ())
    return Engine(OWN_BUILD, number, OWN_BUILD_LEGS, fallback=False, openssl=openssl, left_out=left_out)


def installed() -> Engine:
    """The engine of this environment. Raises `ModuleNotFoundError` naming the remedy when there is none."""
    try:
        return _own_build(version(OWN_BUILD))
    except PackageNotFoundError:
        pass
    try:
        return Engine(FALLBACK, version(FALLBACK), FALLBACK_LEGS, fallback=True)
    except PackageNotFoundError:
        message = "no SIP engine is installed: run scripts/bootstrap.sh, which builds pjsua2"
        raise ModuleNotFoundError(message) from None
