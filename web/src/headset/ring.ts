import { effect } from "@preact/signals";
import { soundOn } from "../lib/sound";
import { type Note, wave } from "../lib/wave";
import { inUse } from "./devices";
import { play, playOn, soundBlocked } from "./speaker";

/** Two rising notes, twice: unlike any system sound. Then a rest, so that a person can be heard between two rings. */
const NOTES: readonly Note[] = [0, 0.45].flatMap((at) => [
  { hertz: 660, at, seconds: 0.2 },
  { hertz: 880, at: at + 0.16, seconds: 0.3 },
]);
const RING_S = 3;

let player: HTMLAudioElement | null = null;
let ringing = false;

function ready(): HTMLAudioElement {
  player ??= new Audio(URL.createObjectURL(new Blob([wave(NOTES, RING_S)], { type: "audio/wav" })));
  return player;
}

/** Sounds on the device that was chosen for it: a headset on the table is not heard. */
function sound(over: boolean): void {
  const element = ready();
  element.loop = over;
  element.currentTime = 0;
  void playOn(element, inUse.ring.value?.id ?? null).then(() => play(element));
}

/** Once: a call has come up on the screen, and another phone rings for it. */
export function beep(): void {
  if (soundOn.peek() && !ringing) sound(false);
}

/** Over and over until somebody answers or the call is gone. */
export function ring(on: boolean): void {
  if (ringing === on) return;
  ringing = on;
  if (on && soundOn.peek()) sound(true);
  else player?.pause();
}

/** Follows the switch and the chosen device while it rings; the first click lets a silent ring be heard. */
export function startRing(): void {
  effect(() => {
    if (!soundOn.value) player?.pause();
    else if (ringing) sound(true);
  });
  effect(() => {
    const device = inUse.ring.value?.id ?? null;
    if (player !== null) void playOn(player, device);
  });
  const wake = () => {
    if (soundBlocked.peek() && ringing && soundOn.peek()) sound(true);
  };
  addEventListener("pointerdown", wake);
  addEventListener("keydown", wake);
}
