import { signal } from "@preact/signals";
import { recall, remember } from "./storage";

const KEY = "sambut.sound";

/** Whether this workstation beeps when a call comes in. Kept on the workstation, because ears are there. */
export const soundOn = signal(recall(KEY) !== false);

let context: AudioContext | null = null;

export function setSound(on: boolean): void {
  soundOn.value = on;
  remember(KEY, on);
}

/** Browsers allow sound only after the person has touched the page: call this from the first click or key. */
export function unlockSound(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

function tone(audio: AudioContext, frequency: number, start: number, seconds: number): void {
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.22, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.001, start + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + seconds);
}

/** Two rising notes, twice: unlike any system sound, and over before the operator speaks. */
export function beep(): void {
  if (!soundOn.value || context === null || context.state !== "running") return;
  const start = context.currentTime + 0.02;
  for (const offset of [0, 0.45]) {
    tone(context, 660, start + offset, 0.18);
    tone(context, 880, start + offset + 0.16, 0.24);
  }
}
