import type { Language } from "../api/types";

/** The part of the day as people greet by it, by the hour (0 to 23). */
function partOfDay(hour: number, language: Language): string {
  if (language === "en") return hour < 12 ? "morning" : "afternoon";
  if (hour < 11) return "pagi";
  if (hour < 15) return "siang";
  return hour < 18 ? "sore" : "malam";
}

/** The greeting script made ready to read aloud: the operator's own name, and the one greeting that fits the hour. */
export function spokenGreeting(script: string, name: string, hour: number, language: Language): string {
  return script
    .replace(/\[(nama Anda|your name)\]/gi, name)
    .replace(/pagi\/siang\/sore|morning\/afternoon/i, partOfDay(hour, language));
}
