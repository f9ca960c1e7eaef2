"""What becomes known of the engine's process: on the pages of who looks after calls, on the status page, in figures."""

from desk.hub import Hub
from sambut.status import Status
from sip.link.supervisor import EngineState
from storage.accounts import Role

WHO_CARES = (Role.ADMIN, Role.SUPERVISOR, Role.OPERATOR)
FAILING = "the SIP engine dies again and again: look for engine_lost and engine_not_restarted in the log"


class EngineWatch:
    """Told by `sip.link.remote`. Whose call was lost sees that by the call itself."""

    def __init__(self, hub: Hub, status: Status) -> None:
        self._hub = hub
        self._status = status

    def changed(self, state: EngineState) -> None:
        self._status.engine_up = state == "up"
        match state:
            case "down":
                self._hub.publish("notice", {"code": "engine_lost", "level": "warning"}, WHO_CARES)
            case "failing":
                self._status.engine_failing = (FAILING,)
                self._hub.publish("notice", {"code": "engine_failing", "level": "warning"}, WHO_CARES)
            case "up":
                self._status.engine_failing = ()
                self._status.engine_restarts += 1
                self._hub.publish("notice", {"code": "engine_back", "level": "info"}, WHO_CARES)
