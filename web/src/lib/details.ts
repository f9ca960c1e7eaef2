import type { CategoryDetail } from "../api/types";

const folded = (label: string): string => label.trim().toLowerCase().replace(/\s+/g, " ");

/** The details that no line `label: …` of the description tells (`hotline/details.py` decides; this is its echo). */
export function untold(required: readonly CategoryDetail[], description: string): readonly CategoryDetail[] {
  const told = new Set<string>();
  for (const line of description.split("\n")) {
    const colon = line.indexOf(":");
    if (colon >= 0 && line.slice(colon + 1).trim() !== "") told.add(folded(line.slice(0, colon)));
  }
  return required.filter(({ label }) => !told.has(folded(label.id)) && !told.has(folded(label.en)));
}

/** The description with a line for this detail at its end, ready to be typed into; as it is when it has one. */
export function withLine(description: string, label: string): string {
  const started = description.split("\n").some((line) => folded(line.split(":", 1)[0] ?? "") === folded(label) && line.includes(":"));
  if (started) return description;
  return `${description.trimEnd()}${description.trim() === "" ? "" : "\n"}${label}: `;
}
