/** A device as the browser names it. Its id changes when the site's data are cleared, its label does not. */
export interface Device {
  readonly id: string;
  readonly label: string;
}

export type Place = "microphone" | "speaker" | "ring";
export type Processing = "echo" | "noise" | "gain";

/** `null` is whatever the computer uses by itself. */
export type Settings = Readonly<Record<Place, Device | null> & Record<Processing, boolean>> & {
  /** The operator had switched the headset on here, so that a reload comes back into the call. */
  readonly on: boolean;
};

const PLACES: readonly Place[] = ["microphone", "speaker", "ring"];
const PROCESSINGS: readonly Processing[] = ["echo", "noise", "gain"];

function device(raw: unknown): Device | null {
  if (typeof raw !== "object" || raw === null) return null;
  const { id, label } = raw as Partial<Device>;
  return typeof id === "string" && typeof label === "string" ? { id, label } : null;
}

/** What was kept, read with care: an older page or another program may have written it. */
export function readSettings(raw: unknown): Settings {
  const kept = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  const places = Object.fromEntries(PLACES.map((place) => [place, device(kept[place])]));
  const processing = Object.fromEntries(PROCESSINGS.map((each) => [each, kept[each] !== false]));
  return { ...places, ...processing, on: kept["on"] === true } as Settings;
}

/** The wanted device among those that are there: by its id, else by its label; `null` when it is not plugged in. */
export function findDevice(devices: readonly Device[], wanted: Device | null): Device | null {
  if (wanted === null) return null;
  return (
    devices.find((each) => each.id === wanted.id) ??
    devices.find((each) => each.label !== "" && each.label === wanted.label) ??
    null
  );
}
