import { soundOn } from "../lib/sound";
import { type Note, wave } from "../lib/wave";
import { inUse } from "./devices";
import { play, playOn } from "./speaker";

/** Two falling notes, softer in character than the ring: somebody has put something on the desk. */
const NOTES: readonly Note[] = [
  { hertz: 784, at: 0, seconds: 0.35 },
  { hertz: 523, at: 0.18, seconds: 0.5 },
];
const CHIME_S = 0.8;

let player: HTMLAudioElement | null = null;

/** Once, where the ring sounds, and only where sound is switched on. */
export function chime(): void {
  if (!soundOn.peek()) return;
  player ??= new Audio(URL.createObjectURL(new Blob([wave(NOTES, CHIME_S)], { type: "audio/wav" })));
  const element = player;
  element.currentTime = 0;
  void playOn(element, inUse.ring.value?.id ?? null).then(() => play(element));
}
