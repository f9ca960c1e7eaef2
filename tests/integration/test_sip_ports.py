"""A port that is free for UDP may be taken for TCP."""

import subprocess
import sys

# In a process of its own, as each user of the engine is. Every second TCP listener is refused once.
SCRIPT = """
import pjsua2 as pj
from sip import endpoint
from sip.options import AgentOptions

class Refusing(endpoint.Library):
    refused = 0

    def transportCreate(self, kind, config):
        if kind == pj.PJSIP_TRANSPORT_TCP and Refusing.refused < 3:
            Refusing.refused += 1
            raise pj.Error(120098, "bind", "Address already in use", "", 0)
        return super().transportCreate(kind, config)

endpoint.Library = Refusing
deaf = [lambda *_: None] * 4
started = endpoint.start(AgentOptions(port=0), *deaf)
print(Refusing.refused, started.address)
started.close(quietly=True)
"""


def test_another_port_is_tried_when_any_will_do() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("3 127.0.0.1:"), done.stdout + done.stderr
