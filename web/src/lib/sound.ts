import { signal } from "@preact/signals";
import { recall, remember } from "./storage";

const KEY = "sambut.sound";

/** Whether this workstation makes a sound when a call comes in. Kept on the workstation, because ears are there. */
export const soundOn = signal(recall(KEY) !== false);

export function setSound(on: boolean): void {
  soundOn.value = on;
  remember(KEY, on);
}
