import type { Language } from "../api/types";
import { locale } from "./time";

/** The first and the last day of `2026-11`; null for what is no month. */
export function monthSpan(month: string): { from: string; to: string } | null {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (found === null) return null;
  const last = new Date(Date.UTC(Number(found[1]), Number(found[2]), 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${last}` };
}

/** `November 2026` */
export function monthName(month: string, language: Language): string {
  return new Date(`${month}-01T12:00:00Z`).toLocaleDateString(locale(language), { month: "long", year: "numeric", timeZone: "UTC" });
}

/** `Selasa, 24 November` */
export function dayName(day: string, language: Language): string {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString(locale(language), { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
}
