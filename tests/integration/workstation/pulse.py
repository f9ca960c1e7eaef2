"""A headset of software: PulseAudio null sinks.

`ear` is what the operator hears, `mouth` what they say; unloading both is pulling the plug. `speaker` is a loudspeaker
in the room, for tests that plug it: PulseAudio moves a stream whose own sink goes to another, as on a desktop.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from tests.audio import Samples, tone

RATE = 16000
ASOUNDRC = """
pcm.to_ear {{ type pulse server "unix:{socket}" device "ear" }}
pcm.from_mouth {{ type pulse server "unix:{socket}" device "mouth.monitor" }}
pcm.headset {{ type asym playback.pcm to_ear capture.pcm from_mouth hint {{ show on description "Uji" }} }}
pcm.speaker {{ type pulse server "unix:{socket}" device "speaker" }}
"""


@dataclass(slots=True)
class SoundCard:
    """`home` holds the ALSA configuration that names it `headset` and `speaker`."""

    home: Path
    environ: dict[str, str]
    _modules: dict[str, str] = field(default_factory=dict)

    async def plug(self, *names: str) -> None:
        for name in names:
            made = await self._run("pactl", "load-module", "module-null-sink", f"sink_name={name}", f"rate={RATE}",
                                   "channels=1")  # fmt: skip
            self._modules[name] = made.strip()

    async def pull(self, *names: str) -> None:
        for name in names:
            await self._run("pactl", "unload-module", self._modules.pop(name))

    @asynccontextmanager
    async def speaking(self, hz: float, name: str = "mouth") -> AsyncIterator[None]:
        """Somebody says a tone into a microphone, for the block."""
        said = tone(self.home / f"{hz:g}.wav", hz, 60, RATE)
        async with self._beside("paplay", "--latency-msec=50", "-d", name, str(said)):
            yield

    async def listen(self, seconds: float, name: str = "ear") -> Samples:
        """What comes out of a device during so many seconds from now."""
        heard = self.home / "heard.raw"
        with heard.open("wb") as file:
            async with self._beside(
                "parec", "-d", f"{name}.monitor", f"--rate={RATE}", "--channels=1", "--latency-msec=20", to=file
            ):
                await asyncio.sleep(seconds)
        return np.frombuffer(heard.read_bytes(), dtype="<i2") / 32768

    @asynccontextmanager
    async def _beside(self, *command: str, to: object = None) -> AsyncIterator[None]:
        process = await asyncio.create_subprocess_exec(*command, env=self.environ, stdout=to)  # type: ignore[arg-type]
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()

    async def _run(self, *command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *command, env=self.environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()


@asynccontextmanager
async def sound_card(folder: Path) -> AsyncIterator[SoundCard]:
    """With the headset plugged in."""
    home, socket = folder / "home", folder / "pulse.sock"
    (home / "run").mkdir(parents=True, mode=0o700)
    (home / ".asoundrc").write_text(ASOUNDRC.format(socket=socket))
    environ = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run"), "PULSE_SERVER": f"unix:{socket}"}
    server = await asyncio.create_subprocess_exec(
        "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr",
        "-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        env={name: value for name, value in environ.items() if name != "PULSE_SERVER"},
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(10):
            while not socket.exists():
                await asyncio.sleep(0.05)
        card = SoundCard(home, environ)
        await card.plug("ear", "mouth")
        yield card
    finally:
        server.send_signal(signal.SIGKILL)
        await server.wait()


def saved(path: Path) -> tuple[Samples, int]:
    """What a test caller has heard."""
    samples, rate = soundfile.read(path, dtype="float64")
    return samples, int(rate)
