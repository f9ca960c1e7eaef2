import { signal } from "@preact/signals";
import { recall, remember } from "../lib/storage";
import { readSettings, type Settings } from "./choice";

const KEY = "sambut.headset";

/** Kept per workstation, because devices and ears are there. */
export const settings = signal<Settings>(readSettings(recall(KEY)));

export function changeSettings(changes: Partial<Settings>): void {
  settings.value = { ...settings.value, ...changes };
  remember(KEY, settings.value);
}
