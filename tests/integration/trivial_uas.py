"""The smallest answering user agent on pjsua2, as a process: `python -m tests.integration.trivial_uas PORT`.

It answers every call, lets whatever comes happen, and prints a line `ready`, and `digit X` for each key it is sent. The
callers' scenarios are tried against it, so that a failure of theirs in a test of the hotline is the hotline's.
"""

import sys
import time

import pjsua2 as pj


class Call(pj.Call):  # type: ignore[misc]  # pjsua2 has no types
    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        print(f"digit {prm.digit}", flush=True)


class Account(pj.Account):  # type: ignore[misc]  # pjsua2 has no types
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []  # kept, or Python would end them

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        call = Call(self, prm.callId)
        self.calls.append(call)
        answer = pj.CallOpParam(True)
        answer.statusCode = pj.PJSIP_SC_OK
        answer.opt.videoCount = answer.opt.textCount = 0
        call.answer(answer)


def main(port: int) -> None:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.logConfig.level = config.logConfig.consoleLevel = 0
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.port, transport.boundAddress = port, "127.0.0.1"
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_TCP, transport)
    endpoint.audDevManager().setNullDev()
    endpoint.libStart()
    account_config = pj.AccountConfig()
    account_config.idUri = f"sip:hotline@127.0.0.1:{port}"
    account = Account()
    account.create(account_config)
    print("ready", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(int(sys.argv[1]))
