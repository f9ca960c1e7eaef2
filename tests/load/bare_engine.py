"""The bare engine: what pjsua2 in Python costs when it does nothing but carry calls.

Answers every call and plays a file to it; with `--second-leg` it then dials a phone, bridges both legs and records both
sides. No queue, no ticket, no page: the difference to the hotline's figures is what our own code costs.
One native worker thread; everything happens in its callbacks.
"""

import argparse
import signal
import threading
from pathlib import Path

import pjsua2 as pj


class Leg(pj.Call):
    """A caller's leg, or (with `caller`) the phone that was dialled for it."""

    def __init__(self, engine: "Engine", call_id: int = pj.PJSUA_INVALID_ID, caller: "Leg | None" = None) -> None:
        super().__init__(engine.account, call_id)
        self.engine, self.caller = engine, caller
        self.phone: Leg | None = None
        self.sounds: list[pj.AudioMedia] = []

    def onCallState(self, _prm: pj.OnCallStateParam) -> None:
        state = self.getInfo().state
        if state == pj.PJSIP_INV_STATE_CONFIRMED and self.caller is None and self.engine.second_leg:
            self.phone = Leg(self.engine, caller=self)
            self.engine.keep(self.phone)
            self.phone.makeCall(self.engine.second_leg, self.engine.parameters())
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            other = self.caller or self.phone
            if other is not None and other.isActive():
                other.hangup(pj.CallOpParam())
            self.engine.drop(self)

    def onCallMediaState(self, _prm: pj.OnCallMediaStateParam) -> None:
        if self.caller is None:
            self._play()
        elif self.caller.isActive():
            self._bridge(self.caller)

    def _play(self) -> None:
        player = pj.AudioMediaPlayer()
        player.createPlayer(str(self.engine.greeting), 0)
        player.startTransmit(self.getAudioMedia(-1))
        self.sounds.append(player)

    def _bridge(self, caller: "Leg") -> None:
        theirs, mine = caller.getAudioMedia(-1), self.getAudioMedia(-1)
        caller.sounds[0].stopTransmit(theirs)
        theirs.startTransmit(mine)
        mine.startTransmit(theirs)
        for leg, audio in ((caller, theirs), (self, mine)):
            recorder = pj.AudioMediaRecorder()
            recorder.createRecorder(str(self.engine.recordings / f"{leg.getId()}-{id(leg)}.wav"))
            audio.startTransmit(recorder)
            leg.sounds.append(recorder)


class Account(pj.Account):
    """Answers whatever comes."""

    def __init__(self, engine: "Engine") -> None:
        super().__init__()
        self.engine = engine

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        leg = Leg(self.engine, prm.callId)
        self.engine.keep(leg)
        answer = self.engine.parameters()
        answer.statusCode = 200
        leg.answer(answer)


class Engine:
    """The endpoint, set up as the hotline sets up its own (sip/endpoint.py)."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.greeting: Path = options.greeting
        self.recordings: Path = options.recordings
        self.second_leg: str = options.second_leg
        self.native = pj.Endpoint()
        self.account = Account(self)
        self._legs: set[Leg] = set()
        self._ended: list[Leg] = []
        self.port = self._start(options)

    def keep(self, leg: Leg) -> None:
        self._legs.add(leg)

    def drop(self, leg: Leg) -> None:
        """It is freed a little later, in the main thread: the media thread may still be reading its ports."""
        self._legs.discard(leg)
        self._ended.append(leg)

    def sweep(self) -> None:
        """Free what ended before the last sweep."""
        ended, self._ended = self._ended, []
        for leg in ended:
            leg.sounds.clear()
            leg.caller = leg.phone = None

    @staticmethod
    def parameters() -> pj.CallOpParam:
        prm = pj.CallOpParam(True)
        prm.opt.audioCount, prm.opt.videoCount = 1, 0
        if hasattr(prm.opt, "textCount"):
            prm.opt.textCount = 0
        return prm

    def _start(self, options: argparse.Namespace) -> int:
        config = pj.EpConfig()
        config.uaConfig.maxCalls, config.uaConfig.threadCnt = 1024, 1
        config.logConfig.level = config.logConfig.consoleLevel = 1
        media = config.medConfig
        media.clockRate = media.sndClockRate = 8000
        media.channelCount, media.audioFramePtime, media.maxMediaPorts = 1, 20, 4096
        media.noVad, media.ecTailLen = True, 0
        self.native.libCreate()
        self.native.libInit(config)
        transport = pj.TransportConfig()
        transport.boundAddress = "127.0.0.1"
        udp = self.native.transportGetInfo(self.native.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport))
        self.native.libStart()
        self.native.audDevManager().setNullDev()
        port = int(udp.localName.rsplit(":", 1)[1])
        self.account.create(self._identity(port, options.rtp_ports), True)
        return port

    @staticmethod
    def _identity(port: int, rtp_ports: str) -> pj.AccountConfig:
        first, last = map(int, rtp_ports.split("-"))
        config = pj.AccountConfig()
        config.idUri = f"sip:engine@127.0.0.1:{port}"
        rtp = config.mediaConfig.transportConfig
        rtp.boundAddress, rtp.port, rtp.portRange = "127.0.0.1", first, last - first
        config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_DISABLED
        return config


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--greeting", type=Path, required=True)
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--second-leg", default="", help="SIP URI of the phone to dial for every caller")
    parser.add_argument("--rtp-ports", default="12000-16999")
    engine = Engine(parser.parse_args())
    print(f"ready sip=127.0.0.1:{engine.port}", flush=True)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.5):
        engine.sweep()
    engine.native.libDestroy()


if __name__ == "__main__":
    main()
