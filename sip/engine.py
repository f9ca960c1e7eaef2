"""Which pjsua2 this process runs on, and what it can carry."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

OWN_BUILD = "pjsua2"
FALLBACK = "pjsua2-python"
OWN_BUILD_LEGS = 1024  # PJSUA_MAX_CALLS in scripts/build-engine.sh
FALLBACK_LEGS = 4  # compiled into PyPI's wheel (shared/ENGINE.md)


@dataclass(frozen=True, slots=True)
class Engine:
    """The installed SIP engine. `legs` is how many call legs one process may have at once; a conversation needs two."""

    name: str
    version: str
    legs: int
    fallback: bool

    @property
    def warning(self) -> str | None:
        if not self.fallback:
            return None
        return (
            f"SIP engine is PyPI's {self.name} {self.version}: at most {self.legs} legs "
            f"({self.legs // 2} conversations), "
            "no Opus, no sound devices, an old OpenSSL. Run scripts/build-engine.sh for the real one."
        )


def installed() -> Engine:
    """The engine of this environment. Raises `ModuleNotFoundError` naming the remedy when there is none."""
    try:
        return Engine(OWN_BUILD, version(OWN_BUILD), OWN_BUILD_LEGS, fallback=False)
    except PackageNotFoundError:
        pass
    try:
        return Engine(FALLBACK, version(FALLBACK), FALLBACK_LEGS, fallback=True)
    except PackageNotFoundError:
        message = "no SIP engine is installed: run scripts/bootstrap.sh, which builds pjsua2"
        raise ModuleNotFoundError(message) from None
