import type { Directory, DirectoryEntry } from "../api/types";
import { matches } from "../lib/filter";
import { local, t } from "../texts";

/** Digits as people write numbers; shorter ones are extensions or nothing yet. */
const NUMBER = /^\+?[\d\s().-]{3,}$/;

export const keyOf = (entry: DirectoryEntry): string => `${entry.kind}-${entry.id}`;

/** What the typed text finds, and at the end the number itself where outside numbers may be dialled. */
export function foundTargets(directory: Directory, typed: string): DirectoryEntry[] {
  const text = typed.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/\p{Pd}/gu, "-").trim();
  const listed = directory.items.filter((entry) => matches(`${local(entry.label)} ${entry.id} ${t(`kind_${entry.kind}`)}`, text));
  if (!directory.numbers || !NUMBER.test(text)) return listed;
  const number = text.replace(/[^\d+]/g, "");
  return [...listed, { kind: "number", id: number, label: t("target_dial", { number: text }), state: null, available: true }];
}
