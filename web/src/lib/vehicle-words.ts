import type { Vehicle } from "../api/vehicles";
import type { Language } from "../api/types";
import { dateDay, day } from "./time";

const LOCALES = { id: "id-ID", en: "en-GB" } as const;

/** `1.250.000`, in English `1,250,000`. */
export const count = (number: number, language: Language): string => number.toLocaleString(LOCALES[language]);

export const rupiah = (amount: number, language: Language): string => `Rp ${count(amount, language)}`;

/** A day without a time (`2026-11-24`) in words; never shifted by a time zone. */
export const dueDay = (date: string, language: Language): string => dateDay(date, language);

export const vehicleName = (vehicle: Vehicle): string =>
  [vehicle.make, vehicle.type, vehicle.year === null ? "" : String(vehicle.year)].filter(Boolean).join(" ");

const SPOKEN = {
  id: { tax: "pajak", fine: "denda", total: "jumlah", due: "jatuh tempo", asOf: "data per" },
  en: { tax: "tax", fine: "fine", total: "total", due: "due", asOf: "as of" },
} as const;

/** The figures as one line for the answer, in the caller's language: what the source tells, and nothing else. */
export function figures(vehicle: Vehicle, language: Language): string {
  const word = SPOKEN[language];
  const name = vehicleName(vehicle);
  const money = (label: string, amount: number | null) => (amount === null ? "" : `${label} ${rupiah(amount, language)}`);
  const parts = [
    money(word.tax, vehicle.tax_due),
    money(word.fine, vehicle.fine),
    money(word.total, vehicle.total),
    vehicle.due_date === null ? "" : `${word.due} ${dueDay(vehicle.due_date, language)}`,
  ].filter(Boolean);
  const asOf = vehicle.as_of === null ? "" : ` (${word.asOf} ${day(vehicle.as_of, language)})`;
  return `${vehicle.plate}${name === "" ? "" : ` (${name})`}: ${parts.join(", ")}${asOf}.`;
}
