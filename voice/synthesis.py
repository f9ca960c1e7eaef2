"""Text to speech: espeak-ng in a process of its own, its sound at the engine's rate and at the common level."""

import asyncio
import io

from config.prompts import Voice
from voice.levels import Samples, levelled, trimmed
from voice.pronunciation import pronounced
from voice.resample import resampled
from voice.wav import WavError, WavReader

PROGRAM = "espeak-ng"
_TIMEOUT_S = 20.0  # a prompt takes some ten milliseconds; beyond this the process hangs


class SynthesisError(Exception):
    """A prompt could not be made into sound; the message says which and why, without its values."""


async def synthesize(text: str, voice: Voice, rate: int) -> Samples:
    """`text` as speech: mono at `rate` hertz, trimmed, at `SPEECH_DBFS`. Raises `SynthesisError`."""
    wav = await _run("-v", voice.voice, "-s", str(voice.speed), text=pronounced(text, voice.voice))
    return await asyncio.to_thread(_finished, wav, rate)


async def _run(*arguments: str, text: str) -> bytes:
    """The text goes in by pipe: command lines are visible to everyone on the machine."""
    try:
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *(*arguments, "-b", "1", "--stdin", "--stdout"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise SynthesisError(f"{PROGRAM} cannot be started: {error.strerror}") from error
    try:
        wav, complaint = await asyncio.wait_for(process.communicate(text.encode()), _TIMEOUT_S)
    except TimeoutError:
        raise SynthesisError(f"{PROGRAM} did not finish within {_TIMEOUT_S:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise SynthesisError(f"{PROGRAM} failed: {complaint.decode(errors='replace').strip()}")
    return wav


def _finished(wav: bytes, rate: int) -> Samples:
    try:
        reader = WavReader(io.BytesIO(wav))
    except WavError as error:
        raise SynthesisError(f"{PROGRAM} made no sound: {error}") from error
    speech = trimmed(resampled(reader.read(reader.frames), reader.rate, rate), rate)
    if len(speech) == 0:
        raise SynthesisError(f"{PROGRAM} made silence of it")
    return levelled(speech, rate)
