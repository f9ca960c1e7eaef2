"""A SIP agent of ours in a process of its own, that may die: answers every call and sends back what it hears.

`python -m tests.integration.engine.victim OPTIONS`, OPTIONS as JSON: `rtp_ports`, `srtp`, `registrar`
(host:port), `strict` and `brief` (transactions are forgotten in half a second instead of 32). Tells its
address, keys pressed and ends of calls, one a line; a line `strangers` on standard input is answered by the count.
"""

import asyncio
import contextlib
import ctypes
import json
import sys

import _pjsua2
import pjsua2 as pj

from sip.agent import SipAgent
from sip.events import DigitPressed, IncomingCall, LegEnded, MediaActive, SipEvent
from sip.options import AgentOptions, Registration

LIBRARY = ctypes.CDLL(_pjsua2.__file__)


class Victim:
    def __init__(self, *, strict: bool = False, brief: bool = False, registrar: str = "", **options: object) -> None:
        ports = tuple(options.pop("rtp_ports", (36000, 36099)))  # type: ignore[call-overload]
        if registrar:
            options["registrations"] = (Registration("pbx", registrar, "me", "secret"),)
        self.agent = SipAgent(AgentOptions(port=0, legs=16, rtp_ports=ports, **options), self._on_event)  # type: ignore[arg-type]
        self._strict = strict
        if brief:
            LIBRARY.pjsip_tsx_set_timers(100, 200, 300, 500)

    def _on_event(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg):
                self.agent.answer(leg, strict_rtp=self._strict)
            case MediaActive(leg):
                audio = self.agent._legs[leg].audio()
                if audio is not None:
                    audio.startTransmit(audio)
            case DigitPressed(_, digit):
                print(f"digit {digit}", flush=True)
            case LegEnded(_, status):
                print(f"ended {status}", flush=True)
            case _:
                pass


class MallInfo(ctypes.Structure):
    """mallinfo2(3)"""

    _fields_ = tuple((name, ctypes.c_size_t) for name in ["arena", "a", "b", "c", "mapped", "d", "e", "used", "f", "g"])


def heap() -> int:
    """Bytes in use, of the whole process under MALLOC_ARENA_MAX=1."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = MallInfo
    found = ask()
    return int(found.used + found.mapped)


async def main() -> None:
    victim = Victim(**json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}"))
    victim.agent.start()
    print(f"ready {victim.agent.address}", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        if line.strip() == "strangers":
            print(f"strangers {pj.sambut_rtp_strangers()}", flush=True)
        if line.strip() == "heap":
            print(f"heap {heap()}", flush=True)
        if line.strip() == "jitter":
            readings = [leg.reading() for leg in victim.agent._legs.values()]
            print(f"jitter {max((one.jitter_ms for one in readings if one), default=-1)}", flush=True)
    with contextlib.suppress(Exception):
        await victim.agent.close()


if __name__ == "__main__":
    asyncio.run(main())
