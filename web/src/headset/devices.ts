import { computed, signal } from "@preact/signals";
import { notify } from "../state/notices";
import { t } from "../texts";
import { type Device, findDevice, type Place } from "./choice";
import { settings } from "./settings";

/** What is plugged in. Names are known only once the microphone was allowed. */
export const microphones = signal<readonly Device[]>([]);
export const outputs = signal<readonly Device[]>([]);

export const supported = (): boolean => typeof navigator !== "undefined" && navigator.mediaDevices !== undefined;

/** Chromium's own names for "what the computer uses": offered once, by us, in the operator's language. */
const BY_ITSELF: readonly string[] = ["", "default", "communications"];

const listOf = (place: Place) => (place === "microphone" ? microphones : outputs);

const using = (place: Place) => computed(() => findDevice(listOf(place).value, settings.value[place]));

/** The device in use at each place; `null` is the computer's own choice. */
export const inUse = { microphone: using("microphone"), speaker: using("speaker"), ring: using("ring") } as const;

export async function lookForDevices(): Promise<void> {
  if (!supported()) return;
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): Device[] =>
    all
      .filter((each) => each.kind === kind && !BY_ITSELF.includes(each.deviceId))
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  microphones.value = of("audioinput");
  outputs.value = of("audiooutput");
}

const PLACES: readonly Place[] = ["microphone", "speaker", "ring"];

/** Says which chosen device went away or came back, each once even when it serves two places. */
function tellChanges(before: ReadonlyMap<Place, Device | null>): void {
  for (const place of PLACES) {
    const [was, is, wanted] = [before.get(place) ?? null, inUse[place].value, settings.value[place]];
    if (wanted === null) continue;
    if (was !== null && is === null) notify("warning", t("device_gone", { device: wanted.label }));
    if (was === null && is !== null) notify("success", t("device_back", { device: wanted.label }));
  }
}

/** Watches what is plugged in and out; `changed` is called after the new list is known. */
export function watchDevices(changed: () => void): void {
  if (!supported()) return;
  navigator.mediaDevices.addEventListener("devicechange", () => {
    const before = new Map(PLACES.map((place) => [place, inUse[place].value]));
    void lookForDevices().then(() => {
      tellChanges(before);
      changed();
    });
  });
}
