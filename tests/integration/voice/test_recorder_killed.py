"""A real recorder of the engine, killed in the middle, leaves a file from which the sound is salvaged."""

import subprocess
import sys
import time
from pathlib import Path

from sealing import Keyring
from tests import audio
from voice import recordings

RECORDER = """
import sys, time
import pjsua2 as pj

endpoint = pj.Endpoint()
endpoint.libCreate()
config = pj.EpConfig()
config.logConfig.level = config.logConfig.consoleLevel = 0
config.medConfig.clockRate = 8000
endpoint.libInit(config)
endpoint.audDevManager().setNullDev()
endpoint.libStart()
tone, recorder = pj.AudioMediaPlayer(), pj.AudioMediaRecorder()
tone.createPlayer(sys.argv[1], 0)
recorder.createRecorder(sys.argv[2])
tone.startTransmit(recorder)
print("recording", flush=True)
time.sleep(60)
"""


def test_the_sound_recorded_before_a_kill_is_salvaged(tmp_path: Path) -> None:
    played, recorded = audio.tone(tmp_path / "tone.wav", 440, 1), recordings.source(tmp_path, "c1", "caller")
    with subprocess.Popen([sys.executable, "-c", RECORDER, played, recorded], stdout=subprocess.PIPE) as recorder:
        try:
            assert recorder.stdout is not None and b"recording\n" in recorder.stdout  # after the engine's log lines
            time.sleep(2.5)  # real time must pass: the engine's clock records it
        finally:
            recorder.kill()
    (left,) = recordings.unfinished(tmp_path)
    ring = Keyring.fresh()
    info = recordings.finish(left.caller, left.operator, tmp_path / "r.flac", "flac", keyring=ring)
    samples, rate = audio.read(tmp_path / "r.flac", ring)
    assert info.duration_s > 1.5
    assert audio.sounding_s(samples[:, 0], rate, 440) > 1.5
    assert audio.longest_gap_s(samples[:, 0], rate, 440) < 0.1
