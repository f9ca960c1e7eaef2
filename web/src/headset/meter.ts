import { useEffect, useRef } from "preact/hooks";

/** Below this nothing moves on a meter, in dB of full scale. */
export const SILENCE_DB = -60;
const READ_MS = 80;

let context: AudioContext | null = null;

function audio(): AudioContext {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  return context;
}

/** After the first click or key: until then the browser lets no sound be looked at either. */
export function wakeMeters(): void {
  if (context?.state === "suspended") void context.resume();
}

/** The level of samples from -1 to 1, in dB of full scale; never below `SILENCE_DB`. */
export function levelOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < samples.length; at += 1) sum += (samples[at] ?? 0) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms === 0 ? SILENCE_DB : Math.max(SILENCE_DB, 20 * Math.log10(rms));
}

/** A level as a share of the meter's length, 0 to 1. */
export const shareOf = (db: number): number => Math.max(0, Math.min(1, 1 - db / SILENCE_DB));

/** Calls `show` with the stream's level some twelve times a second, for as long as the component is there. */
export function useLevel(stream: MediaStream | null, show: (db: number) => void): void {
  const latest = useRef(show);
  latest.current = show;
  useEffect(() => {
    if (stream === null) {
      latest.current(SILENCE_DB);
      return undefined;
    }
    const source = audio().createMediaStreamSource(stream);
    const analyser = audio().createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      latest.current(levelOf(samples));
    }, READ_MS);
    return () => {
      window.clearInterval(timer);
      source.disconnect();
    };
  }, [stream]);
}
