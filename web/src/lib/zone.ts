import { computed, signal } from "@preact/signals";

/**
 * The office's time zone (IANA name), by which every page tells the time; undefined, this computer's, until it is known.
 * What was drawn before is drawn again then.
 */
export const officeZone = signal<string | undefined>(undefined);
const parts = computed(() => wallFormat(officeZone.value));

/** What a clock and a calendar on the office's wall show; `month` from 1. */
export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const FIELDS = ["year", "month", "day", "hour", "minute", "second"] as const;

/** Tell the time in this zone from now on. A browser that does not know it keeps its own. */
export function tellTimeIn(name: string): void {
  try {
    wallFormat(name);
    officeZone.value = name;
  } catch {
    console.warn("unknown time zone", name);
  }
}

const wallFormat = (timeZone: string | undefined) =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

/** A moment on the office's wall; `null` for one that cannot be read. */
export function wall(at: string | number): Wall | null {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return null;
  const found = Object.fromEntries(parts.value.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
  return Object.fromEntries(FIELDS.map((field) => [field, found[field] ?? 0])) as unknown as Wall;
}

/** The moment (epoch milliseconds) at which the office's wall shows `2026-11-24T14:05`, seconds optional; NaN for no such text. */
export function fromWall(text: string): number {
  const shown = Date.parse(`${text}Z`);
  // Twice, because the offset that counts is that of the moment found: it may be another than that of the first guess.
  return shown - offset(shown - offset(shown));
}

/** How far the wall is ahead of UTC at a moment, in milliseconds. */
function offset(at: number): number {
  const shown = wall(at);
  if (shown === null) return Number.NaN;
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
