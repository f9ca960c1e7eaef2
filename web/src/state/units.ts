import type { TicketSummary } from "../api/types";
import { plateArea } from "../lib/plate";
import { local } from "../texts";
import { categoryOf, offices, officesOfArea, units } from "./reference";

/** Somewhere that validates: an office or a technical division. */
export interface Answering {
  code: string;
  name: string;
}

/** Divisions first, because there are few of them, then every office. */
export const answering = (): readonly Answering[] => [
  ...units.value.map(({ code, label }) => ({ code, name: local(label) })),
  ...offices.value.map(({ code, name }) => ({ code, name })),
];

/**
 * Who usually answers such a question: the division that the matrix names for the category; else the ticket's office,
 * else the first one of the plate's area. `""` when nothing of it is known.
 */
export function proposedUnit({ category, region, plate }: TicketSummary): string {
  const named = categoryOf(category)?.unit ?? "";
  const division = units.value.find(({ code, name }) => code === named || name === named);
  return division?.code ?? (region || officesOfArea(plateArea(plate))[0]?.code || "");
}
