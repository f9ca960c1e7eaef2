import type { Language } from "../api/types";
import { officeZone, wall } from "./zone";

/** How dates are written. */
export const locale = (language: Language) => (language === "id" ? "id-ID" : "en-GB");

/** Seconds as a running clock: `0:07`, `12:05`, `1:02:03`. Never negative. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/** Seconds from an RFC 3339 time to `now` (epoch milliseconds); 0 for a time that does not parse. */
export function secondsSince(at: string, now: number): number {
  const since = Date.parse(at);
  return Number.isNaN(since) ? 0 : (now - since) / 1000;
}

/** `14:05:09`, with a colon in both languages because a clock on a wall has one. */
export function timeOfDay(at: string | number, seconds = true): string {
  const shown = wall(at);
  if (shown === null) return "";
  return [shown.hour, shown.minute, ...(seconds ? [shown.second] : [])].map(two).join(":");
}

/** `24 Nov 2026` */
export function day(at: string | number, language: Language): string {
  return date(at, language, { day: "numeric", month: "short", year: "numeric" });
}

/** `24 Nov 2026`, of a date without a time, which is the same day in every zone. */
export function dateDay(of: string, language: Language): string {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
  return new Date(`${of}T12:00:00Z`).toLocaleDateString(locale(language), options);
}

/** `14:05` today, `24 Nov 14:05` on other days, with the year when it is not this one. */
export function shortMoment(at: string, now: number, language: Language): string {
  const time = timeOfDay(at, false);
  if (isoDay(at) === isoDay(now)) return time;
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  if (wall(at)?.year !== wall(now)?.year) options.year = "numeric";
  return `${date(at, language, options)} ${time}`;
}

/** `24 Nov 2026 14:05` */
export const moment = (at: string, language: Language): string => `${day(at, language)} ${timeOfDay(at, false)}`;

/** `2026-11-24`; `""` for a time that does not parse. */
export function isoDay(at: string | number): string {
  const shown = wall(at);
  return shown === null ? "" : [shown.year, two(shown.month), two(shown.day)].join("-");
}

/** `2026-11-24T14:05`, what an `<input type="datetime-local">` holds; `fromWall` reads it. */
export function localInput(at: number): string {
  const days = isoDay(at);
  return days === "" ? "" : `${days}T${timeOfDay(at, false)}`;
}

const two = (part: number): string => String(part).padStart(2, "0");

const date = (at: string | number, language: Language, options: Intl.DateTimeFormatOptions): string =>
  new Date(at).toLocaleDateString(locale(language), { ...options, timeZone: officeZone.value });

export type Urgency = "calm" | "soon" | "over";

/** A step's clock against its standard time: amber from 80 % of it, red after it (SOP.md, mutu baku). */
export function urgency(elapsed: number, standard: number | null | undefined): Urgency {
  if (standard === null || standard === undefined || standard <= 0) return "calm";
  if (elapsed > standard) return "over";
  return elapsed >= standard * 0.8 ? "soon" : "calm";
}
